"""The flags that the script writes for each Bazel, and where it finds the outputs."""

from pathlib import Path

import pytest

from bazel_build import output_path, write_version_rc
from package_sync import SyncError

RC = "common --enable_workspace\ncommon --override_repository=rules_cc=/usr/share/bazel/rules/cc\n"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/bazel7.bazelrc").write_text(RC)
    return tmp_path


def _bazel(workspace: Path, version: str, status: int = 0) -> str:
    program = workspace / "bazel"
    program.write_text(f"#!/bin/sh\necho '{version}'\nexit {status}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("version", "newer"),
    [
        pytest.param("bazel no_version", False, id="debian-12"),
        pytest.param("bazel 4.2.3", False, id="4"),
        pytest.param("bazel 7.7.1", True, id="7"),
        pytest.param("bazel 7.1.0", True, id="7.1"),
        pytest.param("", False, id="silent"),
    ],
)
@pytest.mark.parametrize("before", [None, "common --left_over\n"], ids=["first-run", "after-another-bazel"])
def test_a_newer_bazel_gets_its_flags(workspace: Path, version: str, newer: bool, before: str | None) -> None:
    rc = workspace / ".bazelrc.version"
    if before:
        rc.write_text(before)
    write_version_rc(_bazel(workspace, version))
    debian = Path("/usr/share/bazel/rules").is_dir()
    wanted = RC if debian else RC.splitlines(keepends=True)[0]
    assert (rc.read_text() if rc.exists() else None) == (wanted if newer else None)
    assert {path.name for path in workspace.glob(".bazelrc*")} == ({rc.name} if newer else set())


def test_a_correct_file_is_not_rewritten(workspace: Path) -> None:
    bazel, rc = _bazel(workspace, "bazel 7.7.1"), workspace / ".bazelrc.version"
    write_version_rc(bazel)
    before = rc.stat()
    write_version_rc(bazel)
    assert (rc.stat().st_ino, rc.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_broken_bazel_changes_nothing(workspace: Path) -> None:
    rc = workspace / ".bazelrc.version"
    rc.write_text("mine")
    write_version_rc(_bazel(workspace, "", status=1))
    assert rc.read_text() == "mine"


@pytest.mark.parametrize("version", ["5.4.1", "6.5.0", "7.0.2", "8.0.0", "10.0.0"])
def test_an_unsupported_bazel_is_rejected(workspace: Path, version: str) -> None:
    with pytest.raises(SyncError, match=rf"^bazel {version} cannot build this: .*export BAZEL="):
        write_version_rc(_bazel(workspace, f"bazel {version}"))


@pytest.mark.parametrize(
    ("label", "path"),
    [
        ("//protos:py_stubs", "protos/py_stubs"),
        ("//a/b:c", "a/b/c"),
        ("//:c", "c"),
        ("@proto_root//:py_stubs", "external/proto_root/py_stubs"),
        ("@x//a:b", "external/x/a/b"),
    ],
)
def test_the_output_path_of_a_label(label: str, path: str) -> None:
    assert output_path(label) == path
