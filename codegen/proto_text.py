"""Prints a descriptor as a `.proto` file, for installed packages that ship no source. Pure functions.

protoc compiles the result to the same descriptor. What a descriptor does not have, such as comments and options that
are for sources only, is lost.
"""

from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from typing import Any

from google.protobuf import message_factory, text_encoding, text_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    Edition,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodDescriptorProto,
    ServiceDescriptorProto,
    SymbolVisibility,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message

_STRINGS = (FieldDescriptorProto.TYPE_STRING, FieldDescriptorProto.TYPE_BYTES)
_MAX_FIELD, _MAX_ENUM = 2**29, 2**31


def proto_text(file: FileDescriptorProto, pool: DescriptorPool) -> str:
    """Returns the source of a descriptor.

    Args:
      file: the descriptor.
      pool: has the file, its transitive imports and google/protobuf/descriptor.proto, to read custom options with.
    """
    return "\n".join(_Printer(file, pool).lines()) + "\n"


class _Printer:
    """Prints one file. Every method returns or yields whole lines."""

    def __init__(self, file: FileDescriptorProto, pool: DescriptorPool) -> None:
        self.file = file
        self.pool = pool
        self.is_editions = file.syntax == "editions"

    def lines(self) -> Iterator[str]:
        file = self.file
        edition = Edition.Name(file.edition).removeprefix("EDITION_").lower()
        yield f'edition = "{edition}";' if self.is_editions else f'syntax = "{file.syntax or "proto2"}";'
        if file.package:
            yield f"package {file.package};"
        for position, path in enumerate(file.dependency):
            kind = "public " if position in file.public_dependency else ""
            kind = "weak " if position in file.weak_dependency else kind
            yield f"import {kind}{_quoted(path)};"
        # Protobuf before 6.32 has no option_dependency.
        yield from (f"import option {_quoted(path)};" for path in getattr(file, "option_dependency", ()))
        yield from self._option_statements(file)
        yield from self._extensions(file.extension, file.message_type)
        for enum in file.enum_type:
            yield from self._enum(enum)
        groups = _groups(file.extension)
        for message in file.message_type:
            if message.name not in groups:
                yield from self._message(message)
        for service in file.service:
            yield from self._service(service)

    def _message(self, message: DescriptorProto) -> Iterator[str]:
        yield f"{self._visibility(message)}message {message.name} {{"
        yield from self._body(message)
        yield "}"

    def _body(self, message: DescriptorProto) -> Iterator[str]:
        """Yields what is between a message's braces.

        protoc lists the types of map fields and groups among the nested ones, at the place of the field.
        """
        yield from self._option_statements(message)
        members = list(_members(message))
        implied = {_short_type(field) for field in message.field if _implied(field, message.nested_type)}
        groups = _groups(message.extension)
        for nested in message.nested_type:
            if nested.name not in implied:
                yield from self._message(nested) if nested.name not in groups else ()
                continue
            while members and not any(nested.name == _short_type(field) for field in members[0]):
                yield from self._member(members.pop(0), message)
            if members:
                yield from self._member(members.pop(0), message)
        for member in members:
            yield from self._member(member, message)
        for enum in message.enum_type:
            yield from self._enum(enum)
        yield from self._extensions(message.extension, message.nested_type)
        for extensions in message.extension_range:
            ends = _range(extensions.start, extensions.end - 1, _MAX_FIELD - 1)
            yield f"extensions {ends}{self._option_list(extensions)};"
        for reserved in message.reserved_range:
            yield f"reserved {_range(reserved.start, reserved.end - 1, _MAX_FIELD - 1)};"
        yield from (f"reserved {name if self.is_editions else _quoted(name)};" for name in message.reserved_name)

    def _member(self, fields: Sequence[FieldDescriptorProto], message: DescriptorProto) -> Iterator[str]:
        """Yields a field, or a oneof with its fields."""
        if not _in_oneof(fields[0]):
            yield from self._field(fields[0], message.nested_type)
            return
        oneof = message.oneof_decl[fields[0].oneof_index]
        yield f"oneof {oneof.name} {{"
        yield from self._option_statements(oneof)
        for field in fields:
            yield from self._field(field, message.nested_type)
        yield "}"

    def _field(self, field: FieldDescriptorProto, nested: Iterable[DescriptorProto]) -> Iterator[str]:
        options = self._option_list(field, _pseudo_options(field))
        implied = _implied(field, nested)
        if implied and implied.options.map_entry:
            key, value = (_type(each) for each in implied.field)
            yield f"map<{key}, {value}> {field.name} = {field.number}{options};"
        elif implied:
            yield f"{self._label(field)}group {implied.name} = {field.number}{options} {{"
            yield from self._body(implied)
            yield "}"
        else:
            yield f"{self._label(field)}{_type(field)} {field.name} = {field.number}{options};"

    def _label(self, field: FieldDescriptorProto) -> str:
        if field.label == field.LABEL_REPEATED:
            return "repeated "
        if field.label == field.LABEL_REQUIRED:
            return "required "
        is_written = field.proto3_optional or (self.file.syntax in ("", "proto2") and not _in_oneof(field))
        return "optional " if is_written else ""

    def _extensions(
        self, extensions: Iterable[FieldDescriptorProto], nested: Sequence[DescriptorProto]
    ) -> Iterator[str]:
        for extension in extensions:
            yield f"extend {extension.extendee} {{"
            yield from self._field(extension, nested)
            yield "}"

    def _enum(self, enum: EnumDescriptorProto) -> Iterator[str]:
        yield f"{self._visibility(enum)}enum {enum.name} {{"
        yield from self._option_statements(enum)
        for value in enum.value:
            yield f"{value.name} = {value.number}{self._option_list(value)};"
        for reserved in enum.reserved_range:
            yield f"reserved {_range(reserved.start, reserved.end, _MAX_ENUM - 1)};"
        yield from (f"reserved {name if self.is_editions else _quoted(name)};" for name in enum.reserved_name)
        yield "}"

    def _service(self, service: ServiceDescriptorProto) -> Iterator[str]:
        yield f"service {service.name} {{"
        yield from self._option_statements(service)
        for method in service.method:
            yield from self._method(method)
        yield "}"

    def _method(self, method: MethodDescriptorProto) -> Iterator[str]:
        request = ("stream " if method.client_streaming else "") + method.input_type
        response = ("stream " if method.server_streaming else "") + method.output_type
        signature = f"rpc {method.name}({request}) returns ({response})"
        if not method.HasField("options"):
            yield f"{signature};"
            return
        yield f"{signature} {{"
        yield from self._option_statements(method)
        yield "}"

    def _visibility(self, declared: DescriptorProto | EnumDescriptorProto) -> str:
        if not declared.visibility:
            return ""
        return SymbolVisibility.Name(declared.visibility).removeprefix("VISIBILITY_").lower() + " "

    def _option_statements(self, declared: Any) -> Iterator[str]:
        for name, value in self._options(declared):
            if name != "map_entry":
                yield f"option {name} = {value};"

    def _option_list(self, declared: Any, more: Iterable[tuple[str, str]] = ()) -> str:
        options = ", ".join(f"{name} = {value}" for name, value in [*more, *self._options(declared)])
        return f" [{options}]" if options else ""

    def _options(self, declared: Any) -> Iterator[tuple[str, str]]:
        """Yields the names and values of a declaration's options, custom ones included."""
        if not declared.HasField("options"):
            return
        # The pool's own class, because only that knows the custom options.
        kind = message_factory.GetMessageClass(self.pool.FindMessageTypeByName(declared.options.DESCRIPTOR.full_name))
        for field, values in kind.FromString(declared.options.SerializeToString()).ListFields():
            name = f"(.{field.full_name})" if field.is_extension else field.name
            for value in values if isinstance(values, MutableSequence) else [values]:
                yield name, self._value(field, value)

    def _value(self, field: FieldDescriptor, value: Any) -> str:
        if isinstance(value, Message):
            return f"{{ {text_format.MessageToString(value, as_one_line=True, descriptor_pool=self.pool)} }}"
        if field.type == FieldDescriptor.TYPE_BYTES:
            return f'"{text_encoding.CEscape(value, as_utf8=False)}"'
        if isinstance(value, str):
            return _quoted(value)
        if isinstance(value, bool):
            return str(value).lower()
        if field.enum_type and value in field.enum_type.values_by_number:
            return str(field.enum_type.values_by_number[value].name)
        return str(value)


