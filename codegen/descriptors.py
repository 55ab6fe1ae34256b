"""Descriptor handling that all languages share: import paths and comments. Pure functions."""

from collections.abc import Callable, Iterable, Sequence, Set

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet, SourceCodeInfo

from codegen.errors import CodegenError


def matches(import_path: str, patterns: Iterable[str]) -> bool:
    """Returns whether a proto matches any of the patterns.

    Args:
      import_path: for example "google/protobuf/any.proto".
      patterns: import paths, or prefixes that end in a slash, for example ["google/protobuf/", "a/b.proto"].
    """
    return any(
        import_path.startswith(pattern) if pattern.endswith("/") else import_path == pattern for pattern in patterns
    )


def imports_of(file: FileDescriptorProto) -> list[str]:
    """Returns the import paths of what a file imports."""
    # Protobuf before 6.32 has no option_dependency.
    return [*file.dependency, *getattr(file, "option_dependency", ())]


def check_excluded(
    files: Set[str], descriptors: FileDescriptorSet, exclude: Sequence[str], provided: Sequence[str]
) -> None:
    """Checks that no file imports an excluded one.

    Args:
      files: the import paths to generate for.
      descriptors: those files and their transitive imports.
      exclude: import paths or prefixes to generate nothing for.
      provided: import path prefixes that installed packages provide.

    Raises:
      CodegenError: naming both files.
    """
    for descriptor in descriptors.file:
        for path in imports_of(descriptor) if descriptor.name in files else ():
            if matches(path, exclude) and not matches(path, provided):
                raise CodegenError(
                    f"{descriptor.name} imports {path}, which exclude leaves out. "
                    f"Leave {descriptor.name} out too, or neither.",
                    proto=descriptor.name,
                )


def use_plain_line_ends(descriptors: FileDescriptorSet, files: Set[str]) -> None:
    """Converts CRLF in comments to LF, as in generated files: protos may come from Windows.

    Args:
      descriptors: with source info. Modified in place.
      files: the import paths to generate for.
    """
    for file in descriptors.file:
        for location in file.source_code_info.location if file.name in files else ():
            change_comments(location, _with_plain_line_ends)


def change_comments(location: SourceCodeInfo.Location, change: Callable[[str], str]) -> None:
    """Applies a function to every comment of a location. Skips absent ones: some plugins print empty comments."""
    if location.HasField("leading_comments"):
        location.leading_comments = change(location.leading_comments)
    if location.HasField("trailing_comments"):
        location.trailing_comments = change(location.trailing_comments)
    location.leading_detached_comments[:] = map(change, location.leading_detached_comments)


def _with_plain_line_ends(comment: str) -> str:
    return comment.replace("\r\n", "\n").replace("\r", "\n")
