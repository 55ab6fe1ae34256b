"""Gives generated TypeScript the JSON that protobuf defines. Pure functions.

ts-proto's own toJSON cuts times to milliseconds, writes durations as objects and unknown enum values as a word, and its
fromJSON takes "false" for true and anything at all for a number. No option mends that, so both functions of a message
are written anew, from its descriptor:

    toJSON(message: Order): unknown {
      return $toJson(message, $fieldsOfOrder);
    },
    ...
    const $fieldsOfOrder: $Field[] = [["placedAt", "placedAt", "placed_at", $message(() => Timestamp), "explicit"]];

What else is in the file stays as it is. ts-proto's words are looked for one by one: where one is missing, this is
another ts-proto, and that is an error. Any is the exception: its JSON would take a registry of all types.
"""

import json
import posixpath
import re
from collections.abc import Mapping
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from codegen.typescript.json_codecs import pieces_for
from codegen.typescript.json_text import drop_unused, open_enums, replace_bodies
from codegen.typescript.ts_names import TypeName, camel_case, types_of, uncapitalize
from codegen.typescript.ts_proto import unknown

_START = "\n// JSON as protobuf maps it: https://protobuf.dev/programming-guides/json/\n"

_Type = FieldDescriptorProto.Type
_SCALARS = {
    _Type.TYPE_DOUBLE: "$double",
    _Type.TYPE_FLOAT: "$float",
    _Type.TYPE_INT32: "$int32",
    _Type.TYPE_SINT32: "$int32",
    _Type.TYPE_SFIXED32: "$int32",
    _Type.TYPE_UINT32: "$uint32",
    _Type.TYPE_FIXED32: "$uint32",
    _Type.TYPE_INT64: "$int64",
    _Type.TYPE_SINT64: "$int64",
    _Type.TYPE_SFIXED64: "$int64",
    _Type.TYPE_UINT64: "$uint64",
    _Type.TYPE_FIXED64: "$uint64",
    _Type.TYPE_BOOL: "$bool",
    _Type.TYPE_STRING: "$string",
    _Type.TYPE_BYTES: "$bytes",
}

# Messages that ts-proto has as something plainer when they are the type of a field.
_PLAIN = {
    ".google.protobuf.DoubleValue": "$double",
    ".google.protobuf.FloatValue": "$float",
    ".google.protobuf.Int64Value": "$int64",
    ".google.protobuf.UInt64Value": "$uint64",
    ".google.protobuf.Int32Value": "$int32",
    ".google.protobuf.UInt32Value": "$uint32",
    ".google.protobuf.BoolValue": "$bool",
    ".google.protobuf.StringValue": "$string",
    ".google.protobuf.BytesValue": "$bytes",
    ".google.protobuf.Struct": "$struct",
    ".google.protobuf.Value": "$value",
    ".google.protobuf.ListValue": "$list",
    ".google.protobuf.FieldMask": "$fieldMask",
}

# Messages whose JSON is not an object of their fields: what writes it and what reads it.
_WHOLE = {
    ".google.protobuf.Duration": ("$duration.to(message)", "$duration.from(object)"),
    ".google.protobuf.Timestamp": ("$timestamp.to(message)", "$timestamp.from(object)"),
    ".google.protobuf.FieldMask": ("$fieldMask.to(message.paths)", "{ paths: $fieldMask.from(object) }"),
    ".google.protobuf.Struct": ("$struct.to(Struct.unwrap(message))", "Struct.wrap($struct.from(object))"),
    ".google.protobuf.Value": ("$value.to(Value.unwrap(message))", "Value.wrap($value.from(object))"),
    ".google.protobuf.ListValue": ("$list.to(message.values)", "{ values: $list.from(object) }"),
} | {
    name: (f"{codec}.to(message.value)", f"{{ value: {codec}.from(object) }}")
    for name, codec in _PLAIN.items()
    if name.endswith("Value") and codec not in ("$value", "$list")
}

_UNCHANGED = (".google.protobuf.Any",)
_NULL = ".google.protobuf.NullValue"

_KEYS = {_Type.TYPE_STRING: "$stringKey", _Type.TYPE_BOOL: "$boolKey"}


class Target(NamedTuple):
    """A message or enum: its proto, its name in TypeScript, its full name in the proto, its descriptor if a message."""

    file: str
    name: str
    full_name: str
    message: DescriptorProto | None


class _Context(NamedTuple):
    """What is known while a file is read. `local` is from (proto, exported name) to the name in this file."""

    file: str
    targets: Mapping[str, Target]
    local: Mapping[tuple[str, str], str]


class _MessageJson(NamedTuple):
    """The JSON of a message: the table of its fields, and from (method, name in TypeScript) to the method's body."""

    table: str
    bodies: dict[tuple[str, str], str]


def targets_of(descriptors: FileDescriptorSet, written: FileDescriptorSet) -> dict[str, Target]:
    """Returns all messages and enums, by the full names that fields refer to them with.

    Args:
      descriptors: what ts-proto reads, all in proto3 (presence.py).
      written: the same as people have written it, with the files and types in the same order.
    """
    return {
        _full_name(file, name): Target(
            file.name,
            name.typescript,
            _full_name(written_file, written_name)[1:],
            name.descriptor if isinstance(name.descriptor, DescriptorProto) else None,
        )
        for file, written_file in zip(descriptors.file, written.file, strict=True)
        for name, written_name in zip(types_of(file), types_of(written_file), strict=True)
    }


