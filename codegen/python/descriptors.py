"""Adjusts descriptors to make the generated Python work.

Functions that change descriptors modify their argument in place.
"""

import importlib.util
from collections.abc import Iterable, Iterator, Set

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from codegen.descriptors import change_comments
from codegen.python.names import protoc_modules

_JSON_NAME = FieldDescriptorProto.JSON_NAME_FIELD_NUMBER
_SERVICE = FileDescriptorProto.SERVICE_FIELD_NUMBER


def drop_derived_json_names(descriptors: FileDescriptorSet, files: Set[str]) -> None:
    """Clears JSON names that the proto does not set itself.

    protoc adds them to every descriptor set, but omits them from code that it generates from sources. Python's pool
    treats two descriptors of a file as equal only if both have them or neither does.

    Args:
      descriptors: all files, with source info.
      files: the import paths to change.
    """
    for file in descriptors.file:
        if file.name in files:
            # Only what is written in the source has a location.
            written = {tuple(place.path) for place in file.source_code_info.location}
            for path, field in _fields(file):
                if (*path, _JSON_NAME) not in written:
                    field.ClearField("json_name")


def _fields(file: FileDescriptorProto) -> Iterator[tuple[tuple[int, ...], FieldDescriptorProto]]:
    """Yields every field and extension of a file with its path in the descriptor."""
    for position, extension in enumerate(file.extension):
        yield (FileDescriptorProto.EXTENSION_FIELD_NUMBER, position), extension
    for position, message in enumerate(file.message_type):
        yield from _message_fields((FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, position), message)


def _message_fields(
    path: tuple[int, ...], message: DescriptorProto
) -> Iterator[tuple[tuple[int, ...], FieldDescriptorProto]]:
    for position, field in enumerate(message.field):
        yield (*path, DescriptorProto.FIELD_FIELD_NUMBER, position), field
    for position, extension in enumerate(message.extension):
        yield (*path, DescriptorProto.EXTENSION_FIELD_NUMBER, position), extension
    for position, inner in enumerate(message.nested_type):
        yield from _message_fields((*path, DescriptorProto.NESTED_TYPE_FIELD_NUMBER, position), inner)


def without_module(protos: Iterable[str]) -> set[str]:
    """Returns those of the protos, by import path, that are the runtime's and that it has no module for."""
    own = (proto for proto in protos if proto.startswith("google/protobuf/"))
    return {proto for proto in own if importlib.util.find_spec(protoc_modules(proto)[0]) is None}


def drop_imports(descriptors: FileDescriptorSet, missing: Set[str]) -> None:
    """Removes imports of files that Python has no module for.

    protoc knows go_features.proto and others of the kind, whose options are about other languages' code. The Python
    runtime does not.

    Args:
      descriptors: all files.
      missing: the import paths to remove. Nothing but options may use them.
    """
    for file in descriptors.file:
        kept = [path for path in file.dependency if path not in missing]
        if len(kept) == len(file.dependency):
            continue
        for positions in (file.public_dependency, file.weak_dependency):
            paths = [file.dependency[position] for position in positions]
            positions[:] = [kept.index(path) for path in paths if path not in missing]
        file.dependency[:] = kept


def prefix_files(descriptors: FileDescriptorSet, files: Set[str], prefix: str) -> None:
    """Changes the import path of files, but neither their contents nor the wire format.

    A Python process has one descriptor pool, keyed by import path. With a prefix, two packages can each have a file of
    the same name.

    Args:
      descriptors: all files, in topological order.
      files: the import paths to rename: those generated into one tree. Installed packages keep theirs.
      prefix: prepended to them: "jts/" turns "common.proto" into "jts/common.proto"; "" is a no-op.
    """
    for file in descriptors.file if prefix else ():
        if file.name in files:
            file.name = prefix + file.name
        # Protobuf before 6.32 has no option_dependency.
        for imports in (file.dependency, getattr(file, "option_dependency", [])):
            imports[:] = [prefix + path if path in files else path for path in imports]


def escape_service_comments(descriptors: FileDescriptorSet, files: Set[str]) -> None:
    """Escapes the comments of services for a Python docstring.

    grpc's generator puts them between triple quotes verbatim, where quotes or a backslash would end or change the
    string (https://github.com/grpc/grpc/blob/master/src/compiler/python_generator.cc).

    Args:
      descriptors: with source info.
      files: the import paths whose services are generated.
    """
    for file in descriptors.file:
        for location in file.source_code_info.location if file.name in files else ():
            if location.path and location.path[0] == _SERVICE:
                change_comments(location, _escape)


def _escape(comment: str) -> str:
    return comment.replace("\\", "\\\\").replace('"""', r"\"\"\"")


def public_names(descriptors: FileDescriptorSet) -> dict[str, dict[str, str]]:
    """Returns what each file re-exports: by its import path, from name to the import path of the defining file.

    At run time a module has all names of its transitive public imports: protoc writes `from b_pb2 import *`. On a
    collision the last one wins.

    Args:
      descriptors: all files, in topological order.
    """
    names: dict[str, dict[str, str]] = {}
    result = {}
    for file in descriptors.file:
        imported: dict[str, str] = {}
        for position in file.public_dependency:
            imported.update(names[file.dependency[position]])
        own = dict.fromkeys(own_names(file), file.name)
        names[file.name] = {**imported, **own}
        result[file.name] = {name: origin for name, origin in imported.items() if name not in own}
    return result


def own_names(file: FileDescriptorProto) -> list[str]:
    """Returns the names that `import *` imports from a file: messages, enums, their values, extensions."""
    names = [entry.name for entries in (file.message_type, file.enum_type, file.extension) for entry in entries]
    names += [value.name for enum in file.enum_type for value in enum.value]
    return [name for name in names if not name.startswith("_")]
