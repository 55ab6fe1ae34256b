"""Reads folders of protos and their imports."""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from proto_tree import ProtoTreeError
from proto_tree.imports import Import, find_imports
from proto_tree.walk import RUNTIME, Roots


class Protos(NamedTuple):
    """The protos to generate for.

    `imports` are the imports of each, by import path; `roots` the folders that they are in, except for those in
    `aliases`, which are other names of a file, with the one to import instead. `folders` are all folders that were
    listed: the root and the path below it, with a trailing slash.
    """

    imports: dict[str, list[Import]]
    roots: dict[str, str]
    aliases: dict[str, str]
    folders: list[tuple[str, str]]


def read_folders(
    roots: Sequence[Path],
    import_roots: Sequence[Path] = (),
    exclude: Sequence[str] = (),
    runtime: Path | None = None,
    provided: Collection[str] | None = None,
) -> Protos:
    """Returns all protos of some folders, which are one import space, and what they import from others.

    Passes over, unless something imports what is there: hidden files and folders, node_modules, virtual environments,
    links, and what git ignores. Always passes over copies of google/protobuf/*.proto.

    Args:
      roots: the folders that imports are relative to.
      import_roots: more such folders. Only what is imported is taken, from the first that has it.
      exclude: import paths to leave out, or folders with a trailing slash.
      runtime: the folder that contains the runtime's own google/protobuf/*.proto; None assumes that none is missing.
      provided: the import paths that installed packages provide, unless a root has them; None if unknown: they may
        provide anything that is not below a root.

    Raises:
      ProtoTreeError: if a folder cannot be used (see Roots), protoc or Bazel cannot name a file, a file is unreadable,
        or nothing provides an import.
    """
    found = Roots([os.fspath(root) for root in roots], [os.fspath(root) for root in import_roots], exclude)
    imports: dict[str, list[Import]] = {}
    pending = sorted(found.root_of)
    while pending:
        for path in pending:
            _check_name(path)
        imports.update({path: _read(f"{found.root_of[path]}/{path}") for path in pending})
        wanted = {entry.path for path in pending for entry in imports[path]}
        pending = sorted(path for path in wanted if path not in imports and _find(found, path, provided or ()))
    imports = {path: imports[path] for path in sorted(imports)}
    _check_imports(imports, found, runtime, provided)
    aliases = _merge(imports, found)
    return Protos(
        imports, {path: found.root_of[path] for path in imports if path not in aliases}, aliases, found.folders
    )


def _find(found: Roots, path: str, provided: Collection[str]) -> bool:
    if path.startswith(RUNTIME):
        return False
    return found.find(path, found.roots) or (path not in provided and found.find(path, found.imported))


def _merge(imports: dict[str, list[Import]], found: Roots) -> dict[str, str]:
    """Leaves one import path for each file, or several if several are imported: then the others import the first.

    A definition must not be there twice.

    Returns:
      The import path of the file, by each of the others.
    """
    if len(set(found.real.values())) == len(found.real):
        return {}
    wanted = {entry.path for entries in imports.values() for entry in entries}
    names: dict[str, list[str]] = {}
    for path in imports:
        names.setdefault(found.real[path], []).append(path)
    aliases = {}
    for real, paths in names.items():
        # Its own name goes before those of links.
        first, *others = sorted(paths, key=lambda path: (path not in wanted, not real.endswith("/" + path), path))
        for path in others:
            if path in wanted:
                imports[path] = [Import(first, 1)]
                aliases[path] = first
            else:
                del imports[path]
    return aliases


def _read(path: str) -> list[Import]:
    try:
        # The build reports bytes that are not UTF-8, with line and column.
        return find_imports(Path(path).read_bytes().decode("utf-8", "replace"))
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


def _check_imports(
    protos: Mapping[str, Sequence[Import]], found: Roots, runtime: Path | None, provided: Collection[str] | None
) -> None:
    for path, imports in protos.items():
        for entry in imports:
            if entry.path in protos or _is_runtime(entry.path, runtime):
                continue
            fix = _fix(entry.path, protos, found)
            if fix is None and (provided is None or entry.path in provided):
                continue
            raise ProtoTreeError(
                f'{path}:{entry.line}: nothing provides the import "{_shown(entry.path)}". '
                f"{fix or _likely_fix(entry.path, path, protos, found)}"
            )


def _is_runtime(path: str, runtime: Path | None) -> bool:
    if not path.startswith(RUNTIME):
        return False
    return runtime is None or (runtime / path).is_file()


def _fix(wanted: str, protos: Iterable[str], found: Roots) -> str | None:
    """Returns how to fix an unresolved import, or None if an installed package may provide it."""
    if {".", "..", ""} & set(wanted.split("/")):
        return "protoc does not allow dots or empty parts in imports: write the path below the folder."
    if wanted.startswith(RUNTIME):
        return "The installed protobuf does not have it: remove the import, or lock another version."
    if broken := found.broken_link(wanted):
        return broken
    if found.is_excluded(wanted):
        return None
    for path in protos:
        if path.endswith("/" + wanted):
            below = path.removesuffix("/" + wanted)
            return f"The folder has {path}: name {below}/ in it instead, or also, as an import root."
        # The folder's own name says so too.
        if wanted.endswith("/" + path) and f"{found.root_of[path]}/{path}".endswith("/" + wanted):
            return _too_deep(wanted, path)
    return None


def _likely_fix(wanted: str, importing: str, protos: Iterable[str], found: Roots) -> str:
    """Returns how to fix an import that no installed package provides either."""
    if found.is_excluded(wanted):
        return f"It is excluded: exclude {importing} too, or neither."
    for path in protos:
        if wanted.endswith("/" + path):
            return _too_deep(wanted, path)
    return (
        "Put the file there, name the folder that has it (--import-root DIR, import_roots), "
        "or add a distribution that has it (--provided-by NAME==VERSION)."
    )


def _too_deep(wanted: str, path: str) -> str:
    return f"The folder has {path}: name the one that {wanted.removesuffix('/' + path)}/ lies in."
