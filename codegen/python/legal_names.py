"""Renames what Python cannot call by its name, in the descriptors that generators read. Pure functions.

`message None`, `enum class`, a value `True`, an extension `in` and `rpc lambda` are fine in a proto but keywords in
Python: grpc's generator and protoc's type stubs write invalid Python for them. A value `ValueType`, a nested message
`Clear` and a service `OrdersStub` beside `Orders` collide with a name that the generated code has there already. With
an underscore appended to the names, all generators write valid, typed code, and name_fixes.py makes these names exist
at run time. Names on the wire do not change. Names that would need more than that are rejected; no public proto has
one.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import (
    EDITION_2024,
    DescriptorProto,
    EnumDescriptorProto,
    FeatureSet,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message

from codegen.errors import CodegenError
from codegen.python.names import legal_name

# Names that grpc's generator uses in the module of a service, and in the class of one.
_IN_SERVICE_MODULE = {"grpc", "warnings", "NotImplementedError", "staticmethod"}
_IN_SERVICE = {"staticmethod"}

# Every module and class has one.
_DESCRIPTOR = "DESCRIPTOR"

# What a module uses after it has defined the names of its proto.
_IN_MODULE = {_DESCRIPTOR, "_descriptor"}


def _public(owner: type) -> set[str]:
    return {name for name in dir(owner) if not name.startswith("_")} - {_DESCRIPTOR}


# The names that the class of a message and that of an enum have already. In type stubs, the class of an enum has `type`
# as a base, and mypy-protobuf's name for its values, V.
IN_MESSAGE = _public(Message)
_IN_ENUM = _public(EnumTypeWrapper) | _public(type) | {"V"}


class Alias(NamedTuple):
    """A message, enum, enum value or extension with two names.

    `scope` is the names of the enclosing messages and enum, as in the proto; () is the module. `enum` is the same for
    the enum of a value, with its own name; () for everything else.
    """

    scope: tuple[str, ...]
    name: str
    alias: str
    enum: tuple[str, ...] = ()


class ServiceNames(NamedTuple):
    """A service that was renamed, or whose methods were.

    `package` is as in the proto, for example "jts.trading" or "". `alias` is the service's new name, or the same.
    `rpcs` are pairs of a method's old and new name.
    """

    package: str
    name: str
    alias: str
    rpcs: tuple[tuple[str, str], ...]


@dataclass
class LegalNames:
    """Descriptors with legal names, and what was renamed, by import path."""

    descriptors: FileDescriptorSet
    aliases: dict[str, list[Alias]] = field(default_factory=dict)
    services: dict[str, list[ServiceNames]] = field(default_factory=dict)

    @property
    def renames(self) -> bool:
        """Whether anything was renamed."""
        return any(self.aliases.values()) or any(self.services.values())


# From the full name of a type, with a leading dot, to its new one; from (enum, value) to the value's new name.
_Types = dict[str, str]
_Values = dict[tuple[str, str], str]


def check_names(file: FileDescriptorProto) -> None:
    """Rejects names in a file that generated Python cannot have.

    Raises:
      CodegenError: naming the first one.
    """
    for what, reason in _refused(file):
        raise CodegenError(f"{file.name}: {what}: {reason}. Rename it.", proto=file.name)


def _refused(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    # https://docs.python.org/3/reference/expressions.html#private-name-mangling
    private = "Python mangles names that start with two underscores inside a class"
    used = "the generated code uses this name"
    yield from ((name, used) for name in _IN_MODULE.intersection(_names(file)))
    pending = list(file.message_type)
    for message in pending:
        pending += message.nested_type
        if message.name.startswith("__"):
            yield f"message {message.name}", private
        if _DESCRIPTOR in _names(message):
            yield f"{_DESCRIPTOR} of message {message.name}", used
        for enum in message.enum_type:
            if enum.name in IN_MESSAGE:
                yield f"enum {enum.name} of message {message.name}", "every message has a method of this name"
    for service in file.service:
        for method in service.method:
            if method.name.startswith("__"):
                yield f"rpc {method.name}", private


def use_legal_names(descriptors: FileDescriptorSet, files: Set[str]) -> LegalNames:
    """Returns descriptors whose types, enum values, extensions, services and methods have names that Python can have.

    Args:
      descriptors: all files, in topological order. Not modified.
      files: the import paths to rename in: those generated into one tree. Installed packages keep their names.

    Returns:
      The new descriptors and the names. An alias depends only on its own file. Fields keep their names: Python code
      accesses them with getattr and setattr.

    Raises:
      CodegenError: if another file of the same proto package already has the new name of a type.
    """
    legal = LegalNames(FileDescriptorSet())
    legal.descriptors.CopyFrom(descriptors)
    types: _Types = {}
    values: _Values = {}
    for file in legal.descriptors.file:
        if file.name in files:
            start = "." + file.package if file.package else ""
            legal.aliases[file.name] = list(_rename_scope(file, (start, start), (), types, values))
            legal.services[file.name] = list(_rename_services(file))
            _allow_any_style(file)
    _check_conflicts(legal)
    if any(old != new for old, new in types.items()) or values:
        for file in legal.descriptors.file:
            _refer(file, types, values)
    return legal


def _allow_any_style(file: FileDescriptorProto) -> None:
    """Makes protoc accept names with a trailing underscore, which edition 2024 would reject."""
    if file.edition < EDITION_2024:
        return
    file.options.features.enforce_naming_style = FeatureSet.STYLE_LEGACY
    nodes: list[DescriptorProto | EnumDescriptorProto | ServiceDescriptorProto] = [
        *file.message_type,
        *file.enum_type,
        *file.service,
    ]
    for node in nodes:
        if node.options.HasField("features"):
            node.options.features.ClearField("enforce_naming_style")
        if isinstance(node, DescriptorProto):
            nodes += [*node.nested_type, *node.enum_type]


def _check_conflicts(legal: LegalNames) -> None:
    """Checks that no new name collides with another file's: an alias may depend only on its own file."""
    aliases = {
        (file.package, alias): (file.name, name)
        for file in legal.descriptors.file
        for name, alias in _top_level_aliases(legal, file.name)
    }
    if not aliases:
        return
    for file in legal.descriptors.file:
        for scope, alias in _symbols(file):
            owner, name = aliases.get((scope, alias), (file.name, ""))
            if owner != file.name:
                raise CodegenError(
                    f"{owner}: {name} cannot be used in Python and becomes {alias}, which {file.name} already has. "
                    "Rename one of them.",
                    proto=owner,
                )


