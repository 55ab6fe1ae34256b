"""`import grpc` is grpcio: src/infrastructure/grpc does not take its place, or says so in a sentence."""

import os
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
    """A folder src with the two packages that people write, and a file among them that needs grpcio."""
    for name in ("infrastructure/__init__.py", "infrastructure/grpc/__init__.py"):
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((SOURCE / name).read_text())
    (tmp_path / "src/infrastructure/client_test.py").write_text(CLIENT)
    return tmp_path / "src"


def _python(arguments: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(SITE_PACKAGES)}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-s", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("tool", "folder", "path", "complaint"),
    [
        pytest.param(PYTEST, "infrastructure", "client_test.py", "instead of grpcio", id="pytest-inside"),
        pytest.param(PYTEST, ".", "infrastructure/client_test.py", "instead of grpcio", id="pytest-in-src"),
        pytest.param(MYPY, ".", "infrastructure/client_test.py", 'no attribute "insecure_channel"', id="mypy-in-src"),
        pytest.param(
            MYPY, "..", "src/infrastructure/client_test.py", 'no attribute "insecure_channel"', id="mypy-above"
        ),
    ],
)
def test_row_11_the_package_does_not_shadow_grpcio(
    source: Path, tool: list[str], folder: str, path: str, complaint: str
) -> None:
    """A tool that is given a file inside src/infrastructure takes the right folder for an import root."""
    passed = _python([*tool, path], source / folder)
    assert passed.returncode == 0, passed.stdout + passed.stderr

    # Without the marker it would not: this is what the marker is for.
    (source / "infrastructure/__init__.py").unlink()
    failed = _python([*tool, path], source / folder)
    assert failed.returncode != 0 and complaint in failed.stdout, failed.stdout + failed.stderr


def test_row_11_mypy_started_inside_is_not_helped(source: Path) -> None:
    """It looks into its working directory first, whatever marks it (python/mypy#14269): start it anywhere else."""
    result = _python([*MYPY, "client_test.py"], source / "infrastructure")
    assert result.returncode == 1 and 'no attribute "insecure_channel"' in result.stdout, result.stdout + result.stderr


def test_row_11_a_script_inside_is_told_how_to_be_run(source: Path) -> None:
    script = _python(["client_test.py"], source / "infrastructure")
    assert script.returncode == 1
    assert script.stderr.splitlines()[-1] == (
        "ImportError: `import grpc` found infrastructure/grpc instead of grpcio: put `src` on sys.path, not"
        " `src/infrastructure`; run a module of it by `python -m infrastructure.x` from `src`, not as a script"
    )
    advised = _python(["-m", "infrastructure.client_test"], source)
    assert advised.returncode == 0, advised.stderr
