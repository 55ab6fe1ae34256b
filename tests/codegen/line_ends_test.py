"""Row 34: what is generated has the same line ends on every system, also where editors and git write others."""

import builtins
import inspect
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen import driver, package_files

# A comment wherever a generator copies one.
PROTO = """\
// The file.
syntax = "proto3";

package t;

/* A block of
 * two lines. */
message M {
  // What it is.
  // In two lines.
  string s = 1;  // behind it
  int32 in = 2 [deprecated = true];  // old
}

// Which.
enum E {
  // None.
  E_UNKNOWN = 0;
}

// Detached.

// Asks.
service S {
  // Gets one.
  // In two lines.
  rpc Get(M) returns (M);
}
"""


def _generate(folder: Path, proto: str, *options: str) -> dict[str, bytes]:
    """Runs both programs on a proto, and returns all that they write."""
    folder.mkdir()
    (folder / "x.proto").write_bytes(proto.encode())
    wheels = next(path for path in sys.path if os.path.isdir(os.path.join(path, "grpc_tools")))
    common = ["--label", "//t:t", "--out", str(folder / "out"), "--source-prefix", str(folder), "src"]
    common += ["--proto-path", str(folder), "--proto-path", os.path.join(wheels, "grpc_tools", "_proto")]
    one = ["--proto", "x.proto", str(folder / "x.proto"), "--warnings", str(folder / "out/x.warnings")]
    assert driver.main([*common, *one, "--importable", "x.proto", *options]) == 0
    generated = [part for name in ("pb2", "pb2_grpc") for part in ("--generated", str(folder / f"out/x_{name}.py"))]
    whole = ["--proto", "x.proto", "--folder", "", "--lazy-exports", "--warnings-out", str(folder / "out/all")]
    assert package_files.main([*common, *whole, *generated, "--warnings", str(folder / "out/x.warnings")]) == 0
    return {path.name: path.read_bytes() for path in (folder / "out").iterdir()}


def _as_on_windows(opened: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(io.open)

    def opens(*arguments: Any, **options: Any) -> Any:
        call = signature.bind(*arguments, **options)
        call.apply_defaults()
        if "b" not in call.arguments["mode"] and "r" not in call.arguments["mode"]:
            call.arguments["newline"] = call.arguments["newline"] or "\r\n"
        return opened(*call.args, **call.kwargs)

    return opens


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Has text files end their lines as Windows does."""
    opens = _as_on_windows(io.open)
    monkeypatch.setattr(io, "open", opens)
    monkeypatch.setattr(builtins, "open", opens)
    (tmp_path / "probe").write_text("x\n", encoding="utf-8")
    assert (tmp_path / "probe").read_bytes() == b"x\r\n"


@pytest.mark.usefixtures("windows")
def test_row_34_no_file_has_the_systems_line_ends(tmp_path: Path) -> None:
    files = _generate(tmp_path / "t", PROTO)
    assert len(files) == 8 and [name for name, text in files.items() if b"\r" in text] == []


@pytest.mark.parametrize("type_stubs", ["mypy-protobuf", "protoc"])
def test_row_34_a_proto_with_the_line_ends_of_windows_gives_the_same_files(tmp_path: Path, type_stubs: str) -> None:
    option = f"--type-stubs={type_stubs}"
    plain = _generate(tmp_path / "plain", PROTO, option)
    assert _generate(tmp_path / "windows", PROTO.replace("\n", "\r\n"), option) == plain
