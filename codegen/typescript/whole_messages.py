"""Has rpcs send and receive well-known types as they are, in the descriptors that ts-proto reads. A pure function.

A field that is an Int64Value is a bigint, which can be left out. Neither holds for the request or the response of an
rpc, where ts-proto mixes the two: types that say bigint and types that say Int64Value, with code that takes the other
one; and a handler that is to return nothing where its response, an Empty, is encoded. Told of the same messages under
names that it does not know, it has them as the messages that they are, in every place.
"""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

# What has messages that ts-proto treats as something else.
_FILES = frozenset(f"google/protobuf/{name}.proto" for name in ("empty", "field_mask", "struct", "wrappers"))
# No proto can have a package of this name. A module is found by the name of the file, which stays.
_PACKAGE = "google.protobuf.$whole"


def use_whole_messages(descriptors: FileDescriptorSet) -> FileDescriptorSet:
    """Returns descriptors whose rpcs name no type that ts-proto treats as something else.

    They have some files twice, and so can only be used to generate others.
    """
    whole = FileDescriptorSet()
    names = {}
    for file in descriptors.file:
        whole.file.add().CopyFrom(file)
        if file.name in _FILES:
            whole.file.add().CopyFrom(file)
            whole.file[-1].package = _PACKAGE
            names.update(_names(file))
    for file in whole.file:
        for service in file.service:
            for method in service.method:
                method.input_type = names.get(method.input_type, method.input_type)
                method.output_type = names.get(method.output_type, method.output_type)
    return whole


def _names(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    for message in file.message_type:
        yield f".{file.package}.{message.name}", f".{_PACKAGE}.{message.name}"
