"""A protoc plugin: writes the messages, services and imports of each file, one per line."""

import os
import sys

sys.path.insert(0, sys.argv[1])

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from google.protobuf.descriptor_pb2 import FileDescriptorProto


def words(file: FileDescriptorProto) -> str:
    """Returns a file's output."""
    lines = [f"message {file.package}.{message.name}" for message in file.message_type]
    lines += [f"service {file.package}.{service.name}" for service in file.service]
    return "".join(line + "\n" for line in [*lines, *(f"see {path}" for path in file.dependency)])


def main() -> None:
    """Answers a request. A message named Trouble makes it fail; one named Another yields another file's output."""
    request = CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    response = CodeGeneratorResponse(supported_features=CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL)
    for file in request.proto_file:
        names = {message.name for message in file.message_type}
        if file.name not in request.file_to_generate:
            continue
        if "Trouble" in names:
            print("the words fail me", file=sys.stderr)
            os.abort()
        stem = "another" if "Another" in names else file.name.removesuffix(".proto")
        response.file.add(name=f"{stem}.txt", content=f"{request.parameter}\n{words(file)}")
    sys.stdout.buffer.write(response.SerializeToString())


if __name__ == "__main__":
    main()
