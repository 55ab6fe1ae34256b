"""mypy and basedpyright, both strict, on the stubs, on user code, and on mistakes in user code."""

import os
import shutil
from pathlib import Path

import pytest

from tests.type_checkers import (
    CHECKERS,
    RUNFILES,
    Report,
    basedpyright,
    check,
    expected_types,
    mypy,
    run_program,
)
from tests.typing.mistakes import MISTAKES, PARTIAL_SERVICER, program

ROOT = RUNFILES / os.environ["TEST_WORKSPACE"]
PROGRAMS = ["consumer.py", "servicers.py"]

each_checker = pytest.mark.parametrize("checker", CHECKERS)
each_program = pytest.mark.parametrize("name", PROGRAMS)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Checks everything in one run of each checker: copies of two packages, and the programs next to them."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "src/infrastructure", root / "infrastructure")
    shutil.copytree(ROOT / "tests/typing/abstract_stubs", root / "abstract_stubs")
    for name in PROGRAMS:
        shutil.copy(ROOT / "tests/typing" / name, root)
    for name, mistake in MISTAKES.items():
        (root / f"{name}.py").write_text(program(mistake.code, mistake.package), encoding="utf-8")
    (root / "accepted.py").write_text(program(PARTIAL_SERVICER), encoding="utf-8")
    return check(root, tmp_path_factory.mktemp("scratch"))


@each_checker
@pytest.mark.parametrize("name", ["infrastructure", "abstract_stubs", *PROGRAMS])
def test_the_stubs_and_their_use_are_clean(name: str, checker: str, report: Report) -> None:
    assert report.complaints(checker, report.root / name) == []


@each_checker
@each_program
def test_every_type_is_known(name: str, checker: str, report: Report) -> None:
    expected = expected_types(report.root / name)
    assert expected and report.revealed_types(checker, report.root / name) == expected


@each_checker
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found(name: str, checker: str, report: Report) -> None:
    path = report.root / f"{name}.py"
    lines = path.read_text(encoding="utf-8").splitlines()
    here = next(number for number, line in enumerate(lines, 1) if line.endswith("# here"))
    errors = report.errors(checker, path)
    assert {error.line for error in errors} == {here}, errors
    assert any(getattr(MISTAKES[name], checker) in error.text for error in errors), errors


@each_checker
def test_a_servicer_may_omit_methods(checker: str, report: Report) -> None:
    assert report.complaints(checker, report.root / "accepted.py") == []


@pytest.mark.parametrize("mode", ["recommended", "standard", "strict"])
def test_pyright_reports_nothing_in_a_project_with_the_stubs(mode: str, tmp_path: Path) -> None:
    """With the default settings of basedpyright, with those of pyright, and strict."""
    src = tmp_path / "src"
    shutil.copytree(ROOT / "src/infrastructure", src / "infrastructure")
    assert basedpyright([src], src, tmp_path, mode) == []


@each_program
def test_every_name_exists_at_run_time(name: str, report: Report) -> None:
    run_program(report.root / name)


def test_a_package_of_py_next_to_pyi_type_checks() -> None:
    result = mypy("-p", "protos.py_stubs", path=ROOT)
    assert result.stdout == "Success: no issues found in 7 source files\n"


def test_the_package_that_mypy_test_must_avoid() -> None:
    files = [ROOT / "protos/py_stubs" / name for name in ("common_pb2.py", "common_pb2.pyi")]
    assert 'Duplicate module named "protos.py_stubs.common_pb2"' in mypy(*files, path=ROOT).stdout
