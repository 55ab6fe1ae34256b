"""Compares a package's messages on the wire with messages of classes created from protoc's descriptors."""

import random
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from google.protobuf.descriptor import FieldDescriptor, FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.descriptor_pool import Default, DescriptorPool
from google.protobuf.message_factory import GetMessageClass

_DEEPEST = 2

_VALUES: dict[int, Sequence[Any]] = {
    FieldDescriptor.CPPTYPE_BOOL: [True, False],
    FieldDescriptor.CPPTYPE_INT32: [0, 1, -1, 2**31 - 1, -(2**31)],
    FieldDescriptor.CPPTYPE_INT64: [0, 1, -1, 2**63 - 1, -(2**63)],
    FieldDescriptor.CPPTYPE_UINT32: [0, 1, 2**32 - 1],
    FieldDescriptor.CPPTYPE_UINT64: [0, 1, 2**64 - 1],
    FieldDescriptor.CPPTYPE_FLOAT: [0.0, -0.5, float("inf")],
    FieldDescriptor.CPPTYPE_DOUBLE: [0.0, -0.1, float("inf")],
}

# Extensions by the full name of the message that they extend.
_Extensions = dict[str, list[Any]]


def check_wire(modules: Mapping[str, ModuleType], descriptors: FileDescriptorSet) -> int:
    """Asserts that filled messages serialize to the same bytes as the others, and survive a round trip.

    Args:
      modules: maps the names of files in descriptors to the `_pb2` modules.
      descriptors: protoc's descriptors of them and their imports, in topological order.

    Returns:
      The number of bytes compared.
    """
    pool = DescriptorPool()
    for file in descriptors.file:
        pool.Add(file if file.name in modules else _installed(file))
    others = {name: pool.FindFileByName(name) for name in modules}
    extensions = _extensions([module.DESCRIPTOR for module in modules.values()])
    other_extensions = _extensions(list(others.values()))
    size = 0
    for module in modules.values():
        for cls in _classes(module, module.DESCRIPTOR.message_types_by_name):
            other_cls = GetMessageClass(pool.FindMessageTypeByName(cls.DESCRIPTOR.full_name))
            message, other = cls(), other_cls()
            _fill(message, extensions, random.Random(0))
            _fill(other, other_extensions, random.Random(0))
            wire = message.SerializePartialToString(deterministic=True)
            assert wire == other.SerializePartialToString(deterministic=True), cls
            assert cls.FromString(wire) == message and other_cls.FromString(wire) == other, cls
            size += len(wire)
    return size


def _installed(file: FileDescriptorProto) -> FileDescriptorProto:
    """Returns the runtime's descriptor of a well-known file, if it is loaded: it may be newer than the compiler's."""
    installed = FileDescriptorProto()
    try:
        Default().FindFileByName(file.name).CopyToProto(installed)
    except KeyError:
        return file
    return installed


def _classes(holder: object, names: Mapping[str, Any]) -> Iterator[Any]:
    """Yields message classes, including nested ones, found as attributes of their containers."""
    for name, descriptor in names.items():
        if not descriptor.GetOptions().map_entry:
            cls = getattr(holder, name)
            yield cls
            yield from _classes(cls, descriptor.nested_types_by_name)


def _extensions(files: list[FileDescriptor]) -> _Extensions:
    """Returns all extensions in some files, by the full name of the message that they extend."""
    extensions: _Extensions = {}
    pending: list[Any] = list(files)
    while pending:
        scope = pending.pop()
        if isinstance(scope, FileDescriptor):
            found, inner = scope.extensions_by_name.values(), scope.message_types_by_name.values()
        else:
            found, inner = scope.extensions, scope.nested_types
        pending += inner
        for extension in found:
            assert extension.containing_type
            extensions.setdefault(extension.containing_type.full_name, []).append(extension)
    return {name: sorted(found, key=lambda extension: extension.number) for name, found in extensions.items()}


def _fill(message: Any, extensions: _Extensions, values: random.Random, depth: int = 0) -> None:
    """Sets every field; messages get emptier the deeper they are nested."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type and field.message_type.GetOptions().map_entry:
            _fill_map(getattr(message, field.name), field, extensions, values, depth)
        elif field.is_repeated:
            _fill_repeated(getattr(message, field.name), field, extensions, values, depth)
        elif field.message_type:
            if depth < _DEEPEST:
                getattr(message, field.name).SetInParent()
                _fill(getattr(message, field.name), extensions, values, depth + 1)
        else:
            setattr(message, field.name, _value(field, values))
    for extension in extensions.get(message.DESCRIPTOR.full_name, []):
        if extension.is_repeated:
            _fill_repeated(message.Extensions[extension], extension, extensions, values, depth)
        elif extension.message_type:
            message.Extensions[extension].SetInParent()
        else:
            message.Extensions[extension] = _value(extension, values)


def _fill_map(container: Any, field: Any, extensions: _Extensions, values: random.Random, depth: int) -> None:
    key_field, value_field = (field.message_type.fields_by_name[name] for name in ("key", "value"))
    for _ in range(2):
        key = _value(key_field, values)
        if not value_field.message_type:
            container[key] = _value(value_field, values)
        elif depth < _DEEPEST:
            _fill(container[key], extensions, values, depth + 1)


def _fill_repeated(container: Any, field: Any, extensions: _Extensions, values: random.Random, depth: int) -> None:
    for _ in range(2):
        if not field.message_type:
            container.append(_value(field, values))
        elif depth < _DEEPEST:
            _fill(container.add(), extensions, values, depth + 1)


def _value(field: Any, values: random.Random) -> Any:
    """Returns a value for a non-message field, or for one element of a repeated field."""
    if field.enum_type:
        return values.choice([value.number for value in field.enum_type.values])
    if field.type == FieldDescriptor.TYPE_BYTES:
        return values.randbytes(values.randint(0, 3))
    if field.type == FieldDescriptor.TYPE_STRING:
        return values.choice(["", "x", "Größe", "\U0001f600"])
    return values.choice(_VALUES[field.cpp_type])
