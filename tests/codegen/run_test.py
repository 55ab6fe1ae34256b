"""The entry point of an action, and protoc within it."""

import subprocess
import sys
from pathlib import Path

import pytest

from codegen import run
from codegen.errors import CodegenError
from codegen.protoc import run_protoc

PROBE = """
import colorsys, probed
assert colorsys.OURS

def main(arguments):
    print(probed.WHERE, arguments)
    return 3
"""


def test_roots_come_first_and_the_modules_status_is_returned(tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text(PROBE)
    (tmp_path / "probed.py").write_text("WHERE = 'root'")
    # A root precedes the standard library.
    (tmp_path / "colorsys.py").write_text("OURS = True")
    command = [sys.executable, "-I", "-S", str(Path(run.__file__)), str(tmp_path), "--", "probe", "a", "--b"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (3, "root ['a', '--b']\n"), result.stderr


def test_arguments_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "arguments").write_text("--label\n@r//t:t\n\n")
    assert run.expand([f"--flagfile={tmp_path / 'arguments'}"]) == ["--label", "@r//t:t", ""]
    assert run.expand(["--flagfile=x", "y"]) == ["--flagfile=x", "y"]


@pytest.mark.parametrize("probe", ["import mypy_protobuf.main", "def main(_):\n    import mypy_protobuf.main"])
def test_incompatible_libraries(probe: str, tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text(probe)
    command = [sys.executable, "-I", "-S", str(Path(run.__file__)), str(tmp_path), "--", "probe"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    first, second = result.stderr.splitlines()
    assert result.returncode == 1 and first.endswith("ModuleNotFoundError: No module named 'mypy_protobuf'")
    assert "codegen_deps" in second


def test_status_and_messages(capfd: pytest.CaptureFixture[str]) -> None:
    status, messages = run_protoc(["nope.proto"])
    assert status != 0 and messages == "Missing output directives.\n"
    print("still there", file=sys.stderr)
    assert capfd.readouterr().err == "still there\n"


def test_no_import_hook_is_installed() -> None:
    run_protoc(["--version"])
    assert [finder for finder in sys.meta_path if type(finder).__module__.startswith("grpc_tools")] == []


def test_another_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "grpc_tools", None)
    with pytest.raises(CodegenError, match=r"^grpcio-tools does not load in .* \(Python 3\.\d+\)") as caught:
        run_protoc(["--version"])
    assert "type 'bazel sync --configure', or with modules 'bazel fetch --force --repo=@py_grpc_wheels'" in str(
        caught.value
    )
