"""The names of modules and files, compared with protoc's."""

import os
import pathlib

import pytest

from codegen.protoc import run_protoc
from codegen.python.names import legal_name, module_of_file, modules_of, output_files, protoc_files, protoc_modules

PROTOS = ["flat.proto", "with-dash.proto", "deep/er/x.proto", "dot.ted/a.b.proto", "in/class.proto"]


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        pytest.param("in", (), "in_", id="keyword"),
        pytest.param("None", (), "None_", id="keyword-with-a-capital"),
        pytest.param("in", ("in_",), "in__", id="taken"),
        pytest.param("in", ("in_", "in__"), "in___", id="taken-twice"),
        pytest.param("ink", ("ink",), "ink", id="starts-with-a-keyword"),
        pytest.param("none", (), "none", id="another-case"),
        pytest.param("match", (), "match", id="soft-keyword"),
    ],
)
def test_legal_name(name: str, taken: tuple[str, ...], expected: str) -> None:
    assert legal_name(name, taken) == expected


@pytest.mark.parametrize(
    ("import_path", "protoc", "ours"),
    [
        pytest.param("flat.proto", "flat_pb2", "flat_pb2", id="flat"),
        pytest.param("with-dash.proto", "with_dash_pb2", "with_dash_pb2", id="dash"),
        pytest.param("deep/er/x.proto", "deep.er.x_pb2", "deep.er.x_pb2", id="folders"),
        pytest.param("dot.ted/a.b.proto", "dot.ted.a.b_pb2", "dot.ted.a.b_pb2", id="dots"),
        pytest.param("a/x.proto.proto", "a.x.proto_pb2", "a.x.proto_pb2", id="only-the-last-ending-goes"),
        pytest.param("in/b.proto", "in.b_pb2", "in_.b_pb2", id="keyword-folder"),
        pytest.param("a/None/is.ok/b.proto", "a.None.is.ok.b_pb2", "a.None_.is_.ok.b_pb2", id="keyword-folders-below"),
        pytest.param("class.proto", "class_pb2", "class_pb2", id="a-file-is-no-keyword-with-its-suffix"),
    ],
)
def test_module_names_differ_from_protocs_only_for_keyword_folders(import_path: str, protoc: str, ours: str) -> None:
    assert protoc_modules(import_path) == (protoc, protoc + "_grpc")
    assert modules_of(import_path) == (ours, ours + "_grpc")


def test_four_files_per_proto_in_the_right_fields() -> None:
    endings = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")
    assert protoc_files("in/a-b.proto") == tuple("in/a_b" + ending for ending in endings)
    assert output_files("in/a-b.proto") == tuple("in_/a_b" + ending for ending in endings)


@pytest.mark.parametrize("import_path", PROTOS)
def test_protoc_uses_the_same_names(import_path: str, tmp_path: pathlib.Path) -> None:
    source = tmp_path / "in" / import_path
    source.parent.mkdir(parents=True)
    source.write_text('syntax = "proto3";')
    out = tmp_path / "out"
    out.mkdir()
    options = [f"--{option}_out={out}" for option in ("python", "grpc_python", "pyi")]
    status, messages = run_protoc([f"-I{tmp_path / 'in'}", *options, import_path])
    assert status == 0, messages
    written = {os.path.relpath(os.path.join(folder, name), out) for folder, _, names in os.walk(out) for name in names}
    assert written == set(protoc_files(import_path)[:3])


def test_module_of_file() -> None:
    assert module_of_file("a/b_pb2.pyi") == "a.b_pb2"
    assert module_of_file("b_pb2_grpc.py") == "b_pb2_grpc"
