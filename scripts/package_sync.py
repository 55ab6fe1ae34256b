"""Updates folders from built packages: replaces changed files and removes stale ones.

The package's manifest (JSON, written by the build) describes it: `files`, the paths of the package, and where the build
put each file; `marker`, the start of a generated file's first line; `patterns`, the file names that only generated
files have; `root`, a file that every package has at its root and nowhere else; `protos`, the import paths of the protos
in its deps. A file that is neither in `files` nor recognized by marker or pattern is hand-written and never touched.
"""

import contextlib
import errno
import fnmatch
import json
import os
import shlex
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from copy_record import CopyRecord

# Copies are staged here until all are complete: inside the target, and so on the same file system.
STAGE = ".copy_out"

# The markers of other generators. Files with one may be overwritten.
_FOREIGN_MARKERS = (b"DO NOT EDIT", b"@generated")

_OUT_OF_THE_WAY = "delete or rename it, or choose another folder with --out DIR."


class SyncError(Exception):
    """The target cannot be updated. The text says why and what to do, in one line."""


class Manifest(NamedTuple):
    """The build's description of a package. `files` maps each path of the package to its path below `output`."""

    files: Mapping[str, str]
    marker: str
    patterns: Sequence[str]
    root: str
    output: str
    protos: Sequence[str] = ()

    @staticmethod
    def read(path: Path, output: Path) -> "Manifest":
        """Reads the JSON file that a build wrote, whose outputs are in a folder."""
        return Manifest(**json.loads(path.read_bytes()), output=os.fspath(output))

    def built(self, path: str) -> str:
        """Returns the built file for a path of the package."""
        return f"{self.output}/{self.files[path]}"


class Plan:
    """The changes that bring a target up to date: sorted paths below it."""

    def __init__(self, foreign: Sequence[str] = (), unfinished: Sequence[str] = ()) -> None:
        """Takes the paths that need no comparison."""
        self.differing: list[str] = []
        self.missing: list[str] = []
        self.unchanged: list[str] = []
        self.leftover: list[str] = []
        self.foreign = list(foreign)
        self.unfinished = list(unfinished)

    @property
    def is_fresh(self) -> bool:
        """Whether the target matches the build."""
        return not (self.differing or self.missing or self.leftover or self.foreign or self.unfinished)

    @property
    def summary(self) -> str:
        """What applying the plan does, for example "3 updated, 9 unchanged, 1 removed"."""
        updated = len(self.differing) + len(self.missing)
        return f"{updated} updated, {len(self.unchanged)} unchanged, {len(self.leftover)} removed"


class Job(NamedTuple):
    """The work for one package: its manifest, the folder to copy to, how they differ, and what the last run knew."""

    manifest: Manifest
    target: Path
    plan: Plan
    record: CopyRecord


def findings(plan: Plan) -> list[tuple[str, str]]:
    """Returns how a target differs from the build: pairs of a path below it and a finding."""
    kinds = [
        (plan.differing, "differs from the build"),
        (plan.missing, "is missing"),
        (plan.leftover, "is stale: no proto generates it"),
        (plan.foreign, "has the name of a generated file, but nothing generates it: rename or delete it"),
        (plan.unfinished, "was left by an interrupted run"),
    ]
    return [(path, finding) for paths, finding in kinds for path in paths]


def make_plan(manifest: Manifest, target: Path, record: CopyRecord) -> Plan:
    """Compares a target with a built package and changes nothing.

    Args:
      manifest: the build's description of the package.
      target: the folder to bring up to date; it need not exist.
      record: what is known of the target and of the built files. Gets the files that are equal.

    Returns:
      The plan. `foreign` are files named like a generated one but without the marker: another tool's, or hand-written.
      They are reported and never removed. `unfinished` is what apply clears first.
    """
    plan = Plan(unfinished=[STAGE] if os.path.lexists(target / STAGE) else [])
    found = _found(manifest, target)
    for path in sorted(manifest.files):
        copied = _state(found.pop(path, None), target, path)
        if copied is None:
            plan.missing.append(path)
        elif record.knows_equal(path, copied):
            plan.unchanged.append(path)
        elif _is_file(copied, record.size(path)) and _content(manifest.built(path)) == _content(f"{target}/{path}"):
            record.add_equal(path, copied)
            plan.unchanged.append(path)
        else:
            plan.differing.append(path)
    for path in sorted(found):
        kind = _kind(target / path, manifest)
        if kind:
            getattr(plan, kind).append(path)
    return plan


