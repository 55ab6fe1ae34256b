"""Builds stub packages with Bazel and updates the folders that users import.

generate_grpc_stubs.sh runs it: generate_grpc_stubs.py BAZEL COMMAND [OPTION]… BAZEL is the program to build with, or
empty to only parse the options; COMMAND is what the user typed before the options.
"""

import signal

# Ctrl-C during the imports is no error of this program: end without a traceback.
if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import argparse
import errno
import fcntl
import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NamedTuple, NoReturn

import record
from bazel_build import build, provided_protos
from bazel_version import write_version_rc
from copy_record import CopyRecord
from git_index import staged_files
from options import CANNOT, PROTOS, WORKSPACE, parse
from package_sync import (
    Job,
    Manifest,
    Plan,
    SyncError,
    apply,
    findings,
    make_plan,
    refuse_hand_written,
    remove_empty,
    remove_stage,
)

STALE = 1
BUILD_FAILED = 3

# proto_tree is in another folder.
sys.path.append(os.fspath(WORKSPACE))

# The signals that end a run.
_ENDINGS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


def main(bazel: str, command: str, *words: str) -> int:
    """Returns 0 if done or fresh, 1 if --check finds a difference, 2 if it cannot run, 3 if the build fails.

    Bazel's own exit statuses other than 1, such as 37 for a crash, stay as they are.
    """
    options = parse(words)
    if not bazel:
        return 0
    for ending in _ENDINGS:
        if signal.getsignal(ending) is not signal.SIG_IGN:  # nohup
            signal.signal(ending, _end)
    os.chdir(WORKSPACE)
    try:
        build_options = _proto_tree_options(options) if options.proto_root else []
        write_version_rc(bazel)
        with _locked(Path("WORKSPACE")):
            if not options.check:
                imports = _declared(WORKSPACE, bazel, options)
                return _update(_build(bazel, options.packages, build_options, WORKSPACE, imports))
            fix = shlex.join([command, *(word for word in words if word not in _CHECK_WORDS)])
            if not options.staged:
                return _check(WORKSPACE, bazel, options, build_options, fix)
            with staged_files(WORKSPACE) as tree:
                return _check(tree, bazel, options, [], fix)
    except SyncError as error:
        return _cannot(error)
    except OSError as error:
        return _cannot(_explained(error, options.packages[0][1]))
    except subprocess.CalledProcessError as error:
        return BUILD_FAILED if error.returncode == 1 else int(error.returncode)


# The words that are no part of the command that fixes what --check finds.
_CHECK_WORDS = ("--check", "--staged", "--yes")


def _proto_tree_options(options: argparse.Namespace) -> list[str]:
    """Returns the options that make Bazel build other folders of protos. Exits if proto_tree rejects them."""
    from proto_tree import ProtoTreeError
    from proto_tree.state import read_state

    folders = json.dumps([*map(os.fspath, options.proto_root), "", *map(os.fspath, options.import_root)])
    name = f"protos-{hashlib.sha256(folders.encode()).hexdigest()[:16]}"
    known = record.load(name)
    try:
        state, read = read_state(options.proto_root, options.import_root, options.exclude, known)
        if read != known:
            record.save(name, read)
    except ProtoTreeError as error:
        # The message starts with the file.
        print(error, file=sys.stderr)
        sys.exit(CANNOT)
    tree = {
        "roots": [os.fspath(root) for root in options.proto_root],
        "import_roots": [os.fspath(root) for root in options.import_root],
        "exclude": options.exclude,
        "provided_by": options.provided_by,
        # Makes Bazel read the folders again when a proto or an import is added or removed.
        "state": state,
    }
    return [
        # Bazel 7's sandbox has a /tmp of its own.
        *(f"--sandbox_add_mount_pair={root}" for root in tree["roots"] + tree["import_roots"] if _is_temporary(root)),
        # In ASCII: without a locale, Bazel 4 loses other characters.
        f"--repo_env=PY_GRPC_PROTO_TREE={json.dumps(tree)}",
        f"--repo_env=PY_GRPC_PROVIDED_BY={' '.join(options.provided_by)}",
    ]


