"""Reads folders of protos and their imports."""

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from proto_tree import ProtoTreeError
from proto_tree.imports import find_imports
from proto_tree.signature import is_settled, settled_time, signature
from proto_tree.walk import RUNTIME, Roots


class Protos(NamedTuple):
    """The protos to generate for.

    `imports` are the paths that each imports, by import path; `roots` the folders that they are in, except for those in
    `aliases`, which are other names of a file, with the one to import instead. `folders` are all folders that were
    listed: the root and the path below it, with a trailing slash. `record` is for the next call.
    """

    imports: dict[str, list[str]]
    roots: dict[str, str]
    aliases: dict[str, str]
    folders: list[tuple[str, str]]
    record: dict[str, Any]


# Another version of this program may read the same files differently.
_PROGRAM = hashlib.sha256(
    b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))
).hexdigest()

# A name that labels and protoc take, so that only others need a closer look.
_PLAIN_NAME = re.compile(r"[\w/][\w/. +=~-]*", re.ASCII)


def read_folders(
    roots: Sequence[Path],
    import_roots: Sequence[Path] = (),
    exclude: Sequence[str] = (),
    runtime: Path | None = None,
    provided: Collection[str] | None = None,
    record: Mapping[str, Any] | None = None,
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
      record: `record` of an earlier call, of any folders: files that are as they were then are not read again. What is
        wrong in it is ignored.

    Raises:
      ProtoTreeError: if a folder cannot be used (see Roots), protoc or Bazel cannot name a file, a file is unreadable,
        or nothing provides an import.
    """
    settled = settled_time()
    known, ignored = (_known(record, name) for name in ("files", "ignored"))
    files: dict[str, Any] = {}
    found = Roots(
        [os.fspath(root) for root in roots], [os.fspath(root) for root in import_roots], exclude, ignored, settled
    )
    imports: dict[str, list[str]] = {}
    pending = sorted(found.root_of)
    while pending:
        for path in pending:
            _check_name(path)
            file = f"{found.root_of[path]}/{path}"
            imports[path], entry = _read(file, known.get(file))
            if is_settled(entry, settled):
                files[file] = entry
        wanted = {used for path in pending for used in imports[path]}
        pending = sorted(path for path in wanted if path not in imports and _find(found, path, provided or ()))
    imports = {path: imports[path] for path in sorted(imports)}
    _check_imports(imports, found, runtime, provided)
    aliases = _merge(imports, found)
    sources = {path: found.root_of[path] for path in imports if path not in aliases}
    new = {"program": _PROGRAM, "files": files, "ignored": found.ignored}
    return Protos(imports, sources, aliases, found.folders, new)


def _known(record: Any, name: str) -> Mapping[str, Any]:
    """Returns a part of a record, empty if it is none of this program's."""
    found = record.get(name) if isinstance(record, Mapping) and record.get("program") == _PROGRAM else None
    return found if isinstance(found, Mapping) else {}


def _find(found: Roots, path: str, provided: Collection[str]) -> bool:
    if path.startswith(RUNTIME):
        return False
    return found.find(path, found.roots) or (path not in provided and found.find(path, found.imported))


def _merge(imports: dict[str, list[str]], found: Roots) -> dict[str, str]:
    """Leaves one import path for each file, or several if several are imported: then the others import the first.

    A definition must not be there twice.

    Returns:
      The import path of the file, by each of the others.
    """
    if len(set(found.real.values())) == len(found.real):
        return {}
    wanted = {used for paths in imports.values() for used in paths}
    names: dict[str, list[str]] = {}
    for path in imports:
        names.setdefault(found.real[path], []).append(path)
    aliases = {}
    for real, paths in names.items():
        # Its own name goes before those of links.
        first, *others = sorted(paths, key=lambda path: (path not in wanted, not real.endswith("/" + path), path))
        for path in others:
            if path in wanted:
                imports[path] = [first]
                aliases[path] = first
            else:
                del imports[path]
    return aliases


def _read(path: str, known: Any) -> tuple[list[str], list[Any]]:
    """Returns what a file imports, and what to pass in the next run: its signature, and the imports as a string.

    Args:
      path: the path of the file.
      known: what the last run got, or anything else.
    """
    try:
        # Before its text: if it changes meanwhile, the next run reads it again.
        now: list[Any] = signature(path)
        if isinstance(known, list) and known[:-1] == now and isinstance(known[-1], str):
            return known[-1].split("\n") if known[-1] else [], known
        imports = [found.path for found in find_imports(_text(path))]
    except OSError as error:
        raise ProtoTreeError(f"{path}: {error.strerror}. Make it readable.") from error
    # Nothing can provide an import path of several lines. null is read again.
    return imports, [*now, None if any("\n" in used for used in imports) else "\n".join(imports)]


def _text(path: str) -> str:
    # The build reports bytes that are not UTF-8, with line and column.
    return Path(path).read_bytes().decode("utf-8", "replace")


def _check_name(path: str) -> None:
    if _PLAIN_NAME.fullmatch(path) and "BUILD" not in path:
        return
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
    protos: Mapping[str, Sequence[str]], found: Roots, runtime: Path | None, provided: Collection[str] | None
) -> None:
    fixes: dict[str, str | None] = {}
    for path, imports in protos.items():
        for used in imports:
            if used in protos or _is_runtime(used, runtime):
                continue
            if used not in fixes:
                fixes[used] = _fix(used, protos, found)
            if fixes[used] is None and (provided is None or used in provided):
                continue
            file = f"{found.root_of[path]}/{path}"
            line = next((entry.line for entry in find_imports(_text(file)) if entry.path == used), 1)
            raise ProtoTreeError(
                f'{path}:{line}: nothing provides the import "{_shown(used)}". '
                f"{fixes[used] or _likely_fix(used, path, protos, found)}"
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
