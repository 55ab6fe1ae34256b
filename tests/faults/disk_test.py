"""A copy-out to a full or read-only disk reports it and leaves the package unchanged."""

import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.copy_out_runs import MARK, STAGE, CopyOut, ended, tree, write
from tests.faults.mounts import mounted
from tests.faults.script_runs import OLDER, Checkout

PAGE = 4096
NO_FILE_HALF_WRITTEN = "or choose another folder with --out DIR. No file was half-written."


@pytest.fixture
def copy(tmp_path: Path) -> CopyOut:
    """A target whose parent folder exists."""
    made = CopyOut(tmp_path, modules=2, size=2 * PAGE)
    made.target.parent.mkdir()
    return made


def _message(stderr: str, copy: CopyOut, cause: str, cure: str) -> str:
    """Asserts that a run printed one message with place, cause and fix, and returns the place below the target."""
    place = rf"{re.escape(str(copy.target))}(?P<place>\S*)"
    line = rf"generate_grpc_stubs\.sh: {place}: {cause}: {cure}, {re.escape(NO_FILE_HALF_WRITTEN)}\n"
    match = re.fullmatch(line, stderr)
    assert match, stderr
    return match["place"]


@pytest.mark.parametrize(
    ("limit", "first"),
    [
        pytest.param("size=256k", False, id="blocks"),
        pytest.param("nr_inodes=40", False, id="inodes"),
        pytest.param("nr_inodes=40", True, id="inodes-of-a-first-run"),
    ],
)
def test_a_full_disk(copy: CopyOut, figures: Counter[str], limit: str, first: bool) -> None:
    disk, places, room = copy.target.parent, set(), 0
    with mounted(copy, f"mount -t tmpfs -o {limit} tmpfs '{disk}'"):
        seen = copy.view / disk.relative_to("/")
        if not first:
            copy.add_hand_written()
            copy.heal(0)
        before = tree(seen)
        while True:
            ballast = _fill(seen, room)
            result = copy.run(1)
            shutil.rmtree(ballast)
            if result.returncode == 0:
                break
            assert (result.returncode, result.stdout) == (2, "")
            places.add(_message(result.stderr, copy, "No space left on device", "free some space there"))
            assert tree(seen) == before
            room += 1
        copy.add_hand_written()
        copy.heal(1)
    figures["full disks survived"] += room
    figures["places named"] += len(places)
    assert room > 5 and len(places) > 2


def _fill(disk: Path, room: int) -> Path:
    """Fills a disk except for some pages or inodes, and returns the folder that fills it."""
    ballast = disk / "ballast"
    ballast.mkdir()
    with (ballast / "0").open("wb") as file:
        space = os.statvfs(disk)
        if space.f_files > 100:
            file.write(bytes(max(space.f_bavail * space.f_frsize - room * PAGE, 0)))
    if space.f_files <= 100:
        for number in range(max(space.f_favail - room, 0)):
            (ballast / f"{number + 1}").touch()
    return ballast


@pytest.mark.parametrize("first", [False, True], ids=["update", "first-run"])
def test_a_disk_mounted_read_only(copy: CopyOut, figures: Counter[str], first: bool) -> None:
    if not first:
        copy.add_hand_written()
        copy.heal(0)
    before = tree(copy.target.parent)
    disk = copy.target.parent
    with mounted(copy, f"mount --bind '{disk}' '{disk}'\nmount -o remount,bind,ro '{disk}'"):
        result = copy.run(1)
        check = copy.run(1, "--check")
    assert (result.returncode, result.stdout) == (2, "")
    _message(result.stderr, copy, "Read-only file system", "make it writable")
    assert (check.returncode, check.stderr) == (1, ""), "reading is all that --check needs"
    assert tree(disk) == before
    copy.prefix, copy.view = (), Path("/")
    copy.add_hand_written()
    copy.heal(1)
    figures["read-only disks survived"] += 1


# Root may do everything that modes forbid, unless it drops its capabilities.
AS_ANYBODY = ("setpriv", "--bounding-set=-all") if os.geteuid() == 0 else ()


