"""The generated packages pass protobuf's official conformance tests, but for the failures that are listed."""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conformance.runner import Outcome, run, runnable

FOLDER = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "tests/conformance")
SUITES = ("binary and JSON", "text format")
PASSES = "Required.Proto3.ProtobufInput.UnknownVarint.ProtobufOutput"


@dataclass(frozen=True)
class Program:
    """A program that uses a generated package."""

    language: str
    command: Sequence[str | Path]
    failures: Path
    text_failures: Path

    def outcome(self, runner: Path, failures: Path | None = None) -> Outcome:
        """Runs the tests, with a list of expected failures of one's own."""
        return run(runner, self.command, failures or self.failures, self.text_failures)


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runnable(tmp_path_factory.mktemp("runner"))


@pytest.fixture(scope="session", params=["Python"])
def program(request: pytest.FixtureRequest) -> Program:
    return Program(
        "Python",
        [sys.executable, "-s", "-S", "-B", FOLDER / "python_testee.py"],
        FOLDER / "python_failures.txt",
        FOLDER / "python_text_failures.txt",
    )


def test_conformance(program: Program, runner: Path, figures: Counter[str]) -> None:
    outcome = program.outcome(runner)
    assert outcome.passed, outcome.output
    for suite, counts in zip(SUITES, outcome.counts, strict=True):
        for what, number in counts.items():
            figures[f"{program.language} {what} in {suite}"] = number


def test_no_required_test_fails(program: Program) -> None:
    """What the lists have is all that fails: test_conformance sees to that."""
    assert not [name for name in names(program.failures) if not name.startswith("Recommended.")]


def test_a_failure_that_is_not_listed_fails(program: Program, runner: Path, tmp_path: Path) -> None:
    (removed, *kept) = names(program.failures)
    (tmp_path / "list.txt").write_text("\n".join(kept))
    outcome = program.outcome(runner, tmp_path / "list.txt")
    assert not outcome.passed
    assert removed.rpartition(".")[2] in outcome.output


def test_a_listed_test_that_passes_fails(program: Program, runner: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("\n".join([*names(program.failures), PASSES]))
    outcome = program.outcome(runner, tmp_path / "list.txt")
    assert not outcome.passed
    assert PASSES in outcome.output


def names(failures: Path) -> list[str]:
    """Returns the names of tests in a list."""
    lines = (line.partition("#")[0].strip() for line in failures.read_text().splitlines())
    return [line for line in lines if line]
