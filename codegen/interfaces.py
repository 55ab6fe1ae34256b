"""The interface of a proto: the part of its descriptor that the code of its dependents depends on. Pure functions.

Like the header jar of a Java library (https://bazel.build/docs/user-manual#experimental-header-compilation), it changes
less often than the whole: not for a comment, nor for a new field. Dependents are only built again when it changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    OneofDescriptorProto,
)

from codegen.descriptors import imports_of
from codegen.errors import CodegenError

# Protos of the runtime stay whole: they change only with the compiler, and protoc reads options by them.
_RUNTIME = "google/protobuf/"

# The messages whose extensions are custom options and custom features.
_OPTIONS = ".google.protobuf."
_OPTIONS_ENDINGS = ("Options", ".FeatureSet")

_Scope: TypeAlias = FileDescriptorProto | DescriptorProto
_Described: TypeAlias = (
    _Scope | FieldDescriptorProto | EnumDescriptorProto | OneofDescriptorProto | DescriptorProto.ExtensionRange
)


def interface_of(file: FileDescriptorProto, whole: Set[str]) -> FileDescriptorProto:
    """Returns the interface of a file.

    It lacks comments, custom options, methods, and the members of messages: fields, oneofs and maps. Enums, extensions
    and everything about names stay.

    Args:
      file: the file, as protoc writes it.
      whole: full names, with a leading dot, of the messages that keep their members: those that custom options use.
    """
    result = FileDescriptorProto()
    result.CopyFrom(file)
    result.ClearField("source_code_info")
    if file.name.startswith(_RUNTIME):
        return result
    for service in result.service:
        del service.method[:]
        service.ClearField("options")
    for message in result.message_type:
        _drop_members(message, f"{_scope_name(file)}.{message.name}", whole)
    _drop_custom_options(result)
    return result


def _scope_name(file: FileDescriptorProto) -> str:
    return f".{file.package}" if file.package else ""


def _drop_custom_options(file: FileDescriptorProto) -> None:
    """Clears the options that this program does not know."""
    scopes: list[_Scope] = [file]
    described: list[_Described] = []
    for scope in scopes:
        scopes += _messages(scope)
        described += [scope, *scope.extension, *scope.enum_type]
        if isinstance(scope, DescriptorProto):
            described += [*scope.field, *scope.oneof_decl, *scope.extension_range]
    for each in described:
        if each.HasField("options"):
            each.options.DiscardUnknownFields()
    for value in (value for scope in scopes for enum in scope.enum_type for value in enum.value):
        value.ClearField("options")


def _drop_members(message: DescriptorProto, name: str, whole: Set[str]) -> None:
    for inner in message.nested_type:
        # A map stays or goes with the field.
        if not inner.options.map_entry:
            _drop_members(inner, f"{name}.{inner.name}", whole)
    # Python's replacements of names avoid those in the same scope (codegen/python/names.py): all end in an underscore.
    names = [member.name for members in (message.field, message.oneof_decl) for member in members]
    if name in whole or any(member.endswith("_") for member in names):
        return
    maps = [position for position, inner in enumerate(message.nested_type) if inner.options.map_entry]
    for position in reversed(maps):
        del message.nested_type[position]
    for field in ("field", "oneof_decl", "reserved_range", "reserved_name"):
        message.ClearField(field)


def option_types(files: Iterable[FileDescriptorProto], known: Mapping[str, DescriptorProto]) -> set[str]:
    """Returns the messages that are needed to read the custom options and features that files define.

    Args:
      files: the files.
      known: from full name, with a leading dot, to the message, with its members; for all files that they import too.

    Returns:
      Full names, with a leading dot.
    """
    found: set[str] = set()
    pending = [extension.type_name for file in files for extension in _extensions(file) if _is_option(extension)]
    while pending:
        name = pending.pop()
        if name in known and name not in found:
            found.add(name)
            pending += [field.type_name for field in known[name].field if field.type_name]
    return found


def _is_option(extension: FieldDescriptorProto) -> bool:
    return extension.extendee.startswith(_OPTIONS) and extension.extendee.endswith(_OPTIONS_ENDINGS)


def defines_options(files: Iterable[FileDescriptorProto]) -> bool:
    """Returns whether files define custom options or features."""
    return any(_is_option(extension) for file in files for extension in _extensions(file))


def _extensions(scope: _Scope) -> Iterator[FieldDescriptorProto]:
    yield from scope.extension
    for message in _messages(scope):
        yield from _extensions(message)


def _messages(scope: _Scope) -> Iterator[DescriptorProto]:
    yield from scope.message_type if isinstance(scope, FileDescriptorProto) else scope.nested_type


def messages_by_name(files: Iterable[FileDescriptorProto]) -> dict[str, DescriptorProto]:
    """Returns all messages of files, by full name with a leading dot."""
    found: dict[str, DescriptorProto] = {}
    for file in files:
        pending = [(_scope_name(file), message) for message in file.message_type]
        while pending:
            scope, message = pending.pop()
            name = f"{scope}.{message.name}"
            found[name] = message
            pending += [(name, inner) for inner in message.nested_type]
    return found


def merge(sets: Iterable[FileDescriptorSet]) -> dict[str, FileDescriptorProto]:
    """Returns the files of descriptor sets by import path, dependencies first.

    An interface of a file may lack members of messages that another interface of it has: the result has all. The
    interface of a proto_library that defines custom options includes those of the messages that these use. Of different
    files with one import path, the first counts.

    Args:
      sets: together, files and all that they import.

    Raises:
      CodegenError: if files import each other.
    """
    files: dict[str, FileDescriptorProto] = {}
    for file in (file for each in sets for file in each.file):
        if file.name not in files:
            files[file.name] = file
        elif files[file.name] != file and _is_same(files[file.name], file):
            files[file.name] = _with_members(files[file.name], file)
    graph = {path: [dep for dep in imports_of(file) if dep in files] for path, file in files.items()}
    try:
        return {path: files[path] for path in TopologicalSorter(graph).static_order()}
    except CycleError as error:
        cycle = ", ".join(sorted(set(error.args[1])))
        raise CodegenError(f"{cycle} import each other: there are different files of one name. Remove one.") from error


def _is_same(one: FileDescriptorProto, other: FileDescriptorProto) -> bool:
    """Returns whether two descriptors, each whole or an interface, may be of the same file."""
    return interface_of(one, frozenset()) == interface_of(other, frozenset())


def _with_members(one: FileDescriptorProto, other: FileDescriptorProto) -> FileDescriptorProto:
    result = FileDescriptorProto()
    result.CopyFrom(one)
    more = messages_by_name([other])
    for name, message in messages_by_name([result]).items():
        if name in more and not message.field:
            message.field.extend(more[name].field)
            message.oneof_decl.extend(more[name].oneof_decl)
            known = {inner.name for inner in message.nested_type}
            message.nested_type.extend(inner for inner in more[name].nested_type if inner.name not in known)
    return result
