"""Builds a package target with Bazel and copies the package to a folder. generate_grpc_stubs.sh is its command line."""

import argparse
import errno
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from package_sync import (
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
    parser.add_argument("--target", required=True, help="the label, [@repository]//package:name")
    parser.add_argument("--build-option", action="append", default=[], help="an option of bazel build")
    parser.add_argument("--out", required=True, type=Path, help="the folder to copy to, absolute")
    parser.add_argument("--check", action="store_true", help="change nothing, report differences")
    parser.add_argument("--command", required=True, help="what the user types to bring the folder up to date")
    arguments = parser.parse_args()
    for ending in _ENDINGS:
        signal.signal(ending, _end)
    try:
        with _locked(Path("WORKSPACE")):
            return _run(arguments)
    except SyncError as error:
        return _cannot(error)
    except OSError as error:
        return _cannot(_explained(error, arguments.out))
    except subprocess.CalledProcessError as error:
        return int(error.returncode)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Has a run that is told to end clean up like any other failing one, and is told that only once."""
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    sys.exit(128 + number)


def _run(arguments: argparse.Namespace) -> int:
    package = _build(arguments.bazel, arguments.target, arguments.build_option)
    manifest = Manifest.read(package.with_name(f"{package.name}.manifest.json"))
    if arguments.out.exists() and not arguments.out.is_dir():
        raise SyncError(f"{arguments.out} is not a folder: choose another one with --out DIR.")
    plan = make_plan(manifest, package, arguments.out)
    if arguments.check:
        return _report(plan, arguments.out, arguments.command)
    # Another checkout may write to the same folder; what it has done in the meantime is seen by a new plan.
    with _locked_folder(arguments.out.parent):
        plan = make_plan(manifest, package, arguments.out)
        refuse_hand_written(plan, arguments.out)
        try:
            apply(plan, package, arguments.out)
        except SystemExit:
            # The signal may have come while apply was clearing it away.
            remove_stage(arguments.out)
            raise
    for path, finding in findings(Plan(foreign=plan.foreign)):
        print(f"{_shown(arguments.out / path)}: {finding}", file=sys.stderr)
    print(plan.summary)
    return 0


def _report(plan: Plan, out: Path, command: str) -> int:
    """Prints how the folder differs from the build, and what mends it."""
    for path, finding in findings(plan):
        print(f"{_shown(out / path)}: {finding}")
    if plan.is_fresh:
        print(f"{len(plan.unchanged)} files are up to date")
        return 0
    print(f"To bring it up to date, type: {command}")
    return STALE


def _build(bazel: str, target: str, options: Sequence[str]) -> Path:
    """Builds the target and returns the folder of its package."""
    progress = [] if sys.stderr.isatty() else ["--noshow_progress"]
    subprocess.run([bazel, "build", *_BUILD_FLAGS, *progress, *options, target], check=True)
    # The bazel-bin link cannot be trusted: another configuration may have moved it, or the checkout is read-only.
    info = subprocess.run([bazel, "info", "bazel-bin"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    package = Path(os.fsdecode(info.stdout.rstrip(b"\n")), output_path(target))
    # Bazel says them only when it runs the action, and then among its own news.
    for warning in package.with_name(f"{package.name}.warnings").read_text(encoding="utf-8").splitlines():
        print(f"warning: {warning}", file=sys.stderr)
    return package


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


def _shown(path: Path) -> str:
    """Returns a path as short as it can be: relative when it lies in the workspace."""
    return os.fspath(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


class Cure(str):
    """What to do when the system refuses something, in the middle of a message."""


_CURES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), Cure("free some space there")),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), Cure("make it writable")),
    **dict.fromkeys((errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY), Cure("delete or rename it")),
    errno.ENOENT: Cure("if something removed it, run this again"),
}
_ANY_CURE = Cure("mend that")


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
