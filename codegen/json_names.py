"""Takes derived JSON names out of descriptors. A pure function.

protoc adds them to every descriptor set; in the code that it generates from sources there are only those that a proto
gives itself. Descriptors of the same file are equal for Python's pool only when both have them, or neither.
"""

from collections.abc import Iterator, Set

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet


def drop_derived_json_names(descriptors: FileDescriptorSet, files: Set[str]) -> FileDescriptorSet:
    """Returns descriptors whose fields have a JSON name only where it is not the one that follows from the name.

    Args:
      descriptors: all files. Not changed.
      files: the import paths to look at.
    """
    plain = FileDescriptorSet()
    plain.CopyFrom(descriptors)
    for file in plain.file:
        if file.name in files:
            for field in (*file.extension, *(inner for message in file.message_type for inner in _fields(message))):
                if field.json_name == _derived_json_name(field.name):
                    field.ClearField("json_name")
    return plain


def _fields(message: DescriptorProto) -> Iterator[FieldDescriptorProto]:
    yield from message.field
    yield from message.extension
    for inner in message.nested_type:
        yield from _fields(inner)


def _derived_json_name(name: str) -> str:
    """Returns the lowerCamelCase name of a field (https://protobuf.dev/programming-guides/json/#field-names)."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
