"""Has rpcs send and receive well-known types as they are, in the descriptors that ts-proto reads. Pure functions.

A field that is an Int64Value is a bigint, which can be left out. Neither holds for the request or the response of an
rpc, where ts-proto mixes the two: types that say bigint and types that say Int64Value, with code that takes the other
one; and a handler that is to return nothing where its response, an Empty, is encoded. Told of the same messages under
names that it does not know, it has them as the messages that they are, in every place.
"""

import re
from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.typescript.ts_proto import unknown

# What has messages that ts-proto treats as something else.
_FILES = frozenset(f"google/protobuf/{name}.proto" for name in ("empty", "field_mask", "struct", "wrappers"))
# No proto can have a package of this name. A module is found by the name of the file, which stays.
_PACKAGE = "google.protobuf.$whole"

# Where a name is long, ts-proto wraps lines.
_SERIALIZER = re.compile(
    r"\b(?:request|response)Serialize:\s*\(\s*value:\s*(\w+),?\s*\):\s*Buffer\s*=>"
    r"\s*Buffer\.from\(\s*\1\s*\.encode\(\s*value,?\s*\)\s*\.finish\(\),?\s*\)"
)
_RETURNS_NOTHING = re.compile(r"^  \w+\([^;]*?\):\s*\|?\s*void\s*\|\s*Promise<void>;", re.MULTILINE)


def use_whole_messages(descriptors: FileDescriptorSet) -> FileDescriptorSet:
    """Returns descriptors whose rpcs name no type that ts-proto treats as something else.

    They have some files twice, and so can only be used to generate others.
    """
    whole = FileDescriptorSet()
    names: dict[str, str] = {}
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


def check_whole_messages(source: str, file: FileDescriptorProto) -> None:
    """Makes sure that the text of a file has every request and response as a message.

    Raises:
      CodegenError: when it has not: this ts-proto goes by something else than names.
    """
    if not file.service:
        return
    expected = 2 * sum(len(service.method) for service in file.service)
    found = len(_SERIALIZER.findall(source))
    if found < expected:
        raise unknown(file.name, f"{found} of {expected} requests and responses as they are")
    if _RETURNS_NOTHING.search(source):
        raise unknown(file.name, "handlers that return nothing")
