"""The awkward protos of tests/cases in TypeScript: they compile in strict mode, as ESM and as CommonJS."""

import os
import shutil
from pathlib import Path

import pytest

from tests.cases.expected import CASES
from tests.typescript.project import MODULE_SYSTEMS, RUNFILES, Project

FOLDER = RUNFILES / os.environ["TEST_WORKSPACE"] / "tests/cases"


@pytest.fixture(scope="module", params=MODULE_SYSTEMS)
def messages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Compiles everything once, each case in its own folder, and returns the compiler's messages."""
    project = Project(tmp_path_factory.mktemp("typescript") / "project", request.param)
    project.install()
    for case in CASES:
        shutil.copytree(FOLDER / case / "ts_stubs", project.folder / case)
    return project.compile()


@pytest.mark.parametrize("case", CASES)
def test_a_case_compiles(case: str, messages: list[str]) -> None:
    assert [message for message in messages if message.startswith(f"{case}/")] == []


def test_there_are_no_other_messages(messages: list[str]) -> None:
    assert [message for message in messages if not message.startswith(tuple(f"{case}/" for case in CASES))] == []


def test_an_error_is_detected(tmp_path: Path) -> None:
    project = Project(tmp_path / "project", "esm")
    project.install()
    shutil.copytree(FOLDER / "transitive/ts_stubs", project.folder / "stubs")
    (project.folder / "main.ts").write_text(
        'import { nothing } from "./stubs/nothing.js";\nexport const x: string = 1;\n'
    )
    messages = project.compile()
    assert [message.split(":")[0].split("(")[0] for message in messages] == ["main.ts", "main.ts"], messages
