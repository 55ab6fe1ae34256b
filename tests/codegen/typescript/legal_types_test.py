"""Types that TypeScript cannot have get other names, and all that refers to them."""

from pathlib import Path

import pytest

from codegen.errors import CodegenError
from codegen.typescript.legal_types import use_legal_types
from tests.codegen.typescript.protos import compile_protos

HEAD = 'syntax = "proto3"; package p; '


@pytest.mark.parametrize(
    ("source", "types"),
    [
        pytest.param("message Map {}", ["MapMessage"], id="global"),
        pytest.param("enum class { A = 0; }", ["classEnum"], id="keyword"),
        pytest.param("message Map {} message MapMessage {}", ["MapMessageMessage", "MapMessage"], id="taken"),
        pytest.param("message Map {} message Map_Message {}", ["MapMessageMessage", "Map_Message"], id="taken-too"),
        pytest.param("message in {} message in_ {}", ["inMessage", "in_MessageMessage"], id="twice"),
        pytest.param("enum Map { A = 0; } enum mapEnum { B = 0; }", ["MapEnumEnum", "mapEnum"], id="functions"),
        pytest.param("message list {} message entry12 {}", ["listMessage", "entry12Message"], id="variable"),
        pytest.param("message I {} enum keyof { A = 0; }", ["IMessage", "keyofEnum"], id="in-types"),
        pytest.param("message infer {} message unique {}", ["inferMessage", "uniqueMessage"], id="operator-of-types"),
        pytest.param("message require {} message exports {}", ["requireMessage", "exportsMessage"], id="commonjs"),
        pytest.param("message Array {} message BinaryReader {}", ["ArrayMessage", "BinaryReaderMessage"], id="used"),
        pytest.param("message bytesFromBase64 {}", ["bytesFromBase64Message"], id="helper"),
        pytest.param("message readonly {} message T {} message as {}", ["readonlyMessage", "T", "as"], id="no-word"),
        pytest.param("message _ {} enum __1 { A = 0; }", ["Type_", "Type__1"], id="no-letter"),
        pytest.param("message _ {} message Type {}", ["Type_Message", "Type"], id="no-letter-and-taken"),
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


OTHER = 'syntax = "proto3"; package p.MapMessage; '
CONFLICTS = {
    "before": ({"b": HEAD + "message MapMessage {}", "a": HEAD + "message Map {}"}, "Map", "MapMessage"),
    "after": ({"a": HEAD + "message Map {}", "b": HEAD + "message MapMessage {}"}, "Map", "MapMessage"),
    "enum": ({"a": HEAD + "enum class { A = 0; }", "b": HEAD + "message classEnum {}"}, "class", "classEnum"),
    "package": ({"a": HEAD + "message Map { message M {} }", "b": OTHER + "message M {}"}, "Map.M", "MapMessage.M"),
}


@pytest.mark.parametrize(("protos", "name", "alias"), CONFLICTS.values(), ids=CONFLICTS)
def test_a_new_name_that_another_file_has(tmp_path: Path, protos: dict[str, str], name: str, alias: str) -> None:
    with pytest.raises(CodegenError) as error:
        use_legal_types(compile_protos(tmp_path, **protos))
    assert str(error.value) == (
        f"a.proto: {name} has a name that TypeScript has taken and becomes {alias}, which b.proto has too. "
        "Rename one of them."
    )


def test_a_new_name_that_another_package_has(tmp_path: Path) -> None:
    other = 'syntax = "proto3"; package q; message MapMessage {}'
    assert use_legal_types(compile_protos(tmp_path, a=HEAD + "message Map {}", b=other)).file[0].message_type[0].name


def test_nothing_else_changes(tmp_path: Path) -> None:
    descriptors = compile_protos(tmp_path, a=HEAD + "message M { string x = 1; } service S { rpc Do(M) returns (M); }")
    assert use_legal_types(descriptors) == descriptors
