"""Comments, the same whoever wrote them. Pure functions."""

from collections.abc import Callable, Set

from google.protobuf.descriptor_pb2 import FileDescriptorSet, SourceCodeInfo


def use_plain_line_ends(descriptors: FileDescriptorSet, files: Set[str]) -> None:
    """Has comments end their lines as every generated file does, also those of a proto that was written on Windows.

    Args:
      descriptors: with source info.
      files: the import paths that files are generated for.
    """
    for file in descriptors.file:
        if file.name in files:
            for location in file.source_code_info.location:
                change_comments(location, _with_plain_line_ends)


def change_comments(location: SourceCodeInfo.Location, change: Callable[[str], str]) -> None:
    """Changes every comment of a location. An absent one stays absent: some plugins print empty ones."""
    if location.HasField("leading_comments"):
        location.leading_comments = change(location.leading_comments)
    if location.HasField("trailing_comments"):
        location.trailing_comments = change(location.trailing_comments)
    location.leading_detached_comments[:] = map(change, location.leading_detached_comments)


def _with_plain_line_ends(comment: str) -> str:
    return comment.replace("\r\n", "\n").replace("\r", "\n")