def _members(message: DescriptorProto) -> Iterator[list[FieldDescriptorProto]]:
    """Yields the fields of a message, those of one oneof together."""
    oneofs: dict[int, list[FieldDescriptorProto]] = {}
    for field in message.field:
        if _in_oneof(field):
            oneofs.setdefault(field.oneof_index, []).append(field)
    for field in message.field:
        if not _in_oneof(field):
            yield [field]
        elif field.oneof_index in oneofs:
            yield oneofs.pop(field.oneof_index)


def _in_oneof(field: FieldDescriptorProto) -> bool:
    return field.HasField("oneof_index") and not field.proto3_optional


def _groups(extensions: Iterable[FieldDescriptorProto]) -> set[str]:
    """Returns the names of the types that extensions declare."""
    return {_short_type(each) for each in extensions if each.type == each.TYPE_GROUP}


def _implied(field: FieldDescriptorProto, nested: Iterable[DescriptorProto]) -> DescriptorProto | None:
    """Returns the type that a map field or a group declares, or None."""
    for message in nested:
        if message.name == _short_type(field) and (field.type == field.TYPE_GROUP or message.options.map_entry):
            return message
    return None


def _short_type(field: FieldDescriptorProto) -> str:
    return field.type_name.rpartition(".")[2]


def _type(field: FieldDescriptorProto) -> str:
    return field.type_name or FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()


def _pseudo_options(field: FieldDescriptorProto) -> Iterator[tuple[str, str]]:
    """Yields what is written as options, but has fields of its own in the descriptor."""
    if field.HasField("default_value"):
        value = field.default_value
        if field.type in _STRINGS:
            # That of bytes is escaped already.
            value = f'"{value}"' if field.type == field.TYPE_BYTES else _quoted(value)
        yield "default", value
    if field.HasField("json_name"):
        yield "json_name", _quoted(field.json_name)


def _range(first: int, last: int, limit: int) -> str:
    if first == last:
        return str(first)
    return f"{first} to {'max' if last >= limit else last}"


def _quoted(text: str) -> str:
    return f'"{text_encoding.CEscape(text.encode(), as_utf8=False)}"'
