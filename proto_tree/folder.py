"""Reads a folder of protos: which there are, and what each imports."""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from proto_tree.errors import ProtoTreeError
from proto_tree.imports import Import, find_imports

# The runtime brings these; copies of them in a tree are not looked at.
RUNTIME = "google/protobuf/"


def read_folder(root: Path, runtime: Path | None = None) -> dict[str, list[Import]]:
    """Returns the imports of every proto of a folder, by import path: the path below the folder.

    Hidden files and folders are passed over, and so are copies of google/protobuf/*.proto. A link to a file counts as
    the file; a link to a folder is passed over, because its files are there already under their own names.

    Args:
      root: the folder.
      runtime: the folder that the runtime's own google/protobuf/*.proto lie in; None takes them to be complete.

    Raises:
      ProtoTreeError: when the folder is missing, empty or unreadable, when a link leads out of it, when Python or Bazel
        cannot name a file, or when nothing provides an import.
    """
    protos = {path: _read(root / path) for path in sorted(_walk(root)) if not path.startswith(RUNTIME)}
    if not protos:
        raise ProtoTreeError(f"{root} holds no .proto file. Name the folder that their imports are relative to.")
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
                if entry.is_symlink():
                    _check_link(entry, resolved)
                if entry.is_dir() and not entry.is_symlink():
                    pending.append(entry)
                elif entry.name.endswith(".proto") and entry.is_file():
                    yield entry.relative_to(root).as_posix()
    except OSError as error:
        where = os.fsdecode(error.filename or root)
        raise ProtoTreeError(f"{where}: {error.strerror}. Name a folder of .proto files that can be read.") from error


def _check_link(link: Path, root: Path) -> None:
    """Makes sure that a link to a proto, or to a folder that may hold some, stays inside."""
    matters = link.name.endswith(".proto") or link.is_dir()
    target = Path(os.path.realpath(link))
    if matters and not target.is_relative_to(root):
        raise ProtoTreeError(f"{link} is a link that leads out of the folder, to {target}. Copy it, or remove it.")


def _read(path: Path) -> list[Import]:
    try:
        # Bytes that are no UTF-8 are reported by the build, with line and column.
        return find_imports(path.read_bytes().decode("utf-8", "replace"))
    except OSError as error:
        raise ProtoTreeError(f"{path}: {error.strerror}. Make it readable.") from error


def _check_name(path: str) -> None:
    for part in re.split(r"[/.]", path.removesuffix(".proto").replace("-", "_")):
        # An import statement looks for the normal form of what it says.
        if not part.isidentifier() or unicodedata.normalize("NFKC", part) != part:
            shown = path if path.isprintable() else ascii(path)
            raise ProtoTreeError(
                f"{shown}: Python cannot import {part!a}. "
                "Rename it: letters, digits and underscores, and no digit first."
            )


def _check_imports(protos: Mapping[str, Sequence[Import]], runtime: Path | None) -> None:
    for path, imports in protos.items():
        for found in imports:
            if found.path not in protos and not _is_runtime(found.path, runtime):
                shown = found.path if found.path.isprintable() else ascii(found.path)
                raise ProtoTreeError(
                    f'{path}:{found.line}: nothing provides the import "{shown}". {_cure(found.path, protos)}'
                )


def _is_runtime(path: str, runtime: Path | None) -> bool:
    if not path.startswith(RUNTIME):
        return False
    return runtime is None or (runtime / path).is_file()


def _cure(wanted: str, protos: Iterable[str]) -> str:
    """Returns what to do about an import that leads nowhere: often only the root is the wrong one."""
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
