"""Types that TypeScript cannot have get other names, and all that refers to them."""

from pathlib import Path

import pytest

from codegen.typescript.legal_types import use_legal_types
from tests.codegen.typescript.protos import compile_protos

HEAD = 'syntax = "proto3"; package p; '


@pytest.mark.parametrize(
    ("source", "types"),
    [
        pytest.param("message Map {}", ["MapMessage"], id="global"),
        pytest.param("enum class { A = 0; }", ["classEnum"], id="keyword"),
        pytest.param("message Map {} message MapMessage {}", ["MapMessageMessage", "MapMessage"], id="taken"),
        pytest.param("message UINT8_ARRAY {}", ["UINT8_ARRAY"], id="another-case"),
        pytest.param(
            "message Error {} message Client {} message Observable {}", ["Error", "Client", "Observable"], id="fine"
        ),
    ],
)
def test_names(tmp_path: Path, source: str, types: list[str]) -> None:
    file = use_legal_types(compile_protos(tmp_path, a=HEAD + source)).file[0]
    assert [*(message.name for message in file.message_type), *(enum.name for enum in file.enum_type)] == types


def test_references(tmp_path: Path) -> None:
    descriptors = compile_protos(
        tmp_path,
        a=HEAD + "message Object { message Object {} Object inner = 1; } message Objects { Object a = 1; }",
        b='syntax = "proto3"; import "a.proto"; service S { rpc Do(p.Object) returns (stream p.Object.Object); } '
        "message M { map<string, p.Object> map = 1; message Object {} Object own = 2; }",
    )
    legal = use_legal_types(descriptors)
    first, second = legal.file
    outer, others = first.message_type
    assert (outer.field[0].type_name, others.field[0].type_name) == (".p.ObjectMessage.Object", ".p.ObjectMessage")
    method, message = second.service[0].method[0], second.message_type[0]
    assert (method.input_type, method.output_type) == (".p.ObjectMessage", ".p.ObjectMessage.Object")
    assert message.nested_type[0].field[1].type_name == ".p.ObjectMessage"
    assert message.field[1].type_name == ".M.Object"


def test_nothing_else_changes(tmp_path: Path) -> None:
    descriptors = compile_protos(tmp_path, a=HEAD + "message M { string x = 1; } service S { rpc Do(M) returns (M); }")
    assert use_legal_types(descriptors) == descriptors
