"""TypeScript as a language of the engine (codegen/language.py): what protoc-gen-es writes, as it writes it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto

from codegen import language
from codegen.errors import CodegenError
from codegen.language import Generated, PackageRequest, Request

# Names of types that TypeScript reads as something else; protoc-gen-es renames those of all other keywords.
_NOT_TYPES = frozenset(
    ["any", "as", "await", "infer", "keyof", "never", "readonly", "symbol", "undefined", "unique", "unknown"]
)


def generate(request: Request) -> Generated:
    """Returns a module for every proto.

    Raises:
      CodegenError: when a proto has names that TypeScript cannot have, or the plugin refuses it.
    """
    for file in request.descriptors.file:
        for problem in name_problems(file) if file.name in request.files else ():
            raise CodegenError(f"{file.name}: {problem}, or leave the file out with exclude.", proto=file.name)
    return language.generate(request)


def name_problems(file: FileDescriptorProto) -> Iterator[str]:
    """Yields which names of a proto become TypeScript that does not compile, and what to do about them."""
    for name in [*(message.name for message in file.message_type), *(enum.name for enum in file.enum_type)]:
        if name in _NOT_TYPES:
            yield f"TypeScript cannot have a type named {name}. Rename it, nest it in a message"
    for message in _messages(file.message_type):
        yield from _collisions(f"message {message.name}", ((name, _camel_case(name)) for name in _properties(message)))
    for service in file.service:
        # protoc-gen-es changes the first letter only.
        methods = ((method.name, method.name[:1].lower() + method.name[1:]) for method in service.method)
        yield from _collisions(f"service {service.name}", methods)


def _messages(messages: Iterable[DescriptorProto]) -> Iterator[DescriptorProto]:
    for message in messages:
        yield message
        yield from _messages(message.nested_type)


def _properties(message: DescriptorProto) -> list[str]:
    """Returns the names of fields and oneofs, which messages and their descriptors have as properties."""
    # The oneof of an optional field is protoc's own, and these come last.
    oneofs = message.oneof_decl[: len(message.oneof_decl) - sum(field.proto3_optional for field in message.field)]
    return [*(field.name for field in message.field), *(oneof.name for oneof in oneofs)]


def _collisions(owner: str, names: Iterable[tuple[str, str]]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name, becomes in names:
        if becomes in seen:
            yield f"{seen[becomes]} and {name} of {owner} are both {becomes} in TypeScript. Rename one"
        seen[becomes] = name


def _camel_case(name: str) -> str:
    """Returns the name of a property, which is that of JSON (https://protobuf.dev/programming-guides/json/)."""
    return re.sub("_+(.?)", lambda match: match[1].upper(), name)


def package_texts(request: PackageRequest) -> tuple[dict[str, str], list[str]]:
    """Returns npm-dependencies.json, the file that marks the top of a package."""
    return {request.outputs[0]: _dependencies(request.header, request.options["dependencies"])}, []


def _dependencies(header: str, versions: Mapping[str, str]) -> str:
    """Returns what npm has to install for generated modules, with the fields of a package.json.

    Args:
      header: the line that generated files begin with, a comment.
      versions: the packages that modules import, with the versions that they were generated for. A runtime may be
        newer than the plugin within one major version, not older
        (https://github.com/bufbuild/protobuf-es/blob/main/MANUAL.md).
    """
    fields = {
        # npm ignores this key (https://docs.npmjs.com/cli/configuring-npm/package-json).
        "//": header.removeprefix("//").strip(),
        "dependencies": {name: f"^{version}" for name, version in sorted(versions.items())},
    }
    return json.dumps(fields, indent=2) + "\n"
