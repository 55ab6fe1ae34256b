"""Plugins: their requests and responses, and how their failures are reported."""

import sys
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorResponse
from google.protobuf.descriptor_pb2 import (
    EDITION_2023,
    EDITION_2024,
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from codegen.errors import CodegenError, GeneratorError
from codegen.plugins import make_request, read_response, run_program

File = CodeGeneratorResponse.File
_OPTIONAL = DescriptorProto(field=[FieldDescriptorProto(name="x", proto3_optional=True)])
PLAIN = FileDescriptorProto(name="a.proto")
OPTIONAL = FileDescriptorProto(name="o.proto", message_type=[DescriptorProto(nested_type=[_OPTIONAL])])
EDITION = FileDescriptorProto(name="e.proto", syntax="editions", edition=EDITION_2023)
TREE = FileDescriptorSet(file=[PLAIN, OPTIONAL, EDITION])


def _texts(response: CodeGeneratorResponse, *files: str) -> dict[str, str]:
    return read_response(response.SerializeToString(), make_request(files, "", TREE))


def test_request() -> None:
    request = make_request(["a.proto"], "x=1", TREE)
    assert (list(request.file_to_generate), request.parameter) == (["a.proto"], "x=1")
    assert list(request.proto_file) == list(TREE.file)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param([], {}, id="none"),
        pytest.param([File(name="a", content="1"), File(name="b")], {"a": "1", "b": ""}, id="two"),
        pytest.param([File(name="a", content="1"), File(content="2")], {"a": "12"}, id="one-in-two-parts"),
        pytest.param(
            [File(name="a", content="1"), File(name="b", content="3"), File(content="4")],
            {"a": "1", "b": "34"},
            id="last",
        ),
    ],
)
def test_files(files: list[File], expected: dict[str, str]) -> None:
    assert _texts(CodeGeneratorResponse(file=files), "a.proto") == expected


_OPTIONAL_IS_KNOWN = CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL
_EDITIONS_ARE_KNOWN = CodeGeneratorResponse.FEATURE_SUPPORTS_EDITIONS


@pytest.mark.parametrize(
    ("response", "file", "reason"),
    [
        pytest.param({"error": "no\n such  thing"}, "a.proto", "no such thing", id="refused"),
        pytest.param(
            {"file": [File(name="a", insertion_point="imports")]},
            "a.proto",
            "it inserts into a of another plugin, which is not supported",
            id="insertion-point",
        ),
        pytest.param({"file": [File(content="x")]}, "a.proto", "its first file has no name", id="no-name"),
        pytest.param({"file": [File(name="a"), File(name="a")]}, "a.proto", "it wrote a twice", id="twice"),
        pytest.param(
            {"supported_features": _EDITIONS_ARE_KNOWN},
            "o.proto",
            "it does not support proto3 optional, which o.proto uses",
            id="optional-in-a-nested-message",
        ),
        pytest.param(
            {"supported_features": _OPTIONAL_IS_KNOWN},
            "e.proto",
            "it does not support the edition of e.proto",
            id="editions",
        ),
        pytest.param(
            {
                "supported_features": _EDITIONS_ARE_KNOWN,
                "minimum_edition": EDITION_2024,
                "maximum_edition": EDITION_2024,
            },
            "e.proto",
            "it does not support the edition of e.proto",
            id="another-edition",
        ),
    ],
)
def test_rejected_responses(response: dict[str, Any], file: str, reason: str) -> None:
    with pytest.raises(GeneratorError) as caught:
        _texts(CodeGeneratorResponse(**response), file)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("response", "file"),
    [
        pytest.param({}, "a.proto", id="another-file-uses-them"),
        pytest.param({"supported_features": _OPTIONAL_IS_KNOWN}, "o.proto", id="optional"),
        pytest.param(
            {
                "supported_features": _EDITIONS_ARE_KNOWN,
                "minimum_edition": EDITION_2023,
                "maximum_edition": EDITION_2024,
            },
            "e.proto",
            id="edition",
        ),
    ],
)
def test_sufficient_features(response: dict[str, Any], file: str) -> None:
    assert _texts(CodeGeneratorResponse(**response), file) == {}