def apply(jobs: Sequence[Job]) -> None:
    """Applies plans. Every file is replaced completely or not at all.

    All files of all packages are copied before the first one is replaced: a full disk leaves every target unchanged.

    Raises:
      OSError: if a target is not writable.
    """
    for job in jobs:
        # A killed run may have left one, even if this run has nothing to copy.
        remove_stage(job.target)
    with contextlib.ExitStack() as stack:
        copies = [stack.enter_context(_staged(job)) for job in jobs]
        for job, copied in zip(jobs, copies, strict=True):
            _replace(job, copied)
    for job in jobs:
        # Deepest first: if this run is killed, the next one still recognizes a folder by the generated files in it.
        for path in sorted(job.plan.leftover, key=lambda path: path.count("/"), reverse=True):
            _remove(job.target / path, job.target)


def remove_stage(target: Path) -> None:
    """Removes the stage. Ignores files that another process removes meanwhile.

    Raises:
      SyncError: if this user lacks permission.
      OSError: if it fails for another reason.
    """
    stage = target / STAGE
    if stage.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), os.fspath(stage))
    try:
        # Not every Python's shutil.rmtree reports where it failed.
        for folder, folders, files in os.walk(stage, topdown=False, onerror=_unless_gone):
            for path in (Path(folder, name) for name in files + folders):
                if path.is_symlink() or not path.is_dir():
                    path.unlink(missing_ok=True)
            with contextlib.suppress(FileNotFoundError):
                os.rmdir(folder)
    except PermissionError as error:
        raise SyncError(
            f"{error.filename}: {error.strerror}: stale files cannot be deleted. "
            f"Type, as a user who may delete them: rm -rf {shlex.quote(os.fspath(stage))}"
        ) from error


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _changed(plan: Plan) -> list[str]:
    return plan.missing + plan.differing


# From the path of a file to the state of its staged copy.
_Copies = dict[str, os.stat_result]


@contextlib.contextmanager
def _staged(job: Job) -> Iterator[_Copies]:
    """Stages complete copies of a package's new files in its target, and removes those that were not used."""
    paths, stage, copies = _changed(job.plan), job.target / STAGE, _Copies()
    if not paths:
        yield copies
        return
    made = [folder for folder in (job.target, *job.target.parents) if not folder.exists()]
    try:
        job.target.mkdir(parents=True, exist_ok=True)
        folders = set()
        for path in paths:
            copy = stage / path
            if copy.parent not in folders:
                copy.parent.mkdir(parents=True, exist_ok=True)
                folders.add(copy.parent)
            shutil.copyfile(job.manifest.built(path), copy)
        for path in paths:
            copies[path] = os.stat(stage / path)  # moving its folder would not fail if it is missing
        yield copies
    finally:
        remove_stage(job.target)
        remove_empty(made)


def _replace(job: Job, copies: _Copies) -> None:
    stage = job.target / STAGE
    for step in dict.fromkeys(_step(Path(path), job.target) for path in _changed(job.plan)):
        os.replace(stage / step, job.target / step)
    for path, staged in copies.items():
        copied = _state(None, job.target, path)
        # The time of change is new: the file has been moved.
        if copied and (staged.st_ino, staged.st_size, staged.st_mtime_ns) == (
            copied.st_ino,
            copied.st_size,
            copied.st_mtime_ns,
        ):
            job.record.add_equal(path, copied)


