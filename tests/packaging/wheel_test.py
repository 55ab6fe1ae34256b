"""The program behind py_grpc_wheel: the same bytes each time, and messages that name the file."""

import os
import sys
from pathlib import Path

import pytest

from codegen.wheel import main

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
NAME = "p-1.0-py3-none-any.whl"
PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "p"
version = "1.0"
requires-python = ">=3.11"
"""


def _build(folder: Path, pyproject: str = PYPROJECT, name: str = NAME) -> int:
    folder.mkdir(exist_ok=True)
    (folder / "pyproject").write_text(pyproject)
    (folder / "init").write_text("A = 1\n")
    files = ["--file", "pyproject.toml", str(folder / "pyproject"), "--file", "p/__init__.py", str(folder / "init")]
    identity = ["--label", "//:wheel", "--distribution", "p", "--version", "1.0"]
    return main([*identity, "--out", str(folder / name), *files])


def test_the_same_bytes_whoever_builds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _build(tmp_path / "one") == 0
    before = os.umask(0o077)
    try:
        monkeypatch.setenv("TZ", "Asia/Seoul")
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        assert _build(tmp_path / "other") == 0
    finally:
        os.umask(before)
    assert (tmp_path / "one" / NAME).read_bytes() == (tmp_path / "other" / NAME).read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param('"p"', '"q"', 'name is "q", and distribution of the rule is "p". Make them the same.', id="name"),
        pytest.param(
            '"1.0"', '"2"', 'version is "2", and version of the rule is "1.0". Make them the same.', id="version"
        ),
        pytest.param(
            "[project]", "[projekt", "Expected ']' at the end of a table declaration (at line 5, co", id="toml"
        ),
        pytest.param(
            '"hatchling.build"',
            '"flit_core.buildapi"',
            "build-backend flit_core.buildapi: No module named 'flit_core'. Add what has it to build_deps.",
            id="backend",
        ),
    ],
)
def test_what_cannot_be_built(
    old: str, new: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _build(tmp_path, PYPROJECT.replace(old, new)) == 1
    assert capsys.readouterr().err.startswith(f"//:wheel: pyproject.toml: {message}")
    assert not (tmp_path / NAME).exists()


def test_a_backend_that_builds_another_wheel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _build(tmp_path, name="p-1.0-cp311-cp311-linux_x86_64.whl") == 1
    assert f"its backend builds {NAME}, and the rule is for p-1.0-cp311" in capsys.readouterr().err
    assert list(tmp_path.glob("*.whl")) == []
    assert not [path for path in sys.path if "project" in path]
