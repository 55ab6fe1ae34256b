"""Makes comments fit for docstrings. A pure function."""

from collections.abc import Set

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

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
                    location.leading_comments = _escape(location.leading_comments)
                    location.trailing_comments = _escape(location.trailing_comments)
                    location.leading_detached_comments[:] = map(_escape, location.leading_detached_comments)
    return escaped


def _escape(comment: str) -> str:
    return comment.replace("\\", "\\\\").replace('"""', r"\"\"\"")
