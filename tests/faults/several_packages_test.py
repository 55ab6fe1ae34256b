"""One run for several packages changes all or none. If that fails, files are whole and the next run finishes."""

import fcntl
import itertools
import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.copy_out_runs import CopyOut, ended, tree, write

UPDATED = "6 updated, 2 unchanged, 4 removed"


@pytest.fixture
def copies(tmp_path: Path) -> list[CopyOut]:
    """Three packages: two in one folder, as in TypeScript, and one in another."""
    made = [CopyOut(tmp_path, modules=1, size=100, name=name) for name in ("stubs", "others", "third")]
    made[2].target = tmp_path / "elsewhere" / "third"
    made[0].beside = made[1:]
    for copy in made:
        copy.add_hand_written()
    return made


def _run(copies: list[CopyOut], version: int, *options: str) -> tuple[int, list[str], str]:
    result = copies[0].run(version, *options)
    return result.returncode, result.stdout.splitlines(), result.stderr


def _heal(copies: list[CopyOut], version: int) -> None:
    copies[0].heal(version)
    for copy in copies[1:]:
        copy.assert_fresh(version)


def _times(copies: list[CopyOut]) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for copy in copies for path in copy.target.rglob("*")}


def test_one_line_per_package(copies: list[CopyOut]) -> None:
    _heal(copies, 0)
    status, lines, stderr = _run(copies, 1)
    assert (status, lines, stderr) == (0, [f"{copy.target}: {UPDATED}" for copy in copies], "")
    before = _times(copies)
    assert _run(copies, 1) == (0, [f"{copy.target}: 0 updated, 8 unchanged, 0 removed" for copy in copies], "")
    assert _run(copies, 1, "--check") == (0, [f"{copy.target}: 8 files are up to date" for copy in copies], "")
    assert _times(copies) == before


def test_check_lists_the_stale_files_of_all_and_the_fresh_packages(copies: list[CopyOut]) -> None:
    _heal(copies, 1)
    (copies[0].target / "py.typed").unlink()
    (copies[2].target / "__init__.py").write_text("")
    before = [tree(copy.target) for copy in copies]
    assert _run(copies, 1, "--check") == (
        1,
        [
            f"{copies[0].target}/py.typed: is missing",
            f"{copies[1].target}: 8 files are up to date",
            f"{copies[2].target}/__init__.py: differs from the build",
            "To update it, type: fix --language=all",
        ],
        "",
    )
    assert [tree(copy.target) for copy in copies] == before


def test_one_build_for_all_and_shared_warnings_are_printed_once(copies: list[CopyOut]) -> None:
    root = copies[0].root
    bazel = root / "bazel"
    bazel.write_text(bazel.read_text().replace("#!/bin/sh\n", f'#!/bin/sh\necho "$*" >> "{root}/calls"\n'))
    for copy in copies:
        write(root / "bin_1/protos", {f"{copy.name}.warnings": f"//:lib: odd\n//:{copy.name}: bad\n".encode()})
    status, _, stderr = _run(copies, 1)
    assert status == 0
    said = ("//:lib: odd", "//:stubs: bad", "//:others: bad", "//:third: bad")
    assert stderr.splitlines() == [f"warning: {warning}" for warning in said]
    version, build, *others = (root / "calls").read_text().splitlines()
    assert build.startswith("build ") and build.endswith(" //protos:stubs //protos:others //protos:third")
    assert (version, others) == ("--version", [])


@pytest.mark.parametrize("number", range(3))
def test_a_collision_in_one_package_leaves_all_unchanged(copies: list[CopyOut], number: int) -> None:
    _heal(copies, 0)
    mine = copies[number].target / "m000_pb2.py"
    mine.write_text("MINE = 1\n")
    before, times = [tree(copy.target) for copy in copies], _times(copies)
    status, lines, stderr = _run(copies, 1)
    assert (status, lines) == (2, [])
    assert stderr.startswith(f"generate_grpc_stubs.sh: {mine} was not generated and would be overwritten: ")
    assert [tree(copy.target) for copy in copies] == before and _times(copies) == times