def remove_empty(made: list[Path]) -> None:
    """Removes the empty ones among the folders that a run created, deepest first."""
    for folder in made:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _step(path: Path, target: Path) -> Path:
    """Returns what to move to bring a path into the target: the file, or the topmost folder that the target lacks.

    Moving a folder with its contents needs no more space, and never leaves the folder without a generated file.
    """
    return next(part for part in (*reversed(path.parents), path) if not (target / part).is_dir())


def refuse_hand_written(plan: Plan, target: Path) -> None:
    """Checks that nothing hand-written is in the way of a package, before anything is replaced.

    Raises:
      SyncError: naming what is in the way.
    """
    for path in plan.differing + plan.missing:
        for folder in (target / path).parents:
            if folder == target.parent:
                break
            if os.path.lexists(folder) and not folder.is_dir():
                raise SyncError(f"{folder} is not a folder: {_OUT_OF_THE_WAY}")
    for path in plan.differing:
        if (target / path).is_dir() and not (target / path).is_symlink():
            raise SyncError(f"{target / path} is a folder: {_OUT_OF_THE_WAY}")
        if not _is_generated(target / path):
            raise SyncError(f"{target / path} was not generated and would be overwritten: {_OUT_OF_THE_WAY}")


def _is_file(state: os.stat_result, size: int) -> bool:
    return stat.S_ISREG(state.st_mode) and state.st_size == size


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _state(entry: "os.DirEntry[str] | None", target: Path, path: str) -> os.stat_result | None:
    """Returns what the file system says of a file of a target, or None if there is none. Does not follow a link."""
    if entry:
        return entry.stat(follow_symlinks=False)
    try:
        return os.lstat(f"{target}/{path}")
    except OSError:
        return None


def _found(manifest: Manifest, target: Path) -> dict[str, "os.DirEntry[str]"]:
    """Returns the files of a target by their path below it.

    Searches the package's folders, and those that contain a generated file at any depth and so once belonged to it. Any
    other folder is skipped: it is hand-written, or another package if the target is above one.
    """
    own = {path.rpartition("/")[0] for path in manifest.files}
    own |= {parent.as_posix() for folder in own for parent in Path(folder).parents}
    found = {}
    folders = [""]
    while folders:
        folder = folders.pop()
        for entry in _entries(f"{target}/{folder}"):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if not _is_folder(entry):
                found[path] = entry
            elif not entry.is_symlink() and (path in own or _was_own(entry.path, manifest)):
                folders.append(path)
    return found


def _entries(folder: str) -> list["os.DirEntry[str]"]:
    """Returns what is in a folder, or nothing if it cannot be read, as os.walk does."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Returns whether it is a folder or a link to one."""
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _was_own(folder: str, manifest: Manifest) -> bool:
    entries = _entries(folder)
    if os.path.basename(folder) == STAGE or any(entry.name == manifest.root for entry in entries):
        return False
    return any(
        not entry.is_symlink() and _was_own(entry.path, manifest)
        if _is_folder(entry)
        else _is_marked(Path(entry.path), manifest)
        for entry in entries
    )


def _kind(path: Path, manifest: Manifest) -> str:
    """Classifies an unknown file: "leftover", "foreign", or "" for a hand-written one."""
    if _is_marked(path, manifest):
        return "leftover"
    if not any(fnmatch.fnmatchcase(path.name, pattern) for pattern in manifest.patterns):
        return ""
    return "foreign"


def _is_marked(path: Path, manifest: Manifest) -> bool:
    return _head(path).startswith(manifest.marker.encode())


def _is_generated(path: Path) -> bool:
    head = _head(path)
    return not head or any(marker in head for marker in _FOREIGN_MARKERS)


def _head(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with open(path, "rb") as file:
        return file.read(1024)


def _remove(path: Path, target: Path) -> None:
    """Removes a leftover, and the folders that contain nothing else, up to the target.

    The topmost of these folders becomes the stage in one step: if this run is killed, the next one clears the rest.
    """
    top = path
    while top.parent != target and {entry.name for entry in top.parent.iterdir()} <= {top.name, "__pycache__"}:
        top = top.parent
    if top == path:
        path.unlink()
    else:
        top.replace(target / STAGE)
        remove_stage(target)