@pytest.mark.parametrize(
    ("folder", "unchanged"),
    [
        pytest.param("..", True, id="the-folder-above"),
        pytest.param(".", True, id="the-target"),
        # Another folder is written first.
        pytest.param("sub", False, id="a-folder-in-it"),
        pytest.param("only_0/deep", False, id="a-folder-that-goes"),
    ],
)
def test_a_read_only_folder(copy: CopyOut, figures: Counter[str], folder: str, unchanged: bool) -> None:
    if folder != "..":
        copy.add_hand_written()
        copy.heal(0)
    before, mode = tree(copy.target), copy.target.parent.stat().st_mode
    locked = copy.target.parent if folder == ".." else copy.target / folder
    locked.chmod(0o555)
    copy.prefix = AS_ANYBODY
    result = copy.run(1)
    locked.chmod(mode)
    assert (result.returncode, result.stdout) == (2, ""), result
    place = _message(result.stderr, copy, "Permission denied", "make it writable")
    assert folder in (".", "..") or place.startswith(f"/{folder}"), place
    found = copy.find(0, 1) if folder != ".." else copy.find(None, 1)
    figures["files torn"] += len(found.torn)
    assert not found.torn and not found.staged
    assert not unchanged or tree(copy.target) == before
    copy.prefix = ()
    copy.add_hand_written()
    copy.heal(1)
    figures["read-only folders survived"] += 1


@pytest.mark.parametrize("number", [1, 2], ids=["one-folder", "two-folders"])
def test_a_removed_folder_contains_files_of_another_user(copy: CopyOut, figures: Counter[str], number: int) -> None:
    copy.add_hand_written()
    copy.heal(0)
    # As root in a container leaves it: the folder can be renamed but not emptied.
    for gone in (copy.target / f"gone_{name}" for name in range(number)):
        write(gone, {"__init__.py": f"{MARK}\n".encode(), "__pycache__/x.pyc": b""})
        (gone / "__pycache__").chmod(0o555)
    stage = copy.target / STAGE
    said = (
        f"generate_grpc_stubs.sh: {stage}/__pycache__/x.pyc: Permission denied: stale files cannot be deleted. "
        f"Type, as a user who may delete them: rm -rf {stage}\n"
    )
    copy.prefix = AS_ANYBODY
    runs, check = [copy.run(1), copy.run(1)], copy.run(1, "--check")
    assert [(run.returncode, run.stdout, run.stderr) for run in runs] == [(2, "", said)] * 2
    assert check.returncode == 1 and f"/{STAGE}: was left by an interrupted run\n" in check.stdout
    copy.prefix = ()
    for cache in copy.target.rglob("__pycache__"):
        cache.chmod(0o755)
    subprocess.run(runs[0].stderr.rpartition(": ")[2], shell=True, check=True)
    copy.heal(1)
    figures["folders of somebody else survived"] += number


@pytest.mark.parametrize(
    ("bazel", "text", "status"),
    [
        pytest.param("7.7.1", None, 2, id="7-on-a-first-run"),
        pytest.param("7.7.1", OLDER, 2, id="7-after-another-one"),
        pytest.param("7.7.1", "right", 0, id="7-again"),
        pytest.param("4.2.3", OLDER, 2, id="4-after-another-one"),
        pytest.param("4.2.3", None, 0, id="4-on-a-first-run"),
    ],
)
def test_a_read_only_checkout(tmp_path: Path, figures: Counter[str], bazel: str, text: str | None, status: int) -> None:
    checkout = Checkout(tmp_path)
    checkout.go()
    if text:
        checkout.rc.write_text(checkout.expected if text == "right" else text)
    before = tree(checkout.root)
    checkout.root.chmod(0o555)
    checkout.prefix = AS_ANYBODY
    result = ended(checkout.start(bazel))
    checkout.root.chmod(0o755)
    refused = (
        f"generate_grpc_stubs.sh: {checkout.rc} cannot be written, and this Bazel needs another one. Type 'chmod u+w "
        f"{checkout.root}', or run this once as a user who may write there.\n"
    )
    assert (result.returncode, result.stderr) == (status, refused if status else ""), result
    assert tree(checkout.root) == before
    assert ended(checkout.start(bazel)).returncode == 0
    assert (checkout.rc.read_text() if checkout.rc.exists() else None) == (checkout.expected if bazel > "5" else None)
    figures["read-only checkouts survived"] += 1
