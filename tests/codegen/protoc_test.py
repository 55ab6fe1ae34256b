"""protoc inside this process."""

import sys

import pytest

from codegen.errors import CodegenError
from codegen.protoc import run_protoc


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