def test_no_response() -> None:
    with pytest.raises(GeneratorError) as caught:
        read_response(b"usage: plugin", make_request(["a.proto"], "", TREE))
    assert str(caught.value) == "it wrote no CodeGeneratorResponse to standard output"


PROGRAM_TREE = FileDescriptorSet(file=[FileDescriptorProto(name=name) for name in ("a.proto", "b.proto", "c.proto")])
FILES = [file.name for file in PROGRAM_TREE.file]

# Emits a file for each proto, unless it is told to fail on one.
PLUGIN = """\
#!{python} -S
import os, sys
sys.path[:0] = {path!r}
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
request = CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
response = CodeGeneratorResponse()
for name in request.file_to_generate:
    if name == "b.proto":
        {on_b}
    response.file.add(name=name + ".txt", content=request.parameter)
sys.stdout.buffer.write(response.SerializeToString())
"""


def _plugin(folder: Path, on_b: str) -> Path:
    plugin = folder / "protoc-gen-t"
    plugin.write_text(PLUGIN.format(python=sys.executable, path=sys.path, on_b=on_b))
    plugin.chmod(0o755)
    return plugin


def test_a_program_answers_for_each_proto(tmp_path: Path) -> None:
    texts = run_program(_plugin(tmp_path, "pass"), "x=1", FILES, PROGRAM_TREE)
    assert texts == {f"{name}.txt": "x=1" for name in FILES}


@pytest.mark.parametrize(
    ("on_b", "cause"),
    [
        pytest.param("sys.exit(3)", "exit status 3", id="exit-status"),
        pytest.param("sys.exit('no such luck')", "exit status 1: no such luck", id="last-words"),
        pytest.param("raise ValueError('two\\n lines')", "exit status 1: ValueError: two", id="exception"),
        pytest.param(
            "sys.exit('x.js:1\\n\\nRangeError: odd\\n    at f (x.js:1:2)\\n\\nNode.js v24.0.0')",
            "exit status 1: RangeError: odd",
            id="exception-of-node",
        ),
        pytest.param(
            "sys.exit('x.js:1\\n\\nError [ERR_X]: gone\\n    at f (x.js:1:2)\\n  code: 1\\n\\nNode.js v24.0.0')",
            "exit status 1: Error [ERR_X]: gone",
            id="exception-of-node-with-a-code",
        ),
        pytest.param("os.kill(os.getpid(), 9)", "killed by signal 9", id="killed"),
        pytest.param(
            "print('hello'); sys.exit()", "it wrote no CodeGeneratorResponse to standard output", id="no-answer"
        ),
        pytest.param("response.error = 'b is odd'", "b is odd", id="refused"),
    ],
)
def test_a_failure_names_the_file(on_b: str, cause: str, tmp_path: Path) -> None:
    with pytest.raises(CodegenError) as caught:
        run_program(_plugin(tmp_path, on_b), "", FILES, PROGRAM_TREE)
    assert str(caught.value).startswith(f"b.proto: protoc-gen-t failed: {cause}. ")
    assert caught.value.proto == "b.proto"


def test_a_failure_that_no_single_file_causes(tmp_path: Path) -> None:
    plugin = _plugin(tmp_path, "len(request.file_to_generate) > 1 and sys.exit(3)")
    with pytest.raises(CodegenError, match=r"^a\.proto, b\.proto, c\.proto: protoc-gen-t failed: exit status 3\."):
        run_program(plugin, "", FILES, PROGRAM_TREE)


def test_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(CodegenError) as caught:
        run_program(tmp_path / "gone", "", FILES, PROGRAM_TREE)
    assert str(caught.value).startswith(f"{tmp_path / 'gone'} cannot be started: No such file or directory.")
