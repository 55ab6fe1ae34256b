"""Renames types that TypeScript cannot have, in the descriptors that ts-proto reads. Pure functions.

`message Map` is fine in a proto. In TypeScript it would hide the Map that the code around it uses, and `message class`
cannot be written at all. They become `MapMessage` and `classMessage`, an enum `MapEnum`, as ts-proto itself makes
`DateMessage` of `message Date`. What goes over the wire has no names of types.
"""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from codegen.typescript.ts_names import camel_case

# ECMAScript's reserved words, in modules, and TypeScript's names of types (https://tc39.es/ecma262/#prod-ReservedWord).
_WORDS = """
any arguments await bigint boolean break case catch class const continue debugger default delete do else enum
eval export extends false finally for function if implements import in instanceof interface let never new null number
object package private protected public return static string super switch symbol this throw true try typeof undefined
unknown var void while with yield
"""

# What ts-proto's code says of globals without `globalThis`, and what it defines in every file.
_USED = """
BigInt Buffer Exclude Map Object Partial Promise ReadonlyArray Reflect Uint8Array globalThis parseInt
Builtin DeepPartial Exact KeysOfUnion MessageFns isObject isSet protobufFileName protobufPackage
"""

_RESERVED = frozenset((_WORDS + _USED).split())

_Type = DescriptorProto | EnumDescriptorProto


def use_legal_types(descriptors: FileDescriptorSet) -> FileDescriptorSet:
    """Returns descriptors in which no message or enum of a file has a name that TypeScript cannot give it."""
    legal = FileDescriptorSet()
    legal.CopyFrom(descriptors)
    renamed = dict(_rename(legal))
    if renamed:
        for file in legal.file:
            _refer(file, renamed)
    return legal


def _rename(descriptors: FileDescriptorSet) -> Iterator[tuple[str, str]]:
    """Renames types, and yields their old and new full names. A nested type has an underscore in its name."""
    for file in descriptors.file:
        package = f".{file.package}." if file.package else "."
        types: list[_Type] = [*file.message_type, *file.enum_type]
        taken = {descriptor.name for descriptor in types}
        for descriptor in types:
            if camel_case(descriptor.name) in _RESERVED:
                old = descriptor.name
                while descriptor.name in taken:
                    descriptor.name += "Message" if isinstance(descriptor, DescriptorProto) else "Enum"
                yield package + old, package + descriptor.name


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
