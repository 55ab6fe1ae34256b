"""Makes comments fit for Python. Pure functions."""

from collections.abc import Callable, Set

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet, SourceCodeInfo

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
                    _change(location, _escape)
    return escaped


def use_plain_line_ends(descriptors: FileDescriptorSet, files: Set[str]) -> None:
    """Has comments end their lines as every generated file does, also those of a proto that was written on Windows.

    Args:
      descriptors: with source info.
      files: the import paths that files are generated for.
    """
    for file in descriptors.file:
        if file.name in files:
            for location in file.source_code_info.location:
                _change(location, _with_plain_line_ends)


def _change(location: SourceCodeInfo.Location, change: Callable[[str], str]) -> None:
    location.leading_comments = change(location.leading_comments)
    location.trailing_comments = change(location.trailing_comments)
    location.leading_detached_comments[:] = map(change, location.leading_detached_comments)


def _with_plain_line_ends(comment: str) -> str:
    return comment.replace("\r\n", "\n").replace("\r", "\n")


def _escape(comment: str) -> str:
    return comment.replace("\\", "\\\\").replace('"""', r"\"\"\"")
