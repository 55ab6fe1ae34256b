"""Makes the comments of services fit for Python docstrings. A pure function."""

from collections.abc import Set

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.comments import change_comments

_SERVICE = FileDescriptorProto.SERVICE_FIELD_NUMBER


def escape_service_comments(descriptors: FileDescriptorSet, files: Set[str]) -> FileDescriptorSet:
    """Returns descriptors whose service comments mean the same inside a Python docstring.

    grpc's generator puts them between triple quotes as they are, so that a quote or a backslash would end the string
    or change it (https://github.com/grpc/grpc/blob/master/src/compiler/python_generator.cc).

    Args:
      descriptors: with source info. Not changed.
      files: the import paths whose services are generated.
    """
    escaped = FileDescriptorSet()
    escaped.CopyFrom(descriptors)
    for file in escaped.file:
        if file.name in files:
            for location in file.source_code_info.location:
                if location.path and location.path[0] == _SERVICE:
                    change_comments(location, _escape)
    return escaped


def _escape(comment: str) -> str:
    return comment.replace("\\", "\\\\").replace('"""', r"\"\"\"")
