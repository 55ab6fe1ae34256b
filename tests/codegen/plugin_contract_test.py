"""What protoc and its plugins say to each other."""

from typing import Any

import pytest
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from google.protobuf.descriptor_pb2 import (
    EDITION_2023,
    EDITION_2024,
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from codegen.errors import GeneratorError
from codegen.plugin_contract import request_of, texts_of

File = CodeGeneratorResponse.File
_OPTIONAL = DescriptorProto(field=[FieldDescriptorProto(name="x", proto3_optional=True)])
PLAIN = FileDescriptorProto(name="a.proto")
OPTIONAL = FileDescriptorProto(name="o.proto", message_type=[DescriptorProto(nested_type=[_OPTIONAL])])
EDITION = FileDescriptorProto(name="e.proto", syntax="editions", edition=EDITION_2023)
TREE = FileDescriptorSet(file=[PLAIN, OPTIONAL, EDITION])


def _texts(response: CodeGeneratorResponse, *files: str) -> dict[str, str]:
    return texts_of(response.SerializeToString(), files, TREE)


def test_request() -> None:
    request = CodeGeneratorRequest.FromString(request_of(["a.proto"], "x=1", TREE))
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
            "it adds to a of another plugin, and here each works alone",
            id="insertion-point",
        ),
        pytest.param({"file": [File(content="x")]}, "a.proto", "its first file has no name", id="no-name"),
        pytest.param(
            {"supported_features": _EDITIONS_ARE_KNOWN},
            "o.proto",
            "it does not know proto3's optional, which o.proto uses",
            id="optional-in-a-nested-message",
        ),
        pytest.param(
            {"supported_features": _OPTIONAL_IS_KNOWN},
            "e.proto",
            "it does not know the edition of e.proto",
            id="editions",
        ),
        pytest.param(
            {
                "supported_features": _EDITIONS_ARE_KNOWN,
                "minimum_edition": EDITION_2024,
                "maximum_edition": EDITION_2024,
            },
            "e.proto",
            "it does not know the edition of e.proto",
            id="another-edition",
        ),
    ],
)
def test_refusals(response: dict[str, Any], file: str, reason: str) -> None:
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
def test_what_a_plugin_knows(response: dict[str, Any], file: str) -> None:
    assert _texts(CodeGeneratorResponse(**response), file) == {}


def test_no_response() -> None:
    with pytest.raises(GeneratorError) as caught:
        texts_of(b"usage: plugin", ["a.proto"], TREE)
    assert str(caught.value) == "it wrote no CodeGeneratorResponse to standard output"
