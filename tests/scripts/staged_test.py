"""--check --staged: what git's index holds, whatever the work tree holds."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace
from tests.scripts.script_runs import GENERATED, said, script, state

FRESH = "15 files are up to date\n"
ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
(HOOK,) = re.findall(r"^```sh\n(#!/bin/sh\n.*?)```$", (ROOT / "docs/script.md").read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def repository(workspace: BazelWorkspace) -> Iterator[BazelWorkspace]:
    """The workspace in a git repository with everything committed; the Bazel server lives on between tests."""
    (workspace.root / ".gitignore").write_text("/bazel-*\n.bazelrc.*\n")
    _git(workspace, "init", "--quiet")
    _git(workspace, "config", "user.name", "A. Tester")
    _git(workspace, "config", "user.email", "tester@example.com")
    _commit(workspace, "--quiet", "--message=first")
    hook = workspace.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK)
    hook.chmod(0o755)
    yield workspace
    shutil.rmtree(workspace.root / ".git")


def _git(workspace: BazelWorkspace, *words: str) -> subprocess.CompletedProcess[str]:
    return workspace.run("git", *words)


def _commit(workspace: BazelWorkspace, *words: str) -> None:
    _git(workspace, "add", ".")
    result = _git(workspace, "commit", "--no-verify", *words)
    assert result.returncode == 0, result.stderr


def _edit(workspace: BazelWorkspace) -> None:
    proto = workspace.root / "protos/trading.proto"
    proto.write_text(proto.read_text().replace("// Buys.", "// Buys what it names."))


def test_the_index_counts_and_not_the_work_tree(repository: BazelWorkspace) -> None:
    _edit(repository)
    before = state(repository)
    for words, status in (((), 1), (("--staged",), 0)):
        result = script(repository, "--check", *words)
        assert result.returncode == status, result.stdout + result.stderr
    _git(repository, "add", "protos")
    assert script(repository).returncode == 0
    # Fresh in the work tree, stale in the index.
    assert script(repository, "--check").stdout == FRESH
    result = script(repository, "--check", "--staged")
    fix = f"{repository.root}/scripts/generate_grpc_stubs.sh && git add protos {GENERATED}"
    assert result.returncode == 1
    assert result.stdout == f"{GENERATED}/trading_pb2.pyi: differs from the build\nTo update it, type: {fix}\n"
    assert repository.run("sh", "-c", fix).returncode == 0
    result = script(repository, "--check", "--staged")
    assert (result.returncode, result.stdout, said(result)) == (0, FRESH, "")
    assert {path for path, found in state(repository).items() if before[path] != found} == {"trading_pb2.pyi"}
    assert not list((repository.root / ".git").glob("*staged*"))


def test_build_files_in_the_index_count(repository: BazelWorkspace) -> None:
    build = repository.root / "protos/BUILD.bazel"
    committed = build.read_text()
    build.write_text(committed.replace("lazy_exports = True", "lazy_exports = False"))
    _git(repository, "add", "protos")
    build.write_text(committed)
    assert script(repository, "--check").stdout == FRESH
    result = script(repository, "--check", "--staged")
    assert result.returncode == 1
    assert result.stdout.startswith(f"{GENERATED}/__init__.py: differs from the build\n")


def test_a_staged_proto_without_its_imports(repository: BazelWorkspace) -> None:
    repository.write("protos/new.proto", 'syntax = "proto3"; package jts.new;')
    _git(repository, "add", "protos")
    assert script(repository).returncode == 0
    result = script(repository, "--check", "--staged")
    assert result.returncode == 1
    assert result.stdout.startswith("protos/imports.bzl: differs from the imports of the protos\n")


def test_a_build_that_fails_names_the_file_of_the_workspace(repository: BazelWorkspace) -> None:
    for text, status, message in (
        ("\nmessage {", 3, "protos/trading.proto:"),
        ('\nimport "nope.proto";', 2, 'nothing provides the import "nope.proto"'),
    ):
        with (repository.root / "protos/trading.proto").open("a") as file:
            file.write(text)
        _git(repository, "add", "protos")
        result = script(repository, "--check", "--staged")
        assert (result.returncode, result.stdout) == (status, ""), result.stderr
        assert message in result.stderr and ".git/" not in result.stderr
        _git(repository, "reset", "--quiet", "--hard")


@pytest.mark.parametrize("words", [["--all"], ["protos/trading.proto"]], ids=["all", "one-path"])
def test_the_hook_checks_what_the_commit_will_hold(repository: BazelWorkspace, words: list[str]) -> None:
    _edit(repository)
    head = _git(repository, "rev-parse", "HEAD").stdout
    result = _git(repository, "commit", "--message=stale", *words)
    assert result.returncode == 1, result.stderr
    assert f"{GENERATED}/trading_pb2.pyi: differs from the build\n" in result.stdout + result.stderr
    assert _git(repository, "rev-parse", "HEAD").stdout == head
    assert script(repository).returncode == 0
    stubs = [] if "--all" in words else [GENERATED]
    result = _git(repository, "commit", "--quiet", "--message=fresh", *words, *stubs)
    assert result.returncode == 0, result.stdout + result.stderr
    assert _git(repository, "status", "--porcelain").stdout == ""


def test_outside_of_git(workspace: BazelWorkspace, tmp_path: Path) -> None:
    result = script(workspace, "--check", "--staged")
    assert (result.returncode, result.stdout) == (2, "")
    assert said(result).count("\n") == 1 and "not a git repository" in said(result)
