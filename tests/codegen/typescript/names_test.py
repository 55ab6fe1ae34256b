"""Names that are refused, and how; and those beside them that are not."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.errors import CodegenError
from codegen.typescript.legal_types import use_legal_types
from codegen.typescript.names import check_names
from tests.codegen.typescript.protos import compile_protos


def check(files: Sequence[str], descriptors: FileDescriptorSet) -> None:
    """Checks the names of some files."""
    check_names(files, descriptors, use_legal_types(descriptors))


HEAD = 'syntax = "proto3"; package p; message M {} '
REFUSED = {
    "types": (
        "message foo_bar {} message fooBar {}",
        "message foo_bar and message fooBar both become fooBar in TypeScript. Rename one.",
    ),
    "nested-type": (
        "message Aa { message B_c {} message BC {} }",
        "message Aa.B_c and message Aa.BC both become Aa_BC in TypeScript. Rename one.",
    ),
    "enums": (
        "enum Color { X = 0; } enum color { Y = 0; }",
        "enum Color and enum color both become colorFromJSON in TypeScript. Rename one.",
    ),
    "service-and-message": (
        "message TradingClient {} service Trading {}",
        "message TradingClient and service Trading both become TradingClient in TypeScript. Rename one.",
    ),
    "function-of-a-message": (
        "message createBaseU {} message U {}",
        "message createBaseU and message U both become createBaseU in TypeScript. Rename one.",
    ),
    "function-of-a-renamed-message": (
        "message Map {} message createBaseMapMessage {}",
        "message Map and message createBaseMapMessage both become createBaseMapMessage in TypeScript. Rename one.",
    ),
    "left-out": (
        "service constructor {}",
        "service constructor has a name that makes grpc-js leave it out. Rename it.",
    ),
    "left-out-too": (
        "service prototype {}",
        "service prototype has a name that makes grpc-js leave it out. Rename it.",
    ),
    "services": (
        "service Foo {} service FooService {}",
        "service Foo and service FooService both become FOO_SERVICE_NAME in TypeScript. Rename one.",
    ),
    "field-and-oneof": (
        "message N { string foo_bar = 1; oneof fooBar { string x = 2; } }",
        "field foo_bar and oneof fooBar both become fooBar in N. Rename one.",
    ),
    "prototype": (
        "enum E { __proto__ = 0; }",
        "value __proto__ of enum E is every object's prototype in JavaScript. Rename it.",
    ),
}


@pytest.mark.parametrize(("source", "problem"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path: Path, source: str, problem: str) -> None:
    descriptors = compile_protos(tmp_path, a=HEAD + source)
    with pytest.raises(CodegenError) as error:
        check(["a.proto"], descriptors)
    assert str(error.value) == f"a.proto: {problem}"
    check([], descriptors)  # what is not generated may be called anything


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("message A { message B {} } message A_B {}", id="an-underscore-goes"),
        pytest.param("message Trading {} service TradingService {}", id="a-service-is-called-almost-as-a-message"),
        pytest.param("message N { oneof o { string constructor = 1; string value_of = 2; } }", id="a-case-is-a-string"),
        pytest.param("message N { optional string a = 1; string _a = 2; }", id="synthetic-oneof"),
        pytest.param("enum E { constructor = 0; toString = 1; }", id="enum-values"),
        pytest.param("service S { rpc Delete(M) returns (M); rpc Then(M) returns (M); }", id="rpcs"),
        pytest.param("service Function {} service Promise {} service Metadata {}", id="services"),
    ],
)
def test_taken(tmp_path: Path, source: str) -> None:
    check(["a.proto"], compile_protos(tmp_path, a=HEAD + source))


def test_a_package_without_services_may_be_called_constructor(tmp_path: Path) -> None:
    text = 'syntax = "proto3"; package a.constructor; message M {} '
    check(["a.proto"], compile_protos(tmp_path, a=text))
    with pytest.raises(CodegenError) as error:
        check(["a.proto"], compile_protos(tmp_path, a=f"{text} service S {{}}"))
    assert str(error.value) == (
        "a.proto: package a.constructor has the part constructor, which makes grpc-js leave S out. "
        "Rename the package, or move the service to another one."
    )


def test_files_that_differ_in_capitals_only(tmp_path: Path) -> None:
    descriptors = compile_protos(tmp_path, A='syntax = "proto3";', a='syntax = "proto3";')
    with pytest.raises(CodegenError) as error:
        check(["a.proto", "A.proto"], descriptors)
    assert str(error.value) == (
        "a.proto: A.proto differs from it in capital letters only, which tsc refuses and macOS cannot have. Rename one."
    )
