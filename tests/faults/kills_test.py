"""A copy-out killed at any moment leaves only whole files, and the next run completes its work."""

import itertools
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from tests.faults.copy_out_runs import CopyOut, ended

# The exit status of a run after each signal.
ENDS = {signal.SIGKILL: -signal.SIGKILL, signal.SIGTERM: 128 + signal.SIGTERM}
KILLS = 200
ATTEMPTS = 2 * KILLS
SEED = 5


def test_killed_at_random_instants(tmp_path: Path, figures: Counter[str]) -> None:
    copy = CopyOut(tmp_path, modules=40)
    copy.add_hand_written()
    length = _length_of_a_copy(copy)
    chance, struck, midway, version = random.Random(SEED), Counter[str](), 0, 0
    for attempt in range(ATTEMPTS):
        kill = list(ENDS)[attempt % len(ENDS)]
        result = _killed_while_it_copies(copy, 1 - version, chance.random() * length, kill)
        found = copy.find(version, 1 - version)
        figures["files torn"] += len(found.torn)
        assert not found.torn, f"{kill.name}: {sorted(found.torn)}"
        # A run that printed its summary was faster than the signal, even if the interpreter was still exiting.
        # The machine's load varies: adjust the length so that about every sixth run is faster than the signal.
        length *= 0.9 if result.stdout else 1.02
        if not result.stdout:
            assert result.returncode == ENDS[kill], result
            assert kill is signal.SIGKILL or not found.staged, result
            struck[kill.name] += 1
            midway += found.is_midway
        # The protos may have changed again by then.
        version = chance.randrange(2)
        copy.heal(version)
        if struck.total() == KILLS:
            break
    figures["kills tried at random instants"] = attempt + 1
    figures["of them struck"] = struck.total()
    figures["of those found the package mid-way"] = midway
    assert struck.total() == KILLS, "too many runs were faster than the signal"
    assert min(struck.values()) >= KILLS // 4 and midway >= KILLS // 20


def _length_of_a_copy(copy: CopyOut) -> float:
    """Returns the time that a run takes after the build."""
    lengths = []
    for number in range(5):
        process = copy.start(number % 2)
        _wait_for_the_build(copy, process)
        start = time.monotonic()
        process.wait(timeout=60)
        lengths.append(time.monotonic() - start)
        ended(process)
    copy.heal(0)
    return median(lengths)


def _killed_while_it_copies(
    copy: CopyOut, version: int, seconds: float, kill: signal.Signals
) -> subprocess.CompletedProcess[str]:
    process = copy.start(version)
    _wait_for_the_build(copy, process)
    time.sleep(seconds)
    process.send_signal(kill)
    return ended(process)


def _wait_for_the_build(copy: CopyOut, process: subprocess.Popen[str]) -> None:
    while not copy.note.exists():
        assert process.poll() is None, ended(process)
        time.sleep(0.001)


@pytest.mark.parametrize(
    ("kill", "forward"),
    [
        pytest.param(signal.SIGKILL, True, id="SIGKILL"),
        pytest.param(signal.SIGKILL, False, id="SIGKILL-and-back"),
        pytest.param(signal.SIGTERM, True, id="SIGTERM"),
    ],
)
def test_killed_at_every_call(tmp_path: Path, figures: Counter[str], kill: signal.Signals, forward: bool) -> None:
    copy, note = CopyOut(tmp_path, modules=1), tmp_path / "call"
    copy.add_hand_written()
    copy.heal(0)
    calls, midway, version = Counter[str](), 0, 0
    for number in itertools.count(1):
        result = copy.run(1 - version, fault=[kill.name, str(number), str(note)])
        if not note.exists():
            break
        calls[note.read_text()] += 1
        note.unlink()
        found = copy.find(version, 1 - version)
        figures["files torn"] += len(found.torn)
        assert not found.torn, f"{kill.name} at call {number}: {sorted(found.torn)}"
        if kill is not signal.SIGKILL:
            assert not found.staged and result.returncode == 128 + kill, f"call {number}: {found} {result}"
        midway += found.is_midway
        version = 1 - version if forward else version
        copy.heal(version)
    figures["kills at every call survived"] += calls.total()
    figures["of them with the package mid-way"] += midway
    assert midway and {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.sendfile", "open"} <= calls.keys()


@pytest.mark.parametrize("kill", ENDS, ids=lambda kill: kill.name)
def test_killed_first_run(tmp_path: Path, figures: Counter[str], kill: signal.Signals) -> None:
    copy, note = CopyOut(tmp_path, modules=1), tmp_path / "call"
    for number in itertools.count(1):
        copy.run(0, fault=[kill.name, str(number), str(note)])
        if not note.exists():
            break
        note.unlink()
        found = copy.find(None, 0)
        figures["files torn"] += len(found.torn)
        assert not found.torn, f"{kill.name} at call {number}: {sorted(found.torn)}"
        if kill is not signal.SIGKILL and not found.new:
            assert not copy.target.parent.exists(), f"call {number}: a folder was left"
        copy.add_hand_written()
        copy.heal(0)
        shutil.rmtree(copy.target.parent)
    figures["kills at every call of a first run survived"] += number - 1
    assert number > len(copy.versions[0])
