"""Builds package targets with Bazel and copies each to a folder. generate_grpc_stubs.sh is its command line."""

import argparse
import errno
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

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
CANNOT = 2

# What tells a run to end.
_ENDINGS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)

# Only errors and the failing action's own output; progress is for terminals.
_BUILD_FLAGS = (
    "--ui_event_filters=-info,-debug",
    "--show_result=0",
    "--output_groups=+package_manifest,+package_warnings",
)


def main() -> int:
    """Returns 0 when done or fresh, 1 when --check finds a difference, 2 when it can't, or Bazel's own status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bazel", required=True, help="the program to build with")
    parser.add_argument(
        "--package",
        action="append",
        required=True,
        nargs=2,
        metavar=("LABEL", "FOLDER"),
        help="what to build, [@repository]//package:name, and the folder to copy it to, absolute; may be repeated",
    )
    parser.add_argument("--build-option", action="append", default=[], help="an option of bazel build")
    parser.add_argument("--check", action="store_true", help="change nothing, report differences")
    parser.add_argument("--command", required=True, help="what the user types to bring the folders up to date")
    arguments = parser.parse_args()
    for ending in _ENDINGS:
        signal.signal(ending, _end)
    try:
        with _locked(Path("WORKSPACE")):
            return _run(arguments)
    except SyncError as error:
        return _cannot(error)
    except OSError as error:
        return _cannot(_explained(error, Path(arguments.package[0][1])))
    except subprocess.CalledProcessError as error:
        return int(error.returncode)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Has a run that is told to end clean up like any other failing one, and is told that only once."""
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    sys.exit(128 + number)


@dataclass
class _Copy:
    """A built package: its folder in the output tree, what the build says of it, and the folder to copy it to."""

    package: Path
    manifest: Manifest
    out: Path

    def plan(self) -> Job:
        return Job(make_plan(self.manifest, self.package, self.out), self.package, self.out)


def _run(arguments: argparse.Namespace) -> int:
    outs = {target: Path(out) for target, out in arguments.package}
    packages = _build(arguments.bazel, list(outs), arguments.build_option)
    copies = [_Copy(package, _manifest(package), outs[target]) for target, package in packages.items()]
    for out in outs.values():
        if out.exists() and not out.is_dir():
            raise SyncError(f"{out} is not a folder: choose another one with --out DIR.")
    jobs = [copy.plan() for copy in copies]
    if arguments.check:
        return _report(jobs, arguments.command)
    # Another checkout may write to the same folders; what it has done in the meantime is seen by new plans.
    with _locked_folders([out.parent for out in outs.values()]):
        jobs = [copy.plan() for copy in copies]
        _apply(jobs)
    for job in jobs:
        for path, finding in findings(Plan(foreign=job.plan.foreign)):
            print(f"{_shown(job.target / path)}: {finding}", file=sys.stderr)
    for job in jobs:
        print(f"{_prefix(job, jobs)}{job.plan.summary}")
    return 0


def _manifest(package: Path) -> Manifest:
    return Manifest.read(package.with_name(f"{package.name}.manifest.json"))


def _apply(jobs: Sequence[Job]) -> None:
    """Carries out all of the plans, or none when anything hand-written is in the way of any."""
    for job in jobs:
        refuse_hand_written(job.plan, job.target)
    try:
        apply(jobs)
    except SystemExit:
        # The signal may have come while apply was clearing it away.
        for job in jobs:
            remove_stage(job.target)
        raise


def _prefix(job: Job, jobs: Sequence[Job]) -> str:
    """Returns what the line of a package begins with: its folder, when it is not the only one."""
    return f"{_shown(job.target)}: " if len(jobs) > 1 else ""


def _report(jobs: Sequence[Job], command: str) -> int:
    """Prints how the folders differ from the build, and what mends it."""
    for job in jobs:
        for path, finding in findings(job.plan):
            print(f"{_shown(job.target / path)}: {finding}")
        if job.plan.is_fresh:
            print(f"{_prefix(job, jobs)}{len(job.plan.unchanged)} files are up to date")
    if all(job.plan.is_fresh for job in jobs):
        return 0
    print(f"To bring it up to date, type: {command}")
    return STALE


def _build(bazel: str, targets: Sequence[str], options: Sequence[str]) -> dict[str, Path]:
    """Builds all targets at once and returns the folders of their packages, by target."""
    progress = [] if sys.stderr.isatty() else ["--noshow_progress"]
    subprocess.run([bazel, "build", *_BUILD_FLAGS, *progress, *options, *targets], check=True)
    # The bazel-bin link cannot be trusted: another configuration may have moved it, or the checkout is read-only.
    info = subprocess.run([bazel, "info", "bazel-bin"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    packages = {target: Path(os.fsdecode(info.stdout.rstrip(b"\n")), output_path(target)) for target in targets}
    # Bazel says them only when it runs the action, and then among its own news. Packages may share what they are of.
    files = [package.with_name(f"{package.name}.warnings") for package in packages.values()]
    warnings = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    for warning in dict.fromkeys(warnings):
        print(f"warning: {warning}", file=sys.stderr)
    return packages


def output_path(target: str) -> str:
    """Returns where Bazel puts what a label names, below bazel-bin: "@x//a:b" gives "external/x/a/b"."""
    repository, _, path = target.partition("//")
    folders = ["external", repository.lstrip("@")] if repository else []
    return "/".join([*folders, *path.replace(":", "/").strip("/").split("/")])


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Holds a lock on a file or folder that exists anyway, so that a second run waits until this one is done.

    The build is under it as well: the next one would replace the files that are being copied.
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
    """Holds a lock on a folder that is made for it, and goes again when nothing was put there."""
    made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder) as descriptor:
            # A run that this one waited for may have failed, and have taken the folder along.
            if folder.exists() and os.path.samestat(os.fstat(descriptor), folder.stat()):
                yield
                return
    finally:
        remove_empty(made)
    with _locked_folder(folder):
        yield


@contextmanager
def _locked_folders(folders: Sequence[Path]) -> Iterator[None]:
    """Holds a lock on each folder, always in the same order, so that no two runs wait for each other."""
    # By where they really are: a second lock on the same one would wait for the first.
    by_place = {folder.resolve(): folder for folder in folders}
    with ExitStack() as stack:
        for place in sorted(by_place):
            stack.enter_context(_locked_folder(by_place[place]))
        yield


def _shown(path: Path) -> str:
    """Returns a path as short as it can be: relative when it lies in the workspace."""
    return os.fspath(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


_CURES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "free some space there"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "make it writable"),
    **dict.fromkeys((errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY), "delete or rename it"),
    errno.ENOENT: "if something removed it, run this again",
}
_ANY_CURE = "mend that"


def _explained(error: OSError, out: Path) -> SyncError:
    # A copy that fails names its source first.
    place = os.fsdecode(error.filename2 or error.filename or out)
    cure = _CURES.get(error.errno or 0, _ANY_CURE)
    return SyncError(
        f"{place}: {error.strerror}: {cure}, or choose another folder with --out DIR. No file was half-written."
    )


def _cannot(error: SyncError) -> int:
    print(f"generate_grpc_stubs.sh: {error}", file=sys.stderr)
    return CANNOT


if __name__ == "__main__":
    sys.exit(main())