@pytest.mark.parametrize("number", range(3))
def test_a_folder_that_is_a_file_leaves_all_unchanged(copies: list[CopyOut], number: int) -> None:
    _heal(copies, 0)
    file = copies[number].target = copies[0].root / "file"
    file.write_text("mine")
    before = tree(copies[0].root / "checkout")
    said = f"generate_grpc_stubs.sh: {file} is not a folder: choose another one with --out DIR.\n"
    assert _run(copies, 1) == _run(copies, 1, "--check") == (2, [], said)
    assert tree(copies[0].root / "checkout") == before


def test_a_failing_build_leaves_all_unchanged(copies: list[CopyOut]) -> None:
    _heal(copies, 0)
    before = [tree(copy.target) for copy in copies]
    (copies[0].root / "bazel").write_text("#!/bin/sh\nexit 37\n")
    assert _run(copies, 1) == (37, [], "")
    assert [tree(copy.target) for copy in copies] == before


@pytest.mark.parametrize(
    ("kill", "step"), [pytest.param(signal.SIGKILL, 2, id="SIGKILL"), pytest.param(signal.SIGTERM, 4, id="SIGTERM")]
)
def test_killed_at_a_call(copies: list[CopyOut], figures: Counter[str], kill: signal.Signals, step: int) -> None:
    note, version, calls, between = copies[0].root / "call", 0, 0, 0
    _heal(copies, 0)
    for number in itertools.count(1, step):
        copies[0].run(1 - version, fault=[kill.name, str(number), str(note)])
        if not note.exists():
            break
        note.unlink()
        calls += 1
        found = [copy.find(version, 1 - version) for copy in copies]
        torn = sorted(path for one in found for path in one.torn)
        figures["files torn"] += len(torn)
        assert not torn, f"{kill.name} at call {number}: {torn}"
        assert kill is signal.SIGKILL or not [path for one in found for path in one.staged], f"call {number}"
        between += bool(found[0].new and not found[2].new)
        version = 1 - version
        _heal(copies, version)
    figures["kills at a call of a run for three packages survived"] += calls
    figures["of them between two packages"] += between
    assert calls > 100 // step and between


def test_an_interrupted_first_run_leaves_no_folder(tmp_path: Path) -> None:
    copies = [CopyOut(tmp_path, modules=1, size=100, name=name) for name in ("stubs", "others")]
    copies[0].beside = copies[1:]
    copies[0].run(0, fault=["SIGTERM", "12", str(tmp_path / "call")])
    assert (tmp_path / "call").exists() and not (tmp_path / "checkout").exists()


def test_folders_are_locked_in_the_same_order_whatever_the_order_of_the_packages(tmp_path: Path) -> None:
    # Otherwise two checkouts that write to the same two folders could deadlock.
    copies = [CopyOut(tmp_path, modules=1, name=name) for name in ("first", "second")]
    for copy, folder in zip(copies, ("b", "a"), strict=True):
        copy.target = tmp_path / folder / copy.name
        copy.add_hand_written()
    copies[0].beside = copies[1:]
    held = os.open(tmp_path / "b", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    run = copies[0].start(0)
    assert run.stderr and run.stderr.readline() == "Waiting for another run to end…\n"
    other = os.open(tmp_path / "a", os.O_RDONLY)
    with pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    for descriptor in (held, other):
        os.close(descriptor)
    assert ended(run).returncode == 0


def test_a_folder_also_reached_through_a_link_is_locked_once(tmp_path: Path) -> None:
    # Otherwise the run would wait for itself.
    copies = [CopyOut(tmp_path, modules=1, name=name) for name in ("first", "second")]
    for copy in copies:
        copy.add_hand_written()
    (tmp_path / "link").symlink_to(tmp_path / "checkout")
    copies[1].target = tmp_path / "link" / "second"
    copies[0].beside = copies[1:]
    _heal(copies, 0)