def _is_temporary(folder: str) -> bool:
    return Path(folder).resolve().is_relative_to("/tmp")


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Exits on a signal, with the same cleanup as any failure. Ignores further signals."""
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    sys.exit(128 + number)


def _declared(tree: Path, bazel: str, options: argparse.Namespace, *, write: bool = True) -> list[str]:
    """Brings imports.bzl up to date with the protos of the contract, and returns their paths.

    Raises:
      SyncError: if proto_tree rejects the folder.
      _StaleError: if it is not up to date and may not be written.
    """
    folder = tree / PROTOS
    if options.proto_root or not folder.is_dir():
        return []
    from proto_tree import ProtoTreeError
    from proto_tree.declare import NAME, declare, is_declared, read_protos

    # git's index is copied anew for each check.
    known = record.load("protos") if tree == WORKSPACE else {}
    try:
        protos = read_protos(folder, record=known)
        if tree == WORKSPACE and protos.record != known:
            record.save("protos", protos.record)
        imports = protos.imports
        others = {used for paths in imports.values() for used in paths} - imports.keys()
        if not all(path.startswith("google/protobuf/") for path in others):
            imports = read_protos(folder, provided_protos(bazel), record=protos.record).imports
    except ProtoTreeError as error:
        raise SyncError(str(error).replace(f"{tree}/", "")) from error
    if write:
        declare(folder, imports)
    elif not is_declared(folder, imports):
        raise _StaleError(f"{PROTOS}/{NAME}: differs from the imports of the protos")
    return list(imports)


class _StaleError(Exception):
    """The build would not work because of a stale file. The text names it."""


class _Built(NamedTuple):
    """A built package, the folder to copy it to, and what the last run knew of both."""

    manifest: Manifest
    out: Path
    record: CopyRecord


def _build(
    bazel: str, packages: Sequence[tuple[str, Path]], options: Sequence[str], tree: Path, protos: Sequence[str]
) -> list[_Built]:
    """Builds packages.

    Raises:
      SyncError: if a folder is a file, or one of the protos is in the deps of no package.
    """
    records = [CopyRecord(out) for _, out in packages]

    def inspect_outputs(manifests: Sequence[Manifest], since: int) -> bool:
        for known, manifest in zip(records, manifests, strict=True):
            known.read_built(manifest.files, manifest.output)
        return all(known.knows_built(since) for known in records)

    trusting = not any(known.is_empty for known in records)
    built = build(bazel, [label for label, _ in packages], options, tree, inspect_outputs, trusting=trusting)
    for (label, out), manifest in zip(packages, built, strict=True):
        if out.exists() and not out.is_dir():
            raise SyncError(f"{out} is not a folder: choose another one with --out DIR.")
        if missing := sorted(set(protos).difference(manifest.protos)):
            raise SyncError(
                f"{label} lacks {PROTOS}/{missing[0]}: add its library to deps. To have no stubs for it, exclude it."
            )
    return [_Built(*each) for each in zip(built, [out for _, out in packages], records, strict=True)]


def _job(built: _Built) -> Job:
    return Job(built.manifest, built.out, make_plan(built.manifest, built.out, built.record), built.record)


def _update(packages: Sequence[_Built]) -> int:
    # Another checkout may write to the same folders: make the plans under their locks.
    with _locked_folders([built.out.parent for built in packages]):
        jobs = [_job(built) for built in packages]
        _apply(jobs)
        for job in jobs:
            job.record.save()
    for job in jobs:
        for path, finding in findings(Plan(foreign=job.plan.foreign)):
            print(f"{_shown(job.target / path)}: {finding}", file=sys.stderr)
    for job in jobs:
        print(f"{_prefix(job, jobs)}{job.plan.summary}")
    return 0


def _apply(jobs: Sequence[Job]) -> None:
    """Applies all plans, or none if a hand-written file is in the way of one."""
    for job in jobs:
        refuse_hand_written(job.plan, job.target)
    try:
        apply(jobs)
    except SystemExit:
        # The signal may have interrupted apply's own cleanup.
        for job in jobs:
            remove_stage(job.target)
        raise


def _prefix(job: Job, jobs: Sequence[Job], tree: Path = WORKSPACE) -> str:
    """Returns the prefix of a package's line: its folder, unless it is the only package."""
    return f"{_shown(job.target, tree)}: " if len(jobs) > 1 else ""


