"""What the programs of actions leave behind: files, and warnings for people."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path


def say(warnings: Iterable[str]) -> None:
    """Prints warnings to standard error."""
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)


def write_files(folder: Path, texts: Mapping[str, str]) -> None:
    """Writes files, from path below a folder to text, with the same bytes on every system."""
    for path, text in texts.items():
        _write(folder / path, text)


def write_warnings(path: Path, warnings: Iterable[str]) -> None:
    """Writes warnings, a line each, to a file."""
    _write(path, "".join(warning + "\n" for warning in warnings))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