def _symbols(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    """Yields the top-level symbols of a file, each with the package it is in. Packages are symbols too."""
    yield from ((file.package, name) for name in _names(file))
    parts = file.package.split(".") if file.package else []
    yield from ((".".join(parts[:end]), part) for end, part in enumerate(parts))


def _top_level_aliases(legal: LegalNames, path: str) -> Iterator[tuple[str, str]]:
    yield from ((alias.name, alias.alias) for alias in legal.aliases.get(path, ()) if not alias.scope)
    yield from (
        (service.name, service.alias) for service in legal.services.get(path, ()) if service.name != service.alias
    )


def _rename_scope(
    node: FileDescriptorProto | DescriptorProto,
    prefix: tuple[str, str],
    scope: tuple[str, ...],
    types: _Types,
    values: _Values,
) -> Iterator[Alias]:
    """Renames the contents of a file or message and yields the aliases. `prefix` is its old and new full name."""
    taken = set(_names(node))
    reserved = IN_MESSAGE if scope else frozenset[str]()
    inner_types: list[DescriptorProto | EnumDescriptorProto] = [*_messages(node), *node.enum_type]
    for inner in inner_types:
        old, new = inner.name, legal_name(inner.name, taken, reserved)
        types[f"{prefix[0]}.{old}"] = f"{prefix[1]}.{new}"
        inner.name = new
        if old != new:
            yield Alias(scope, old, new)
        if isinstance(inner, DescriptorProto):
            below = (f"{prefix[0]}.{old}", f"{prefix[1]}.{new}")
            yield from _rename_scope(inner, below, (*scope, old), types, values)
        else:
            yield from _rename_values(
                inner, (*scope, old), f"{prefix[0]}.{old}", taken | {*inner.reserved_name}, reserved | _IN_ENUM, values
            )
    for extension in node.extension:
        old, extension.name = extension.name, legal_name(extension.name, taken, reserved)
        if old != extension.name:
            yield Alias(scope, old, extension.name)
            yield Alias(scope, f"{old.upper()}_FIELD_NUMBER", f"{extension.name.upper()}_FIELD_NUMBER")


def _rename_values(
    enum: EnumDescriptorProto,
    scope: tuple[str, ...],
    full_name: str,
    taken: Set[str],
    reserved: Set[str],
    values: _Values,
) -> Iterator[Alias]:
    for value in enum.value:
        old, value.name = value.name, legal_name(value.name, taken, reserved)
        if old != value.name:
            values[full_name, old] = value.name
            # Python has each value twice: beside the enum and in it.
            yield Alias(scope[:-1], old, value.name, scope)
            yield Alias(scope, old, value.name, scope)


def _rename_services(file: FileDescriptorProto) -> Iterator[ServiceNames]:
    taken = set(_names(file))
    # mypy-protobuf uses one name for a class of service "A" and for the stub of service "AAsync".
    taken |= {service.name.removesuffix("Async") for service in file.service}
    reserved = {*_IN_SERVICE_MODULE, *(name for service in file.service for name in _service_classes(service.name))}
    for service in file.service:
        name = service.name
        service.name = legal_name(name, taken, reserved)
        rpcs = tuple(_rename_rpcs(service))
        if rpcs or name != service.name:
            yield ServiceNames(file.package, name, service.name, rpcs)


def _service_classes(service: str) -> tuple[str, str]:
    """Returns the classes that grpc's generator writes for a service besides the one of its name."""
    return f"{service}Stub", f"{service}Servicer"


def _rename_rpcs(service: ServiceDescriptorProto) -> Iterator[tuple[str, str]]:
    taken = {method.name for method in service.method}
    for method in service.method:
        name = method.name
        method.name = legal_name(name, taken, _IN_SERVICE)
        if name != method.name:
            yield name, method.name


def _messages(node: FileDescriptorProto | DescriptorProto) -> Iterator[DescriptorProto]:
    yield from node.message_type if isinstance(node, FileDescriptorProto) else node.nested_type


def _fields(node: FileDescriptorProto | DescriptorProto) -> Iterator[FieldDescriptorProto]:
    yield from node.extension
    if isinstance(node, DescriptorProto):
        yield from node.field


def _names(node: FileDescriptorProto | DescriptorProto) -> Iterator[str]:
    """Yields every name in a scope: protobuf puts enum values beside their enum, and services beside messages."""
    yield from (message.name for message in _messages(node))
    yield from (entry.name for entry in _fields(node))
    others = node.service if isinstance(node, FileDescriptorProto) else node.oneof_decl
    yield from (other.name for other in others)
    for enum in node.enum_type:
        yield enum.name
        yield from (value.name for value in enum.value)


def _refer(node: FileDescriptorProto | DescriptorProto, types: _Types, values: _Values) -> None:
    """Updates every reference in a file or message to a renamed type or value. Absent ones stay absent."""
    for entry in _fields(node):
        if (entry.type_name, entry.default_value) in values:
            entry.default_value = values[entry.type_name, entry.default_value]
        if entry.type_name in types:
            entry.type_name = types[entry.type_name]
        if entry.extendee in types:
            entry.extendee = types[entry.extendee]
    for message in _messages(node):
        _refer(message, types, values)
    if isinstance(node, FileDescriptorProto):
        for method in (method for service in node.service for method in service.method):
            method.input_type = types.get(method.input_type, method.input_type)
            method.output_type = types.get(method.output_type, method.output_type)
