"""What `import public` means for type stubs. Pure functions."""

import re
from collections.abc import Container, Iterator

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

_HANDED_ON = re.compile(r"^from [\w.]+ import (\w+) as \1\n", re.MULTILINE)


def reach_public_imports(descriptors: FileDescriptorSet) -> FileDescriptorSet:
    """Returns descriptors in which a file publicly imports all that it hands on.

    When a.proto publicly imports b.proto, and b.proto publicly imports c.proto, a_pb2 has the names of c at run time.
    Generators of type stubs look at one step only.

    Args:
      descriptors: all files, in topological order. Not changed.
    """
    reaching = FileDescriptorSet()
    reaching.CopyFrom(descriptors)
    public: dict[str, list[str]] = {}
    for file in reaching.file:
        handed_on = list(dict.fromkeys(_handed_on(file, public)))
        public[file.name] = handed_on
        file.dependency.extend(path for path in handed_on if path not in file.dependency)
        positions = {path: position for position, path in enumerate(file.dependency)}
        file.public_dependency[:] = [positions[path] for path in handed_on]
    return reaching


def drop_public_imports(descriptors: FileDescriptorSet) -> FileDescriptorSet:
    """Returns descriptors in which every import is an ordinary one: a `_pb2_grpc` module hands nothing on.

    Args:
      descriptors: all files. Not changed.
    """
    plain = FileDescriptorSet()
    plain.CopyFrom(descriptors)
    for file in plain.file:
        file.ClearField("public_dependency")
    return plain


def _handed_on(file: FileDescriptorProto, public: dict[str, list[str]]) -> Iterator[str]:
    for position in file.public_dependency:
        path = file.dependency[position]
        yield path
        yield from public[path]


def drop_own_names(source: str, own: Container[str]) -> str:
    """Returns a type stub without the re-exports of names that the module defines itself.

    At run time a module's own message comes after what `import public` brought, and takes its place.

    Args:
      source: the text of a `_pb2.pyi`.
      own: the names that the module defines.
    """
    return _HANDED_ON.sub(lambda match: "" if match[1] in own else match[0], source)


def own_names(file: FileDescriptorProto) -> set[str]:
    """Returns the names that a file's module has of its own: messages, enums, their values, extensions."""
    names = {entry.name for entries in (file.message_type, file.enum_type, file.extension) for entry in entries}
    return names | {value.name for enum in file.enum_type for value in enum.value}