def _check(tree: Path, bazel: str, options: argparse.Namespace, build_options: Sequence[str], fix: str) -> int:
    """Builds a tree of the workspace's files, and prints how its packages differ from the build, and how to fix it.

    Args:
      tree: the folder of the workspace, or a copy of it.
      bazel: the program.
      options: from parse.
      build_options: options for bazel build.
      fix: the command that brings the packages up to date.
    """
    packages = options.packages
    if options.staged:
        folders = [os.fspath(out.relative_to(WORKSPACE)) for _, out in packages]
        packages = [(label, tree / folder) for (label, _), folder in zip(packages, folders, strict=True)]
        fix = f"{fix} && git add {shlex.join([PROTOS, *folders])}"
    try:
        protos = _declared(tree, bazel, options, write=False)
        jobs = [_job(built) for built in _build(bazel, packages, build_options, tree, protos)]
    except _StaleError as error:
        print(error)
        jobs = []
    for job in jobs:
        if not options.staged:  # that copy is made anew each time
            job.record.save()
        for path, finding in findings(job.plan):
            print(f"{_shown(job.target / path, tree)}: {finding}")
        if job.plan.is_fresh:
            print(f"{_prefix(job, jobs, tree)}{len(job.plan.unchanged)} files are up to date")
    if jobs and all(job.plan.is_fresh for job in jobs):
        return 0
    print(f"To update it, type: {fix}")
    return STALE


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Holds a lock on an existing file or folder: a second run waits until this one is done.

    The lock covers the build too: the next build would replace the files being copied.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another run to end…", file=sys.stderr)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _locked_folder(folder: Path) -> Iterator[None]:
    """Holds a lock on a folder. Creates it if necessary, and removes it again if it stays empty."""
    made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder) as descriptor:
            # The run that held the lock may have failed and removed the folder.
            if folder.exists() and os.path.samestat(os.fstat(descriptor), folder.stat()):
                yield
                return
    finally:
        remove_empty(made)
    with _locked_folder(folder):
        yield


@contextmanager
def _locked_folders(folders: Sequence[Path]) -> Iterator[None]:
    """Holds a lock on each folder, always in the same order to prevent deadlocks."""
    # Keyed by the resolved path: a second lock on the same folder would wait for the first.
    by_place = {folder.resolve(): folder for folder in folders}
    with ExitStack() as stack:
        for place in sorted(by_place):
            stack.enter_context(_locked_folder(by_place[place]))
        yield


def _shown(path: Path, tree: Path = WORKSPACE) -> str:
    """Returns a path for display: relative if it is in the workspace, or in a copy of it."""
    return os.fspath(path.relative_to(tree) if path.is_relative_to(tree) else path)


_FIXES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "free some space there"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "make it writable"),
    **dict.fromkeys((errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY), "delete or rename it"),
    errno.ENOENT: "if something removed it, run this again",
}
_ANY_FIX = "fix that"


def _explained(error: OSError, out: Path) -> SyncError:
    # A failed copy has its source in filename and its target in filename2.
    place = os.fsdecode(error.filename2 or error.filename or out)
    fix = _FIXES.get(error.errno or 0, _ANY_FIX)
    return SyncError(
        f"{place}: {error.strerror}: {fix}, or choose another folder with --out DIR. No file was half-written."
    )


def _cannot(error: SyncError) -> int:
    print(f"generate_grpc_stubs.sh: {error}", file=sys.stderr)
    return CANNOT


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
