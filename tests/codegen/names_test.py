"""The names of modules and files, held against what protoc writes."""

import os
import pathlib

import pytest

from codegen.names import is_provided, message_module, module_of_file, modules_of, output_files
from codegen.protoc import run_protoc

PROTOS = ["flat.proto", "with-dash.proto", "deep/er/x.proto", "dot.ted/a.b.proto"]


@pytest.mark.parametrize(
    ("import_path", "module"),
    [
        ("flat.proto", "flat_pb2"),
        ("with-dash.proto", "with_dash_pb2"),
        ("deep/er/x.proto", "deep.er.x_pb2"),
        ("dot.ted/a.b.proto", "dot.ted.a.b_pb2"),
        ("a/x.proto.proto", "a.x.proto_pb2"),
    ],
)
def test_message_module(import_path: str, module: str) -> None:
    assert message_module(import_path) == module
    assert modules_of(import_path) == (module, module + "_grpc")


@pytest.mark.parametrize("import_path", PROTOS)
def test_protoc_uses_the_same_names(import_path: str, tmp_path: pathlib.Path) -> None:
    source = tmp_path / "in" / import_path
    source.parent.mkdir(parents=True)
    source.write_text('syntax = "proto3";')
    out = tmp_path / "out"
    out.mkdir()
    status, messages = run_protoc(
        [f"-I{tmp_path / 'in'}", f"--python_out={out}", f"--grpc_python_out={out}", import_path]
    )
    assert status == 0, messages
    written = {os.path.relpath(os.path.join(folder, name), out) for folder, _, names in os.walk(out) for name in names}
    assert written == {path for path in output_files(import_path) if path.endswith(".py")}


def test_module_of_file() -> None:
    assert module_of_file("a/b_pb2.pyi") == "a.b_pb2"
    assert module_of_file("b_pb2_grpc.py") == "b_pb2_grpc"


@pytest.mark.parametrize(
    ("import_path", "expected"),
    [("google/protobuf/any.proto", True), ("google/protobufx/any.proto", False), ("my/google/protobuf/a.proto", False)],
)
def test_is_provided(import_path: str, expected: bool) -> None:
    assert is_provided(import_path, ["google/protobuf/"]) is expected
