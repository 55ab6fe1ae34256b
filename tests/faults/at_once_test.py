"""Eight concurrent copy-outs to the same folder have the same result as one."""

import fcntl
import os
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.copy_out_runs import CopyOut, ended
from tests.faults.polling import until
from tests.faults.script_runs import OLDER, Checkout

RUNS = 8
WAITING = "Waiting for another run to end…\n"


@pytest.fixture
def copy(tmp_path: Path) -> CopyOut:
    return CopyOut(tmp_path, modules=40)


@pytest.mark.parametrize("checkouts", [pytest.param(1, id="one-checkout"), pytest.param(RUNS, id="eight-checkouts")])
@pytest.mark.parametrize("first", [True, False], ids=["first-run", "update"])
def test_eight_at_once(copy: CopyOut, figures: Counter[str], checkouts: int, first: bool) -> None:
    copy.target.parent.mkdir()
    if not first:
        copy.add_hand_written()
        copy.heal(0)
    workspaces = [f"checkout_{number % checkouts}" for number in range(RUNS)]
    for workspace in workspaces:
        copy.make_workspace(workspace)
    # No run proceeds before all of them are waiting.
    contended = copy.root / workspaces[0] / "WORKSPACE" if checkouts == 1 else copy.target.parent
    lock = os.open(contended, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    processes = [copy.start(1, workspace=workspace) for workspace in workspaces]
    assert [process.stderr and process.stderr.readline() for process in processes] == [WAITING] * RUNS
    os.close(lock)
    results = [ended(process) for process in processes]
    _count(figures, results)
    assert [(result.returncode, result.stderr) for result in results] == [(0, "")] * RUNS, results
    updated = len(copy.versions[1]) - (0 if first else 2)
    said = Counter(result.stdout.split(",")[0] for result in results)
    assert said == {f"{updated} updated": 1, "0 updated": RUNS - 1}
    copy.add_hand_written()
    copy.assert_fresh(1)


def _count(figures: Counter[str], results: Sequence[subprocess.CompletedProcess[str]]) -> None:
    figures["runs at once"] += len(results)
    figures["failed"] += sum(result.returncode != 0 for result in results)


@pytest.mark.parametrize("first", [True, False], ids=["first-run", "update"])
def test_a_second_checkout_waits_wherever_the_first_is_stopped(
    copy: CopyOut, figures: Counter[str], first: bool
) -> None:
    note, waited = copy.root / "call", 0
    if not first:
        copy.add_hand_written()
        copy.heal(1)
    for number in range(2, 40, 4):
        with copy.start(0, fault=["SIGSTOP", str(number), str(note)]) as one:
            os.waitid(os.P_PID, one.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            assert one.poll() is None and note.exists()
            # Before it has the lock, it changes only its own files.
            locked = _is_locked(copy.target.parent)
            with copy.start(1, workspace="another") as other:
                assert other.stderr
                assert not locked or other.stderr.readline() == WAITING, f"stopped at call {number}"
                waited += locked
                if not locked:
                    other.wait(timeout=60)
                one.send_signal(signal.SIGCONT)
                results = [ended(one), ended(other)]
        assert [(result.returncode, result.stderr) for result in results] == [(0, "")] * 2, results
        copy.add_hand_written()
        copy.assert_fresh(1 if locked else 0)
        if first:
            shutil.rmtree(copy.target.parent)
        note.unlink()
    figures["stops half-way, with another checkout waiting"] += waited
    assert waited > 4


def _is_locked(folder: Path) -> bool:
    """Returns whether a run holds the lock on a folder."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("before", [None, OLDER], ids=["first-run", "after-another-bazel"])
def test_eight_runs_of_the_script_at_once(tmp_path: Path, figures: Counter[str], before: str | None) -> None:
    checkout = Checkout(tmp_path)
    checkout.rc.write_text(before or "")
    with checkout.rc.open() as reader:
        if before is None:
            checkout.rc.unlink()
        processes = [checkout.start() for _ in range(RUNS)]
        until(lambda: checkout.waiting() == RUNS, "all of them are there")
        checkout.go()
        results = [ended(process) for process in processes]
        assert reader.read() == (before or ""), "who has opened it before reads all of it"
    _count(figures, results)
    assert [result.returncode for result in results] == [0] * RUNS, results
    assert {line for result in results for line in result.stderr.splitlines(keepends=True)} <= {WAITING}
    updated = Counter(result.stdout.split(",")[0] for result in results)
    assert updated == {f"{len(checkout.copy.versions[1])} updated": 1, "0 updated": RUNS - 1}
    assert checkout.rc.read_text() == checkout.expected
    assert [path.name for path in checkout.root.glob(".bazelrc.version*")] == [".bazelrc.version"]
    checkout.copy.add_hand_written()
    checkout.copy.assert_fresh(1)
