"""Updates folders from built packages: replaces changed files and removes stale ones.

The package's manifest (JSON, written by the build) describes it: `files`, the paths of the package; `marker`, the start
of a generated file's first line; `patterns`, the file names that only generated files have; `root`, a file that every
package has at its root and nowhere else; `protos`, the import paths of the protos in its deps. A file that is neither
in `files` nor recognized by marker or pattern is hand-written and never touched.
"""

import contextlib
import errno
import fnmatch
import json
import os
import shlex
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

# Copies are staged here until all are complete: inside the target, and so on the same file system.
STAGE = ".copy_out"

# The markers of other generators. Files with one may be overwritten.
_FOREIGN_MARKERS = (b"DO NOT EDIT", b"@generated")

_OUT_OF_THE_WAY = "delete or rename it, or choose another folder with --out DIR."


class SyncError(Exception):
    """The target cannot be updated. The text says why and what to do, in one line."""


@dataclass
class Manifest:
    """The build's description of a package."""

    files: list[str]
    marker: str
    patterns: list[str]
    root: str
    protos: list[str] = field(default_factory=list)

    @staticmethod
    def read(path: Path) -> "Manifest":
        """Reads the JSON file that the build wrote."""
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))


@dataclass
class Plan:
    """The changes that bring a target up to date: sorted paths below it."""

    differing: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    leftover: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)

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
    """The work for one package: `package` is the folder in the output tree, `target` the one to copy to."""

    plan: Plan
    package: Path
    target: Path


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


def make_plan(manifest: Manifest, package: Path, target: Path) -> Plan:
    """Compares a target with a built package and changes nothing.

    Args:
      manifest: the build's description of the package.
      package: the folder in the output tree.
      target: the folder to bring up to date; it need not exist.

    Returns:
      The plan. `foreign` are files named like a generated one but without the marker: another tool's, or hand-written.
      They are reported and never removed. `unfinished` is what apply clears first.
    """
    plan = Plan(unfinished=[STAGE] if os.path.lexists(target / STAGE) else [])
    for path in sorted(manifest.files):
        if not os.path.lexists(target / path):
            plan.missing.append(path)
        elif _same(package / path, target / path):
            plan.unchanged.append(path)
        else:
            plan.differing.append(path)
    for path in _others(manifest, target):
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
        for job in jobs:
            stack.enter_context(_staged(job))
        for job in jobs:
            _replace(job)
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


@contextlib.contextmanager
def _staged(job: Job) -> Iterator[None]:
    """Stages complete copies of a package's new files in its target, and removes those that were not used."""
    paths, stage = _changed(job.plan), job.target / STAGE
    if not paths:
        yield
        return
    made = [folder for folder in (job.target, *job.target.parents) if not folder.exists()]
    try:
        job.target.mkdir(parents=True, exist_ok=True)
        for path in paths:
            (stage / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(job.package / path, stage / path)
        for path in paths:
            (stage / path).stat()  # moving its folder would not fail if it is missing
        yield
    finally:
        remove_stage(job.target)
        remove_empty(made)


def _replace(job: Job) -> None:
    stage = job.target / STAGE
    for step in dict.fromkeys(_step(Path(path), job.target) for path in _changed(job.plan)):
        os.replace(stage / step, job.target / step)


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


def _same(built: Path, copied: Path) -> bool:
    if copied.is_symlink() or not copied.is_file():
        return False
    return built.read_bytes() == copied.read_bytes()


def _others(manifest: Manifest, target: Path) -> list[str]:
    """Returns the files of the target that are not in the package.

    Searches the package's folders, and those that contain a generated file at any depth and so once belonged to it. Any
    other folder is skipped: it is hand-written, or another package if the target is above one.
    """
    known = set(manifest.files)
    own = {parent.as_posix() for path in known for parent in Path(path).parents}
    found = []
    for folder, folders, files in os.walk(target):
        here = Path(folder).relative_to(target)
        found += [(here / name).as_posix() for name in files]
        folders[:] = [
            name for name in folders if (here / name).as_posix() in own or _was_own(target / here / name, manifest)
        ]
    return sorted(path for path in found if path not in known)


def _was_own(folder: Path, manifest: Manifest) -> bool:
    if folder.name == STAGE or folder.is_symlink() or (folder / manifest.root).exists():
        return False
    return any(
        _was_own(entry, manifest) if entry.is_dir() else _is_marked(entry, manifest) for entry in folder.iterdir()
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
