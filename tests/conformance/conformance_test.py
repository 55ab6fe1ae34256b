"""The generated packages pass protobuf's official conformance tests, except for the listed failures."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conformance.runner import run, runnable
from tests.typescript.project import NODE, RUNFILES, Project

FOLDER = RUNFILES / os.environ["TEST_WORKSPACE"] / "tests/conformance"
SUITES = ("binary and JSON", "text format")
PASSES = "Required.Proto3.ProtobufInput.UnknownVarint.ProtobufOutput"


@dataclass(frozen=True)
class Program:
    """A program that uses a generated package, and its expected failures."""

    command: Sequence[str | Path]
    failures: Path
    text_failures: Path | None = None


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runnable(tmp_path_factory.mktemp("runner"))


@pytest.fixture(scope="session", params=["Python", "TypeScript"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def program(language: str, tmp_path_factory: pytest.TempPathFactory) -> Program:
    if language == "Python":
        return Program(
            [sys.executable, "-s", "-S", "-B", FOLDER / "python_testee.py"],
            FOLDER / "python_failures.txt",
            FOLDER / "python_text_failures.txt",
        )
    project = Project(tmp_path_factory.mktemp("typescript") / "project", "esm")
    project.install()
    shutil.copytree(FOLDER / "conformance_ts", project.folder / "stubs")
    shutil.copy(FOLDER / "typescript_testee.ts", project.folder)
    assert project.compile() == []
    return Program([NODE, project.folder / "dist/typescript_testee.js"], FOLDER / "typescript_failures.txt")


def test_conformance(language: str, program: Program, runner: Path, figures: Counter[str]) -> None:
    outcome = run(runner, program.command, program.failures, program.text_failures)
    assert outcome.passed, outcome.output
    # Only an edition that protoc rejects is left out.
    assert outcome.counts[0]["successes"] > 5600 and outcome.counts[0]["skipped"] < 10
    for suite, counts in zip(SUITES, outcome.counts, strict=True):
        figures.update({f"{what} ({language}, {suite})": number for what, number in counts.items() if number})


def test_no_required_test_of_binary_or_json_fails(program: Program) -> None:
    """The lists contain every failure: test_conformance ensures that."""
    assert not [name for name in names(program.failures) if not name.startswith("Recommended.")]


def test_an_unlisted_failure_fails(program: Program, runner: Path, tmp_path: Path) -> None:
    (removed, *kept) = names(program.failures)
    (tmp_path / "list.txt").write_text("\n".join(kept))
    outcome = run(runner, program.command, tmp_path / "list.txt")
    assert not outcome.passed
    assert removed.rpartition(".")[2] in outcome.output


def test_a_listed_test_that_passes_fails(program: Program, runner: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("\n".join([*names(program.failures), PASSES]))
    outcome = run(runner, program.command, tmp_path / "list.txt")
    assert not outcome.passed
    assert PASSES in outcome.output


def names(failures: Path) -> list[str]:
    """Returns the names of the tests in a list."""
    lines = (line.partition("#")[0].strip() for line in failures.read_text().splitlines())
    return [line for line in lines if line]
