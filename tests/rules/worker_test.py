"""Persistent workers make the files that actions in the sandbox make, whatever they made before."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace

TARGET = "//protos:py_stubs"
ONE_WORKER = ("--worker_verbose", "--worker_max_instances=1")
SANDBOXED = "--spawn_strategy=sandboxed"
ENDS = "\nmessage Added { string why = 1; }\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path) as made:
        yield made


def _build(workspace: BazelWorkspace, *flags: str) -> tuple[dict[str, bytes], str]:
    """Returns the files of the package, by path, and what Bazel says."""
    result = workspace.bazel("build", *flags, TARGET)
    assert result.returncode == 0, result.stderr
    package = workspace.root / "bazel-bin/protos/py_stubs"
    files = {str(path.relative_to(package)): path.read_bytes() for path in package.rglob("*") if path.is_file()}
    return files, result.stderr


def _failure(workspace: BazelWorkspace, *flags: str) -> str:
    """Returns what a failing build says of the proto."""
    result = workspace.bazel("build", *flags, TARGET)
    assert result.returncode == 1
    return "\n".join(line for line in result.stderr.splitlines() if re.match(r"//protos|protos/.*\.proto:", line))


def test_workers_and_the_sandbox_agree(workspace: BazelWorkspace) -> None:
    proto = workspace.root / "protos/trading.proto"
    text = proto.read_text(encoding="utf-8")
    before, said = _build(workspace, *ONE_WORKER)
    # One generates, and one imports.
    assert said.count("Created new non-sandboxed GrpcCodegen worker") == 2

    proto.write_text(text + ENDS, encoding="utf-8")
    changed, said = _build(workspace, *ONE_WORKER)
    assert "Created new" not in said and re.search(r"\d worker", said)
    proto.write_text(text + "mistake", encoding="utf-8")
    failure = _failure(workspace, *ONE_WORKER)
    assert "protos/trading.proto:" in failure
    proto.write_text(text, encoding="utf-8")
    after, said = _build(workspace, *ONE_WORKER)
    assert "Created new" not in said
    assert after == before != changed

    # Without the action cache, which would know the first and the last of them.
    assert workspace.bazel("clean").returncode == 0
    in_sandbox, said = _build(workspace, SANDBOXED)
    assert in_sandbox == before and not re.search(r"\d worker", said)
    proto.write_text(text + ENDS, encoding="utf-8")
    assert _build(workspace, SANDBOXED)[0] == changed
    proto.write_text(text + "mistake", encoding="utf-8")
    assert _failure(workspace, SANDBOXED) == failure
