"""Takes derived JSON names out of descriptors. A pure function.

protoc adds them to every descriptor set; in the code that it generates from sources there are only those that a proto
gives itself. Descriptors of the same file are equal for Python's pool only when both have them, or neither.
"""

from collections.abc import Iterator, Set

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

_JSON_NAME = FieldDescriptorProto.JSON_NAME_FIELD_NUMBER


def drop_derived_json_names(descriptors: FileDescriptorSet, files: Set[str]) -> FileDescriptorSet:
    """Returns descriptors whose fields have a JSON name only where the proto gives one.

    Args:
      descriptors: all files, with source info. Not changed.
      files: the import paths to look at.
    """
    plain = FileDescriptorSet()
    plain.CopyFrom(descriptors)
    for file in plain.file:
        if file.name in files:
            # Only what is written in the source has a place in it.
            written = {tuple(place.path) for place in file.source_code_info.location}
            for path, field in _fields(file):
                if (*path, _JSON_NAME) not in written:
                    field.ClearField("json_name")
    return plain


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
