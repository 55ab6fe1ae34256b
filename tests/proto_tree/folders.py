"""Writes folders of protos and reads them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from proto_tree import ProtoTreeError
from proto_tree.folder import Protos, read_folders

EMPTY = 'syntax = "proto3";'


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Writes files, by path below a root. Returns the root."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def link(root: Path, links: Mapping[str, str]) -> None:
    """Makes links, by path below a root, to what is written there."""
    for path, target in links.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).symlink_to(target)


def importing(*paths: str) -> str:
    """Returns a proto with imports, one a line from line 2."""
    return EMPTY + "".join(f'\nimport "{path}";' for path in paths)


def read(
    *roots: Path,
    import_roots: Sequence[Path] = (),
    exclude: Sequence[str] = (),
    runtime: Path | None = None,
    provided: Sequence[str] | None = (),
) -> Protos:
    """Reads folders, by default with no installed packages."""
    return read_folders(roots, import_roots, exclude, runtime, provided)


def error(
    *roots: Path,
    import_roots: Sequence[Path] = (),
    exclude: Sequence[str] = (),
    runtime: Path | None = None,
    provided: Sequence[str] | None = (),
) -> str:
    """Returns why folders cannot be read, in one line."""
    with pytest.raises(ProtoTreeError) as caught:
        read_folders(roots, import_roots, exclude, runtime, provided)
    assert "\n" not in str(caught.value)
    return str(caught.value)
