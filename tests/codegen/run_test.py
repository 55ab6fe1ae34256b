"""The launcher of an action: what it puts on sys.path, and whose exit status it has."""

import subprocess
import sys
from pathlib import Path

from codegen import run

PROBE = """
import colorsys, probed
assert colorsys.OURS

def main(arguments):
    print(probed.WHERE, arguments)
    return 3
"""


def test_roots_go_first_and_the_status_is_the_modules(tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text(PROBE)
    (tmp_path / "probed.py").write_text("WHERE = 'root'")
    # A root comes before the standard library.
    (tmp_path / "colorsys.py").write_text("OURS = True")
    command = [sys.executable, "-I", "-S", str(Path(run.__file__)), str(tmp_path), "--", "probe", "a", "--b"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (3, "root ['a', '--b']\n"), result.stderr


def test_libraries_that_do_not_go_together(tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text("import mypy_protobuf.main")
    command = [sys.executable, "-I", "-S", str(Path(run.__file__)), str(tmp_path), "--", "probe"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    first, second = result.stderr.splitlines()
    assert (result.returncode, first) == (
        1,
        "probe cannot be loaded: ModuleNotFoundError: No module named 'mypy_protobuf'",
    )
    assert second.startswith("The libraries of the py_grpc toolchain do not go together, or one is missing: its codege")
