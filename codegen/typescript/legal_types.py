"""Renames types that TypeScript cannot have, in the descriptors that ts-proto reads. Pure functions.

`message Map` is fine in a proto. In TypeScript it would hide the Map that the code around it uses, and `message class`
cannot be written at all. They become `MapMessage` and `classMessage`, an enum `MapEnum`, as ts-proto itself makes
`DateMessage` of `message Date`. `message _1`, a digit in camelCase, becomes `Type1`. What goes over the wire has no
names of types.
"""

import re
from collections.abc import Iterator, Set

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from codegen.errors import CodegenError
from codegen.typescript.ts_names import camel_case, types_of, uncapitalize

# ECMAScript's reserved words (https://tc39.es/ecma262/#prod-ReservedWord), in modules of both kinds, and TypeScript's
# names of types and operators on them.
_WORDS = """
any arguments await bigint boolean break case catch class const continue debugger default delete do else enum eval
export exports extends false finally for function if implements import in infer instanceof interface keyof let never
new null number object package private protected public readonly require return static string super switch symbol this
throw true try typeof undefined unique unknown var void while with yield
"""

# What ts-proto's code says of globals without `globalThis`, what it defines in every file, its variables, and the
# parameter of its types beside which it names messages.
_USED = """
Array BigInt BinaryReader BinaryWriter Buffer Exclude Map Object Partial Promise ReadonlyArray Reflect Uint8Array
globalThis parseInt base64FromBytes bytesFromBase64
Builtin DeepPartial Exact I KeysOfUnion MessageFns isObject isSet protobufFileName protobufPackage
base buf e end input key length list m message previousRecursionDepth reader tag v value values writer
"""
_NUMBERED = re.compile(r"(end|entry)\d+")

_RESERVED = frozenset((_WORDS + _USED).split())

_Type = DescriptorProto | EnumDescriptorProto


def use_legal_types(descriptors: FileDescriptorSet) -> FileDescriptorSet:
    """Returns descriptors in which no message or enum of a file has a name that TypeScript cannot give it.

    Files and types are in the same order. A new name depends on nothing but the file that it is in.

    Raises:
      CodegenError: when another file of the same package has the new name of a type already.
    """
    legal = FileDescriptorSet()
    legal.CopyFrom(descriptors)
    renamed = dict(_rename(legal))
    if renamed:
        _check_conflicts(descriptors, legal)
        for file in legal.file:
            _refer(file, renamed)
    return legal


def _rename(descriptors: FileDescriptorSet) -> Iterator[tuple[str, str]]:
    """Renames types, and yields their old and new full names. A nested type has an underscore in its name."""
    for file in descriptors.file:
        package = f".{file.package}." if file.package else "."
        types: list[_Type] = [*file.message_type, *file.enum_type]
        taken = {_same_for_typescript(descriptor.name) for descriptor in types}
        for descriptor in types:
            old, descriptor.name = descriptor.name, _legal_name(descriptor, taken)
            if descriptor.name != old:
                taken.add(_same_for_typescript(descriptor.name))
                yield package + old, package + descriptor.name


def _legal_name(descriptor: _Type, taken: Set[str]) -> str:
    name, typescript = descriptor.name, camel_case(descriptor.name)
    if not typescript[:1].isalpha():
        name = f"Type{name}"
    elif typescript not in _RESERVED and not _NUMBERED.fullmatch(typescript):
        return name
    while _same_for_typescript(name) in taken:
        name += "Message" if isinstance(descriptor, DescriptorProto) else "Enum"
    return name


def _same_for_typescript(name: str) -> str:
    """Returns what types must not have in common: the functions of an enum begin with a small letter."""
    return uncapitalize(camel_case(name))


def _check_conflicts(descriptors: FileDescriptorSet, legal: FileDescriptorSet) -> None:
    """Makes sure that no new name is one of another file: ts-proto would take the one type for the other."""
    seen: dict[str, tuple[str, str, str]] = {}
    for old_file, file in zip(descriptors.file, legal.file, strict=True):
        for old, new in zip(types_of(old_file), types_of(file), strict=True):
            here = (file.name, old.proto, new.proto)
            there = seen.setdefault(f"{file.package}.{new.proto}", here)
            if there[0] != file.name:
                # One of the two is renamed.
                (owner, name, alias), (other, _, _) = (here, there) if old.proto != new.proto else (there, here)
                raise CodegenError(
                    f"{owner}: {name} has a name that TypeScript has taken and becomes {alias}, which {other} has too. "
                    "Rename one of them."
                )


def _refer(node: FileDescriptorProto | DescriptorProto, renamed: dict[str, str]) -> None:
    """Makes every reference in a file or message name what was renamed."""
    fields: list[FieldDescriptorProto] = [*node.extension, *(node.field if isinstance(node, DescriptorProto) else ())]
    for field in fields:
        field.type_name = _new_name(field.type_name, renamed)
        field.extendee = _new_name(field.extendee, renamed)
    for message in node.message_type if isinstance(node, FileDescriptorProto) else node.nested_type:
        _refer(message, renamed)
    for service in node.service if isinstance(node, FileDescriptorProto) else ():
        for method in service.method:
            method.input_type = _new_name(method.input_type, renamed)
            method.output_type = _new_name(method.output_type, renamed)


def _new_name(name: str, renamed: dict[str, str]) -> str:
    for old, new in renamed.items():
        if name == old or name.startswith(f"{old}."):
            return new + name[len(old) :]
    return name
