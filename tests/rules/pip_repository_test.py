"""pip_repository with wheels created on the spot: what it installs, and what it rejects."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace
from tests.wheel_locks import add_wheels, make_wheel, sha256


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("pip")) as made:
        add_wheels(made)
        yield made


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel of the distribution demo-pkg 1.0: one module, one data file."""
    return make_wheel(tmp_path, "demo_pkg", {"demo_pkg/__init__.py": "ANSWER = 42\n", "demo_pkg/data.txt": "data\n"})


def _lock(workspace: BazelWorkspace, wheel: Path, line: str = "demo-pkg==1.0 --hash=sha256:{hash}") -> None:
    workspace.write("lock.txt", line.format(hash=sha256(wheel)) + "\n")


def _query(workspace: BazelWorkspace, wheel: Path, **env: str) -> tuple[int, str, str]:
    found = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.parent), "PY_GRPC_PYTHON": sys.executable, **env}
    result = workspace.run("bazel", "query", "--output=build", "@wheels//:all", env=found)
    return result.returncode, result.stdout, result.stderr


def test_a_target_for_every_distribution(workspace: BazelWorkspace, wheel: Path) -> None:
    _lock(workspace, wheel)
    status, targets, error = _query(workspace, wheel)
    assert status == 0, error
    assert 'name = "demo_pkg"' in targets
    assert 'name = "all_distributions"' in targets
    assert f'interpreter_path = "{sys.executable}"' in targets
    assert "site-packages/demo_pkg/__init__.py" in targets
    assert "site-packages/demo_pkg/data.txt" in targets
    assert "RECORD" not in targets


def test_a_flipped_byte_is_rejected(workspace: BazelWorkspace, wheel: Path) -> None:
    _lock(workspace, wheel)
    data = bytearray(wheel.read_bytes())
    data[40] ^= 1
    wheel.write_bytes(data)
    workspace.write("lock.txt", (workspace.root / "lock.txt").read_text() + "# flipped\n")
    status, _, error = _query(workspace, wheel)
    assert status != 0
    assert "@wheels: " in error and "cannot install //:lock.txt: a file is not the one that was locked" in error


def test_a_lock_file_without_a_hash_is_rejected(workspace: BazelWorkspace, wheel: Path) -> None:
    _lock(workspace, wheel, "demo-pkg==1.0")
    status, _, error = _query(workspace, wheel)
    assert status != 0
    assert "the lock does not name a version and a hash for every file. To fix it: lock the requirements again" in error


def test_a_missing_version(workspace: BazelWorkspace, wheel: Path) -> None:
    _lock(workspace, wheel, "demo-pkg==2.0 --hash=sha256:{hash}")
    status, _, error = _query(workspace, wheel)
    assert status != 0
    assert "the index has no wheel of a locked version for this Python and platform" in error


def test_no_network(workspace: BazelWorkspace, wheel: Path) -> None:
    _lock(workspace, wheel, "demo-pkg==3.0 --hash=sha256:{hash}")
    status, _, error = _query(
        workspace,
        wheel,
        PIP_NO_INDEX="0",
        PIP_FIND_LINKS="",
        PIP_INDEX_URL="http://127.0.0.1:1/simple",
        PIP_RETRIES="1",
    )
    assert status != 0
    assert "the package index cannot be reached. To fix it: check the network, or point pip at a mirror" in error


def test_no_python(workspace: BazelWorkspace, wheel: Path) -> None:
    _lock(workspace, wheel)
    status, _, error = _query(workspace, wheel, PY_GRPC_PYTHON="python9.9")
    assert status != 0
    assert "@wheels: python9.9 is not on PATH. Install it (Debian: apt-get install python3), or name another" in error


def test_a_python_that_does_not_run(workspace: BazelWorkspace, wheel: Path) -> None:
    _lock(workspace, wheel)
    status, _, error = _query(workspace, wheel, PY_GRPC_PYTHON="/bin/false")
    assert status != 0
    assert "@wheels: /bin/false does not run: . Name another interpreter: export PY_GRPC_PYTHON=" in error


def test_no_pip(workspace: BazelWorkspace, wheel: Path, tmp_path: Path) -> None:
    _lock(workspace, wheel)
    (tmp_path / "python3").write_text(
        f'#!/bin/sh\n[ "$2" = -c ] && {{ echo "$0"; echo "$0"; echo 3.11; exit; }}\nexec {sys.executable} -S "$@"\n'
    )
    (tmp_path / "python3").chmod(0o755)
    status, _, error = _query(workspace, wheel, PY_GRPC_PYTHON=str(tmp_path / "python3"))
    assert status != 0
    assert "it has no pip. To fix it: install it (Debian: apt-get install python3-pip; any other Python" in error


def test_a_virtual_environment_is_not_remembered(workspace: BazelWorkspace, wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "venv/bin").mkdir(parents=True)
    (tmp_path / "venv/bin/python3").symlink_to(sys.executable)
    (tmp_path / "venv/pyvenv.cfg").write_text(
        f"home = {Path(sys.executable).parent}\ninclude-system-site-packages = true\n"
    )
    _lock(workspace, wheel)
    status, targets, error = _query(workspace, wheel, PY_GRPC_PYTHON=str(tmp_path / "venv/bin/python3"))
    assert status == 0, error
    assert f'interpreter_path = "{tmp_path}' not in targets and "interpreter_path = " in targets
