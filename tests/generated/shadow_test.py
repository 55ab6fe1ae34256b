"""`import grpc` is grpcio, whatever is started in or above src/infrastructure, which has a folder grpc."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RUNFILES = Path(os.environ["TEST_SRCDIR"])
SOURCE = RUNFILES / os.environ["TEST_WORKSPACE"] / "src"
SITE_PACKAGES = [str(RUNFILES / repository / "site-packages") for repository in ("py_grpc_wheels", "test_wheels")]

CLIENT = """\
import grpc


def test_grpc_is_grpcio() -> None:
    channel: grpc.Channel = grpc.insecure_channel("127.0.0.1:1")
    channel.close()


if __name__ == "__main__":
    test_grpc_is_grpcio()
"""
PYTEST = ["-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
MYPY = ["-P", "-m", "mypy", "--strict", "--no-incremental", "--config-file="]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A src folder with the repository's contents, and a file next to infrastructure/grpc that needs grpcio."""
    shutil.copytree(SOURCE, tmp_path / "src")
    (tmp_path / "src/infrastructure/client_test.py").write_text(CLIENT)
    return tmp_path / "src"


def _python(arguments: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(SITE_PACKAGES)}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-s", "-B", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("tool", "folder", "path"),
    [
        pytest.param(PYTEST, "infrastructure", "client_test.py", id="pytest-inside"),
        pytest.param(PYTEST, ".", "infrastructure/client_test.py", id="pytest-in-src"),
        pytest.param(MYPY, "infrastructure", "client_test.py", id="mypy-inside"),
        pytest.param(MYPY, ".", "infrastructure/client_test.py", id="mypy-in-src"),
        pytest.param(MYPY, "..", "src/infrastructure/client_test.py", id="mypy-above"),
        pytest.param([], "infrastructure", "client_test.py", id="script-inside"),
        pytest.param(["-m"], ".", "infrastructure.client_test", id="module-in-src"),
    ],
)
def test_the_package_does_not_shadow_grpcio(source: Path, tool: list[str], folder: str, path: str) -> None:
    result = _python([*tool, path], source / folder)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("tool", "complaint"), [(PYTEST, "has no attribute"), (MYPY, "no attribute"), ([], "no attr")])
def test_a_marker_in_that_folder_would(source: Path, tool: list[str], complaint: str) -> None:
    """Without a marker, Python searches on and finds grpcio: src/infrastructure/grpc must not have one."""
    (source / "infrastructure/grpc/__init__.py").touch()
    (source / "infrastructure/__init__.py").unlink()
    result = _python([*tool, "client_test.py"], source / "infrastructure")
    assert result.returncode != 0 and complaint in result.stdout + result.stderr, result.stdout + result.stderr
