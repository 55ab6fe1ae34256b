"""A copy-out that is killed, at any instant, leaves whole files, and the next run ends its work."""

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

SIGNALS = (signal.SIGKILL, signal.SIGTERM)
KILLS = 200
SEED = 5


def test_killed_at_random_instants(tmp_path: Path) -> None:
    copy = CopyOut(tmp_path, modules=40)
    copy.add_hand_written()
    length = _length_of_a_run(copy)
    chance, seen, version = random.Random(SEED), Counter[str](), 0
    for number in range(KILLS):
        kill = SIGNALS[number % len(SIGNALS)]
        result = _killed_after(copy.start(1 - version), chance.random() * length, kill)
        found = copy.find(version, 1 - version)
        assert not found.torn, f"{kill.name}: {sorted(found.torn)}"
        if kill is not signal.SIGKILL:
            assert not found.staged and result.returncode in (0, -kill, 128 + kill), result
        seen[kill.name] += 1
        seen["copying"] += copy.note.exists() and result.returncode != 0
        seen["midway"] += found.is_midway
        # The protos may be other ones again by then.
        version = chance.randrange(2)
        copy.heal(version)
    kinds = ", ".join(f"{seen[kill.name]} {kill.name}" for kill in SIGNALS)
    print(
        f"{KILLS} kills survived: {kinds}; {seen['copying']} after the build and before the end, "
        f"{seen['midway']} found the package mid-way; 0 files torn"
    )
    # The instants are shares of a run as long as the first ones; a busy machine makes later ones longer.
    assert seen["copying"] >= KILLS // 10 and seen["midway"], "too few were during the copy"


def _length_of_a_run(copy: CopyOut) -> float:
    lengths = []
    for number in range(4):
        start = time.monotonic()
        copy.heal(number % 2)
        lengths.append(time.monotonic() - start)
    copy.heal(0)
    return median(lengths)


def _killed_after(
    process: subprocess.Popen[str], seconds: float, kill: signal.Signals
) -> subprocess.CompletedProcess[str]:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(kill)
    return ended(process)


@pytest.mark.parametrize(
    ("kill", "forward"),
    [
        pytest.param(signal.SIGKILL, True, id="SIGKILL"),
        pytest.param(signal.SIGKILL, False, id="SIGKILL-and-back"),
        pytest.param(signal.SIGTERM, True, id="SIGTERM"),
    ],
)
def test_killed_at_every_call(tmp_path: Path, kill: signal.Signals, forward: bool) -> None:
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
        assert not found.torn, f"{kill.name} at call {number}: {sorted(found.torn)}"
        if kill is not signal.SIGKILL:
            assert not found.staged and result.returncode == 128 + kill, f"call {number}: {found} {result}"
        midway += found.is_midway
        version = 1 - version if forward else version
        copy.heal(version)
    print(f"{calls.total()} kills survived, {kill.name} at every call: {dict(calls)}; {midway} found it mid-way")
    assert midway and {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.sendfile", "open"} <= calls.keys()


@pytest.mark.parametrize("kill", SIGNALS, ids=lambda kill: kill.name)
def test_killed_first_run(tmp_path: Path, kill: signal.Signals) -> None:
    copy, note = CopyOut(tmp_path, modules=1), tmp_path / "call"
    for number in itertools.count(1):
        copy.run(0, fault=[kill.name, str(number), str(note)])
        if not note.exists():
            break
        note.unlink()
        found = copy.find(None, 0)
        assert not found.torn, f"{kill.name} at call {number}: {sorted(found.torn)}"
        if kill is not signal.SIGKILL and not found.new:
            assert not copy.target.parent.exists(), f"call {number}: a folder was left"
        copy.add_hand_written()
        copy.heal(0)
        shutil.rmtree(copy.target.parent)
    print(f"{number - 1} kills survived, {kill.name} at every call of a first run")
    assert number > len(copy.versions[0])
