#!/usr/bin/env python3
"""Writes what the protos of a folder import into its imports.bzl, from which proto_libraries() declares the targets.

Users run it with `bazel run @jts_grpc//proto_tree:declare -- FOLDER`.
"""

import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
sys.path.append(os.fspath(Path(__file__).resolve().parents[1]))

from proto_tree import ProtoTreeError  # noqa: E402
from proto_tree.folder import Protos, read_folders  # noqa: E402

NAME = "imports.bzl"

_HEADER = '''\
"""What each proto of this folder imports, for proto_libraries(). Generated: do not edit."""

IMPORTS = {
'''


def imports_text(imports: Mapping[str, Sequence[str]]) -> str:
    """Returns the text of an imports.bzl.

    Args:
      imports: from the path of each proto below the folder to the paths that it imports.
    """
    return _HEADER + "".join(map(_entry, sorted(imports), map(imports.__getitem__, sorted(imports)))) + "}\n"


def _entry(path: str, imports: Sequence[str]) -> str:
    used = sorted(set(imports))
    if not used:
        return f"    {json.dumps(path)}: [],\n"
    return f"    {json.dumps(path)}: [\n" + "".join(f"        {json.dumps(each)},\n" for each in used) + "    ],\n"


def read_protos(
    folder: Path, provided: Collection[str] | None = None, record: Mapping[str, Any] | None = None
) -> Protos:
    """Returns the protos of a folder.

    Args:
      folder: the folder that imports are relative to.
      provided: the import paths that installed packages provide, or None if unknown.
      record: as in read_folders.

    Raises:
      ProtoTreeError: as read_folders does.
    """
    protos = read_folders([folder], exclude=_subpackages(folder), provided=provided, record=record)
    for alias, path in protos.aliases.items():
        raise ProtoTreeError(
            f"{folder}/{alias} is another name of {path}. Import it by one name, and remove the other."
        )
    return protos


def _subpackages(folder: Path) -> list[str]:
    """Returns the folders below a package that are packages of their own, with a trailing slash."""
    found = []
    for place, _, files in os.walk(folder):
        if Path(place) != folder and {"BUILD", "BUILD.bazel"}.intersection(files):
            found.append(Path(place).relative_to(folder).as_posix() + "/")
    return found


def is_declared(folder: Path, imports: Mapping[str, Sequence[str]]) -> bool:
    """Returns whether the folder's imports.bzl is up to date."""
    try:
        return (folder / NAME).read_text(encoding="utf-8") == imports_text(imports)
    except (OSError, UnicodeDecodeError):
        return False


def declare(folder: Path, imports: Mapping[str, Sequence[str]]) -> None:
    """Brings the folder's imports.bzl up to date. Replaces it atomically, and only if it differs."""
    if is_declared(folder, imports):
        return
    new = folder / f".{NAME}.{os.getpid()}"
    try:
        new.write_text(imports_text(imports), encoding="utf-8")
        new.replace(folder / NAME)
    finally:
        new.unlink(missing_ok=True)


def main(argv: Sequence[str]) -> int:
    """Returns 0, or 2 after printing a one-line error."""
    if len(argv) != 1 or argv[0].startswith("-"):
        print("Usage: bazel run @jts_grpc//proto_tree:declare -- FOLDER", file=sys.stderr)
        return 2
    # `bazel run` changes the directory.
    folder = Path(os.environ.get("BUILD_WORKING_DIRECTORY", ""), argv[0])
    try:
        declare(folder, read_protos(folder).imports)
    except ProtoTreeError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: {error.strerror}. Make {folder} writable.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
