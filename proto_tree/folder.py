"""Reads a folder of protos and their imports."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from proto_tree import ProtoTreeError
from proto_tree.imports import Import, find_imports

# The runtime provides these; copies of them in a tree are skipped.
RUNTIME = "google/protobuf/"


def read_folder(root: Path, runtime: Path | None = None) -> dict[str, list[Import]]:
    """Returns the imports of every proto in a folder, by import path: the path below the folder.

    Skips hidden files and folders, copies of google/protobuf/*.proto, and links to protos and folders in the tree,
    which are read under their own names.

    Args:
      root: the folder.
      runtime: the folder that contains the runtime's own google/protobuf/*.proto; None assumes that none is missing.

    Raises:
      ProtoTreeError: if the folder is missing, empty or unreadable, a link is dangling or leaves it, protoc or Bazel
        cannot name a file, or nothing provides an import.
    """
    protos = {path: _read(root / path) for path in sorted(_walk(root)) if not path.startswith(RUNTIME)}
    if not protos:
        raise ProtoTreeError(f"{root} contains no .proto files. Name the folder that their imports are relative to.")
    for path in protos:
        _check_name(path)
    _check_imports(protos, runtime)
    return protos


def _walk(root: Path) -> Iterator[str]:
    """Yields the path of every proto below a folder, relative to it."""
    try:
        resolved = Path(os.path.realpath(root, strict=True))
        pending = [root]
        while pending:
            for entry in sorted(pending.pop().iterdir()):
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink() and _is_there_already(entry, resolved):
                    continue
                if entry.is_dir():
                    pending.append(entry)
                elif entry.name.endswith(".proto") and entry.is_file():
                    yield entry.relative_to(root).as_posix()
    except OSError as error:
        where = os.fsdecode(error.filename or root)
        raise ProtoTreeError(f"{where}: {error.strerror}. Name a folder of .proto files that can be read.") from error


def _is_there_already(link: Path, root: Path) -> bool:
    """Returns whether a link points to a folder or proto in the tree. Raises if it is dangling or leaves the tree."""
    if not (link.name.endswith(".proto") or link.is_dir()):
        return False
    target = Path(os.path.realpath(link))
    if not target.is_relative_to(root):
        raise ProtoTreeError(f"{link} is a link to {target}, outside of the folder. Copy the file, or remove the link.")
    if not target.exists():
        raise ProtoTreeError(f"{link} is a dangling link. Fix or remove it.")
    hidden = any(part.startswith(".") for part in target.relative_to(root).parts)
    return target.is_dir() or (target.name.endswith(".proto") and not hidden)


def _read(path: Path) -> list[Import]:
    try:
        # The build reports bytes that are not UTF-8, with line and column.
        return find_imports(path.read_bytes().decode("utf-8", "replace"))
    except OSError as error:
        raise ProtoTreeError(f"{path}: {error.strerror}. Make it readable.") from error


def _check_name(path: str) -> None:
    if not path.isascii():
        raise ProtoTreeError(f"{_shown(path)}: Bazel labels must be ASCII. Rename it.")
    for char in path:
        if char in ":\\" or not char.isprintable():
            raise ProtoTreeError(f"{_shown(path)}: Bazel labels cannot contain {char!a}. Rename it.")
    if path.startswith(("-", "@")):
        raise ProtoTreeError(f"{path}: protoc treats a name that starts with {path[0]} as an option. Rename it.")
    if "BUILD.bazel" in path.split("/")[:-1]:
        raise ProtoTreeError(f"{path}: Bazel reserves the name BUILD.bazel. Rename the folder.")


def _shown(path: str) -> str:
    return path if path.isprintable() else ascii(path)


def _check_imports(protos: Mapping[str, Sequence[Import]], runtime: Path | None) -> None:
    for path, imports in protos.items():
        for found in imports:
            if found.path not in protos and not _is_runtime(found.path, runtime):
                raise ProtoTreeError(
                    f'{path}:{found.line}: nothing provides the import "{_shown(found.path)}". '
                    f"{_fix(found.path, protos)}"
                )


def _is_runtime(path: str, runtime: Path | None) -> bool:
    if not path.startswith(RUNTIME):
        return False
    return runtime is None or (runtime / path).is_file()


def _fix(wanted: str, protos: Iterable[str]) -> str:
    """Returns how to fix an unresolved import: often only the root is wrong."""
    if {".", "..", ""} & set(wanted.split("/")):
        return "protoc does not allow dots or empty parts in imports: write the path below the folder."
    if wanted.startswith(RUNTIME):
        return "The installed protobuf does not have it: remove the import, or lock another version."
    for path in protos:
        if wanted.endswith("/" + path):
            above = wanted.removesuffix("/" + path)
            return f"The folder has {path}: name the one that {above}/ lies in."
        if path.endswith("/" + wanted):
            below = path.removesuffix("/" + wanted)
            return f"The folder has {path}: name {below}/ in it, if all imports are relative to that."
    return "Put the file there, or name the folder that all imports are relative to."
