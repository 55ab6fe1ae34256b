"""What `import public` means for type stubs. Pure functions."""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet


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
