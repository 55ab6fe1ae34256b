"""How often the script runs Bazel, and Bazel's outputs that something else changes or removes."""

import json
import shutil
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace
from tests.scripts.script_runs import GENERATED, script, state

FRESH = "0 updated, 15 unchanged, 0 removed\n"


@pytest.fixture
def bazel(workspace: BazelWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The calls of Bazel, one per line. All runs of a test share a record."""
    calls, program = tmp_path / "calls", tmp_path / "bin" / "bazel"
    program.parent.mkdir()
    # Bazel's own script, as far as the script can tell: its version is asked for once.
    mark = '# "${wrapper_dir}/bazel-'
    program.write_text(f'#!/bin/sh\n{mark}\necho "$*" >> "{calls}"\nexec {shutil.which("bazel")} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("BAZEL", str(program))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    result = script(workspace)
    assert (result.returncode, result.stdout) == (0, FRESH), result.stderr
    calls.write_text("")
    return calls


def _calls(bazel: Path) -> list[str]:
    """Returns the calls since the last time, in short."""
    lines = bazel.read_text().splitlines()
    bazel.write_text("")
    return [line.split()[0] + " unchecked" * ("--noexperimental_check_output_files" in line) for line in lines]


def _outputs(workspace: BazelWorkspace) -> dict[str, Path]:
    """Returns where each file of the package was built."""
    output = workspace.root / "bazel-bin"
    files = json.loads((output / "protos/py_stubs.manifest.json").read_text())["files"]
    return {path: output / built for path, built in files.items()}


def test_a_run_with_nothing_to_do_runs_bazel_once(workspace: BazelWorkspace, bazel: Path) -> None:
    before = state(workspace)
    for words in ([], ["--check"]):
        assert script(workspace, *words).returncode == 0
        assert _calls(bazel) == ["build unchecked"]
    assert state(workspace) == before


def test_so_does_one_with_an_edited_proto(workspace: BazelWorkspace, bazel: Path) -> None:
    proto = workspace.root / "protos/trading.proto"
    proto.write_text(proto.read_text().replace("// Buys.", "// Buys what it names."))
    result = script(workspace)
    assert (result.returncode, result.stdout) == (0, "1 updated, 14 unchanged, 0 removed\n"), result.stderr
    assert _calls(bazel) == ["build unchecked"]


def test_an_edited_output_is_built_again(workspace: BazelWorkspace, bazel: Path) -> None:
    before, built = state(workspace), _outputs(workspace)["common_pb2.py"]
    built.chmod(0o644)
    built.write_text(built.read_text() + "X = 1\n")
    result = script(workspace)
    assert (result.returncode, result.stdout) == (0, FRESH), result.stderr
    assert _calls(bazel) == ["build unchecked", "build"]
    assert state(workspace) == before


@pytest.mark.parametrize("name", ["common_pb2.py", "py.typed", "manifest", "warnings"])
def test_a_removed_output_is_built_again(workspace: BazelWorkspace, bazel: Path, name: str) -> None:
    package = workspace.root / "bazel-bin/protos/py_stubs"
    others = {"manifest": package.with_suffix(".manifest.json"), "warnings": package.with_suffix(".warnings")}
    {**_outputs(workspace), **others}[name].unlink()
    shutil.rmtree(workspace.root / GENERATED)
    result = script(workspace)
    assert (result.returncode, result.stdout) == (0, "15 updated, 0 unchanged, 0 removed\n"), result.stderr
    assert _calls(bazel) == ["build unchecked", "build"]


def test_removed_inputs_of_other_actions_are_built_again(workspace: BazelWorkspace, bazel: Path) -> None:
    kept = {path.resolve() for path in _outputs(workspace).values()}
    output = (workspace.root / "bazel-bin/protos").resolve()
    for path in output.rglob("*"):
        if path.is_file() and path.resolve() not in kept and not path.name.startswith("py_stubs."):
            path.unlink()
    proto = workspace.root / "protos/trading.proto"
    proto.write_text(proto.read_text().replace("// Buys.", "// Buys what it names."))
    result = script(workspace)
    assert (result.returncode, result.stdout) == (0, "1 updated, 14 unchanged, 0 removed\n"), result.stderr


def test_a_proto_that_fails_is_reported_once(workspace: BazelWorkspace, bazel: Path) -> None:
    proto = workspace.root / "protos/common.proto"
    text = proto.read_text()
    proto.write_text(text + "\nmessage X { string = 1; }")
    result = script(workspace)
    assert (result.returncode, result.stderr.count("Expected field name.")) == (3, 1), result.stderr
    assert _calls(bazel) == ["build unchecked"]
    proto.write_text(text)
    assert script(workspace).stdout == FRESH
