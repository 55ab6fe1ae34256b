"""What protoc and its plugins say to each other. Pure functions.

The contract is that of https://protobuf.dev/reference/other/#plugins and of
https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/compiler/plugin.proto.
"""

from collections.abc import Iterable, Sequence

from google.protobuf.compiler import plugin_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import DecodeError

from codegen.errors import GeneratorError

_Response = plugin_pb2.CodeGeneratorResponse


def request_of(files: Sequence[str], parameter: str, descriptors: FileDescriptorSet) -> bytes:
    """Returns what a plugin reads.

    Args:
      files: the import paths to generate for.
      parameter: what it is told, `--NAME_opt` of protoc.
      descriptors: those files and all that they import, with source info, in topological order.
    """
    request = plugin_pb2.CodeGeneratorRequest(file_to_generate=files, parameter=parameter, proto_file=descriptors.file)
    return request.SerializeToString()


def texts_of(answer: bytes, files: Sequence[str], descriptors: FileDescriptorSet) -> dict[str, str]:
    """Returns the files that a plugin writes, from its name for them to content.

    Args:
      answer: what it has written to standard output.
      files: the import paths that it was to generate for.
      descriptors: what it has read.

    Raises:
      GeneratorError: when it refuses, or does not know what a file uses. The text says why, in one line.
    """
    try:
        response = _Response.FromString(answer)
    except DecodeError as error:
        raise GeneratorError("it wrote no CodeGeneratorResponse to standard output") from error
    if response.error:
        raise GeneratorError(" ".join(response.error.split()))
    generated = frozenset(files)
    _check_features(response, [file for file in descriptors.file if file.name in generated])
    texts: dict[str, str] = {}
    for file in response.file:
        if file.insertion_point:
            raise GeneratorError(f"it adds to {file.name} of another plugin, and here each works alone")
        if not file.name and not texts:
            raise GeneratorError("its first file has no name")
        # Without a name, it goes on where the last one ended.
        name = file.name or next(reversed(texts))
        texts[name] = texts.get(name, "") + file.content if not file.name else file.content
    return texts


def _check_features(response: _Response, files: Iterable[FileDescriptorProto]) -> None:
    """Refuses what the plugin has not said that it knows, as protoc does."""
    for file in files:
        if file.syntax == "editions":
            known = response.supported_features & _Response.FEATURE_SUPPORTS_EDITIONS
            if not known or not response.minimum_edition <= file.edition <= response.maximum_edition:
                raise GeneratorError(f"it does not know the edition of {file.name}")
        elif not response.supported_features & _Response.FEATURE_PROTO3_OPTIONAL and _has_optional(file.message_type):
            raise GeneratorError(f"it does not know proto3's optional, which {file.name} uses")


def _has_optional(messages: Iterable[DescriptorProto]) -> bool:
    return any(
        any(field.proto3_optional for field in message.field) or _has_optional(message.nested_type)
        for message in messages
    )
