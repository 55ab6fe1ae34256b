"""TypeScript as a language of the code generator (codegen/language.py): the output of protoc-gen-es, unchanged."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto

from codegen import language
from codegen.errors import CodegenError
from codegen.language import Generated, PackageRequest, Request

# Type names that mean something else in TypeScript. protoc-gen-es renames types named after any other keyword.
_NOT_TYPES = frozenset(
    ["any", "as", "await", "infer", "keyof", "never", "readonly", "symbol", "undefined", "unique", "unknown"]
)


# Names of values that strict modules cannot declare. protoc-gen-es renames those of all other keywords.
_NOT_VALUES = frozenset(["arguments", "await", "eval"])


def generate(request: Request) -> Generated:
    """Returns a module for every proto.

    Raises:
      CodegenError: if a proto has names that TypeScript cannot have, or the plugin rejects it.
    """
    for file in request.descriptors.file:
        for problem in name_problems(file) if file.name in request.files else ():
            raise CodegenError(f"{file.name}: {problem}, or leave the file out with exclude.", proto=file.name)
    return language.generate(request)


def name_problems(file: FileDescriptorProto) -> Iterator[str]:
    """Yields the names in a proto that would not compile in TypeScript, and how to fix them."""
    for name in [*(message.name for message in file.message_type), *(enum.name for enum in file.enum_type)]:
        if name in _NOT_TYPES:
            yield f"TypeScript does not allow a type named {name}. Rename it, nest it in a message"
    values = [*(service.name for service in file.service), *(_camel_case(each.name) for each in file.extension)]
    for name in values:
        if name in _NOT_VALUES:
            yield f"TypeScript does not allow a constant named {name}. Rename it"
    for message in _messages(file.message_type):
        yield from _collisions(f"message {message.name}", ((name, _camel_case(name)) for name in _properties(message)))
    for service in file.service:
        # protoc-gen-es lowercases only the first letter.
        methods = ((method.name, method.name[:1].lower() + method.name[1:]) for method in service.method)
        yield from _collisions(f"service {service.name}", methods)
        if any(method.name == "__proto__" for method in service.method):
            yield f"rpc __proto__ of service {service.name} would set the prototype of the service object. Rename it"


def _messages(messages: Iterable[DescriptorProto]) -> Iterator[DescriptorProto]:
    for message in messages:
        yield message
        yield from _messages(message.nested_type)


def _properties(message: DescriptorProto) -> list[str]:
    """Returns the names of fields and oneofs, which become properties of messages and their descriptors."""
    # protoc adds a synthetic oneof for each optional field, after the declared ones.
    oneofs = message.oneof_decl[: len(message.oneof_decl) - sum(field.proto3_optional for field in message.field)]
    return [*(field.name for field in message.field), *(oneof.name for oneof in oneofs)]


def _collisions(owner: str, names: Iterable[tuple[str, str]]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name, becomes in names:
        if becomes in seen:
            yield f"{seen[becomes]} and {name} of {owner} are both {becomes} in TypeScript. Rename one"
        seen[becomes] = name


def _camel_case(name: str) -> str:
    """Returns the property name, which is the JSON name (https://protobuf.dev/programming-guides/json/)."""
    return re.sub("_+(.?)", lambda match: match[1].upper(), name)


def package_texts(request: PackageRequest) -> tuple[dict[str, str], list[str]]:
    """Returns npm-dependencies.json, the file that marks the package root.

    Raises:
      CodegenError: if two files differ only in case, which TypeScript rejects.
    """
    seen: dict[str, str] = {}
    for file in request.files:
        other = seen.setdefault(file.lower(), file)
        if other != file:
            raise CodegenError(f"{other} and {file} differ only in case, which tsc rejects. Rename one.", proto=file)
    return {request.outputs[0]: _dependencies(request.header, request.options["dependencies"])}, []


def _dependencies(header: str, versions: Mapping[str, str]) -> str:
    """Returns the npm dependencies of generated modules, with the fields of a package.json.

    Args:
      header: the first line of generated files, a comment.
      versions: the packages that modules import, with the versions that they were generated for. Within a major
        version the runtime may be newer than the plugin, but not older
        (https://github.com/bufbuild/protobuf-es/blob/main/MANUAL.md).
    """
    fields = {
        # npm ignores this key (https://docs.npmjs.com/cli/configuring-npm/package-json).
        "//": header.removeprefix("//").strip(),
        "dependencies": {name: f"^{version}" for name, version in sorted(versions.items())},
    }
    return json.dumps(fields, indent=2) + "\n"
