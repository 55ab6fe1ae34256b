"""The paths that protos are imported by. Pure functions."""

from collections.abc import Iterable, Sequence, Set

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.errors import CodegenError


def matches(import_path: str, patterns: Iterable[str]) -> bool:
    """Tells whether a proto is one of some patterns.

    Args:
      import_path: for example "google/protobuf/any.proto".
      patterns: import paths, or prefixes of them that end in a slash, for example ["google/protobuf/", "a/b.proto"].
    """
    return any(
        import_path.startswith(pattern) if pattern.endswith("/") else import_path == pattern for pattern in patterns
    )


def check_excluded(
    files: Set[str], descriptors: FileDescriptorSet, exclude: Sequence[str], provided: Sequence[str]
) -> None:
    """Makes sure that no file imports one that nothing is generated for.

    Args:
      files: the import paths to generate for.
      descriptors: those files and all that they import.
      exclude: import paths or prefixes that nothing is generated for.
      provided: import path prefixes that installed packages bring.

    Raises:
      CodegenError: naming both files.
    """
    for descriptor in descriptors.file:
        if descriptor.name in files:
            for path in descriptor.dependency:
                if matches(path, exclude) and not matches(path, provided):
                    raise CodegenError(
                        f"{descriptor.name} imports {path}, which exclude leaves out. "
                        f"Leave {descriptor.name} out too, or neither."
                    )