def _full_name(file: FileDescriptorProto, name: TypeName) -> str:
    return f".{file.package}.{name.proto}" if file.package else f".{name.proto}"


def use_canonical_json(source: str, file: str, targets: Mapping[str, Target]) -> str:
    """Returns the source with the JSON that protobuf defines, and every other character as it was.

    Args:
      source: the text of a file that ts-proto generated, with outputJsonMethods, useMapType, oneof=unions-value,
        forceLong=bigint, useDate=false and unrecognizedEnum=false.
      file: the import path of its proto.
      targets: the types of the proto, and of what it imports.

    Returns:
      The new text. Applied to its own result it changes nothing.

    Raises:
      CodegenError: when the source is not what ts-proto is known to write.
    """
    body = source.partition(_START)[0]
    context = _Context(file, targets, _imported_names(body, file))
    own = {name: target for name, target in targets.items() if target.file == file}
    messages = [
        _message_json(target, target.message, context)
        for name, target in own.items()
        if target.message is not None and name not in _UNCHANGED
    ]
    bodies = {method: body for message in messages for method, body in message.bodies.items()}
    enums = {target.name: name == _NULL for name, target in own.items() if target.message is None}
    body = drop_unused(open_enums(replace_bodies(body, bodies, file), enums, file))
    tables = [message.table for message in messages if message.table]
    pieces = pieces_for(body + "".join(tables))
    return body + _START + "\n" + "\n".join(pieces + tables) if pieces or tables else body


_IMPORT = re.compile(r'^import (?:type )?\{([^}]*)\} from "(\.[^"]+)\.js";$', re.MULTILINE)
# "type X" is the type X, "type" and "type as X" what a proto calls `type`.
_MEMBER = re.compile(r"(?:type\s+(?!as\s))?(\w+)(?:\s+as\s+(\w+))?")


def _imported_names(source: str, file: str) -> dict[tuple[str, str], str]:
    """Returns what the file calls the names that it imports: ("a/b.proto", "Thing") may be "Thing1" in it."""
    names = {}
    for members, path in _IMPORT.findall(source):
        proto = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) + ".proto"
        for member in members.split(","):
            if found := _MEMBER.fullmatch(member.strip()):
                names[proto, found[1]] = found[2] or found[1]
    return names


def _name_here(context: _Context, proto: str, exported: str) -> str:
    if proto == context.file:
        return exported
    if (proto, exported) in context.local:
        return context.local[proto, exported]
    raise unknown(context.file, f"no import of {exported} from {proto}")


def _message_json(target: Target, message: DescriptorProto, context: _Context) -> _MessageJson:
    name, whole = target.name, _WHOLE.get(f".{target.full_name}")
    if whole:
        table, (to_json, from_json) = "", whole
    else:
        rows = "".join(f"  {_row(field, message, context)},\n" for field in message.field)
        table = f"const $fieldsOf{name}: $Field[] = [\n{rows}];\n"
        to_json = f"$toJson(message, $fieldsOf{name})"
        from_json = f'$fromJson(object, createBase{name}(), $fieldsOf{name}, "{target.full_name}")'
    return _MessageJson(table, {("toJSON", name): f"return {to_json};", ("fromJSON", name): f"return {from_json};"})


def _row(field: FieldDescriptorProto, message: DescriptorProto, context: _Context) -> str:
    kind, more = _kind(field, message, context)
    value = field
    if kind == "map":
        entry = context.targets[field.type_name].message
        assert entry is not None
        value = entry.field[1]
    parts = [json.dumps(camel_case(field.name)), json.dumps(field.json_name), json.dumps(field.name)]
    return f"[{', '.join([*parts, _codec(value, context), json.dumps(kind), *more])}]"


def _kind(field: FieldDescriptorProto, message: DescriptorProto, context: _Context) -> tuple[str, list[str]]:
    """Returns how a field is there, and what goes with it: the reader of a map's keys, the oneof's name."""
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        entry = context.targets[field.type_name].message if field.type_name else None
        if entry is not None and entry.options.map_entry:
            return "map", [_key_reader(entry.field[0])]
        return "repeated", []
    if field.HasField("oneof_index") and not field.proto3_optional:
        return "oneof", [json.dumps(camel_case(message.oneof_decl[field.oneof_index].name))]
    if field.proto3_optional or field.type in (_Type.TYPE_MESSAGE, _Type.TYPE_GROUP):
        return "explicit", []
    return "implicit", []


def _key_reader(key: FieldDescriptorProto) -> str:
    return _KEYS.get(key.type, f"{_SCALARS.get(key.type)}.from")


def _codec(field: FieldDescriptorProto, context: _Context) -> str:
    if field.type in _SCALARS:
        return _SCALARS[field.type]
    plain = _PLAIN.get(field.type_name)
    if plain:
        return plain
    target = context.targets[field.type_name]
    if target.message is not None:
        return f"$message(() => {_name_here(context, target.file, target.name)})"
    functions = [
        _name_here(context, target.file, uncapitalize(target.name) + ending) for ending in ("FromJSON", "ToJSON")
    ]
    codec = f"$enum({', '.join(functions)})"
    return f"$nullable({codec})" if field.type_name == _NULL else codec
