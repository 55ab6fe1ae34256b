"""Refuses names that TypeScript, or the gRPC libraries of Node, would take for something else. Pure functions.

All that a file defines lies in one scope, in camelCase, so that two names of a proto can become the same. ts-proto
generates for them all the same, and what comes out does not compile, or is not found when it runs.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

from codegen.errors import CodegenError
from codegen.typescript.ts_names import camel_case, service_exports, types_of, uncapitalize


class _Name(NamedTuple):
    """What a proto has ("message A.B"), and what it becomes."""

    what: str
    becomes: str


# grpc-js leaves out what is called so, without a word.
_LEFT_OUT = {"__proto__", "constructor", "prototype"}


def check_names(files: Sequence[str], descriptors: FileDescriptorSet, legal: FileDescriptorSet) -> None:
    """Makes sure that every name of some protos is one that TypeScript can have.

    Args:
      files: the import paths of the protos that are generated.
      descriptors: those, and what they import.
      legal: the same with the types' names in TypeScript (legal_types.py).

    Raises:
      CodegenError: for the first name that is not, with its proto, what it would become, and what to do.
    """
    _check_paths(files)
    generated = frozenset(files)
    for file, legal_file in zip(descriptors.file, legal.file, strict=True):
        if file.name in generated:
            for problem in _problems(file, legal_file):
                raise CodegenError(f"{file.name}: {problem}")


def _check_paths(files: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for file in sorted(files):
        other = seen.setdefault(file.lower(), file)
        if other != file:
            raise CodegenError(
                f"{file}: {other} differs from it in capital letters only, which tsc refuses and macOS cannot have. "
                "Rename one."
            )


def _problems(file: FileDescriptorProto, legal: FileDescriptorProto) -> Iterator[str]:
    yield from _same(_defined(file, legal), "TypeScript")
    for name in types_of(file):
        if isinstance(name.descriptor, DescriptorProto):
            yield from _message_problems(name.proto, name.descriptor)
        else:
            yield from _enum_problems(name.proto, name.descriptor)
    for service in file.service:
        yield from _service_problems(file, service)


def _same(names: Iterable[_Name], where: str) -> Iterator[str]:
    seen: dict[str, str] = {}
    for what, becomes in names:
        if becomes in seen:
            yield f"{seen[becomes]} and {what} both become {becomes} in {where}. Rename one."
        seen.setdefault(becomes, what)


def _defined(file: FileDescriptorProto, legal: FileDescriptorProto) -> Iterator[_Name]:
    """Yields all that a file defines."""
    for name, (_, typescript, descriptor) in zip(types_of(file), types_of(legal), strict=True):
        if isinstance(descriptor, DescriptorProto):
            yield _Name(f"message {name.proto}", typescript)
            yield _Name(f"message {name.proto}", f"createBase{typescript}")
            continue
        yield _Name(f"enum {name.proto}", typescript)
        for ending in ("FromJSON", "ToJSON"):
            yield _Name(f"enum {name.proto}", uncapitalize(typescript) + ending)
    for service in file.service:
        for export in service_exports(service.name):
            yield _Name(f"service {service.name}", export)


def _message_problems(name: str, message: DescriptorProto) -> Iterator[str]:
    alone = [field for field in message.field if field.proto3_optional or not field.HasField("oneof_index")]
    used = {field.oneof_index for field in message.field if field.HasField("oneof_index") and not field.proto3_optional}
    keys = [_Name(f"field {field.name}", camel_case(field.name)) for field in alone]
    keys += [
        _Name(f"oneof {message.oneof_decl[index].name}", camel_case(message.oneof_decl[index].name)) for index in used
    ]
    yield from _same(keys, f"{name}")
    for index in used:
        cases = [field for field in message.field if field.oneof_index == index and field not in alone]
        oneof = message.oneof_decl[index].name
        yield from _same(
            (_Name(f"field {field.name}", camel_case(field.name)) for field in cases),
            f"{name}.{oneof}",
        )


def _enum_problems(name: str, enum: EnumDescriptorProto) -> Iterator[str]:
    for value in enum.value:
        if value.name == "__proto__":
            yield f"value __proto__ of enum {name} is every object's prototype in JavaScript. Rename it."


def _service_problems(file: FileDescriptorProto, service: ServiceDescriptorProto) -> Iterator[str]:
    for part in file.package.split("."):
        if part in _LEFT_OUT:
            yield (
                f"package {file.package} has the part {part}, which makes grpc-js leave {service.name} out. "
                "Rename the package, or move the service to another one."
            )
    if service.name in _LEFT_OUT:
        yield f"service {service.name} has a name that makes grpc-js leave it out. Rename it."
