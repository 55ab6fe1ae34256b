"""Descriptors without keywords: what is renamed, which references follow, and what stays."""

from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool

from codegen.errors import CodegenError
from codegen.protoc import run_protoc
from codegen.python.legal_names import Alias, LegalNames, ServiceNames, check_names, use_legal_names

PROTO2 = 'syntax = "proto2"; package p;'


def _compile(folder: Path, *sources: str) -> FileDescriptorSet:
    """Returns the descriptors of a.proto, b.proto and so on; each may import those before it."""
    names = [f"{letter}.proto" for letter, _ in zip("abc", sources, strict=False)]
    for name, source in zip(names, sources, strict=True):
        (folder / name).write_text(source)
    status, messages = run_protoc([f"-I{folder}", f"-o{folder / 'descriptors'}", *names])
    assert status == 0, messages
    return FileDescriptorSet.FromString((folder / "descriptors").read_bytes())


def _legal(descriptors: FileDescriptorSet) -> LegalNames:
    """Renames in all files, and asserts that the result is consistent."""
    legal = use_legal_names(descriptors, {file.name for file in descriptors.file})
    pool = DescriptorPool()
    for file in legal.descriptors.file:
        pool.AddSerializedFile(file.SerializeToString())
        pool.FindFileByName(file.name)
    return legal


@pytest.mark.parametrize(
    ("source", "aliases"),
    [
        pytest.param("message None {}", [Alias((), "None", "None_")], id="message"),
        pytest.param("enum class { A = 0; }", [Alias((), "class", "class_")], id="enum"),
        pytest.param(
            "enum E { True = 0; }",
            [Alias((), "True", "True_", ("E",)), Alias(("E",), "True", "True_", ("E",))],
            id="enum-value",
        ),
        pytest.param(
            "enum is { in = 0; }",
            [Alias((), "is", "is_"), Alias((), "in", "in_", ("is",)), Alias(("is",), "in", "in_", ("is",))],
            id="enum-and-value",
        ),
        pytest.param(
            "message M { message None { enum is { in = 0; } } }",
            [
                Alias(("M",), "None", "None_"),
                Alias(("M", "None"), "is", "is_"),
                Alias(("M", "None"), "in", "in_", ("M", "None", "is")),
                Alias(("M", "None", "is"), "in", "in_", ("M", "None", "is")),
            ],
            id="nested",
        ),
        pytest.param(
            "message M { extensions 1 to 9; } extend M { optional int32 in = 1; }",
            [Alias((), "in", "in_"), Alias((), "IN_FIELD_NUMBER", "IN__FIELD_NUMBER")],
            id="extension",
        ),
        pytest.param(
            "message M { extensions 1 to 9; extend M { optional int32 in = 1; } }",
            [Alias(("M",), "in", "in_"), Alias(("M",), "IN_FIELD_NUMBER", "IN__FIELD_NUMBER")],
            id="extension-in-a-message",
        ),
        pytest.param("message M { optional int32 in = 1; oneof is { int32 x = 2; } }", [], id="fields-and-oneofs-stay"),
        pytest.param("message Nonesuch {} message none {} message match {}", [], id="no-keywords"),
        pytest.param(
            "message M { message is {} enum E { is_ = 0; } }", [Alias(("M",), "is", "is__")], id="taken-by-a-value"
        ),
        pytest.param(
            "message M { message is {} optional int32 is_ = 1; }", [Alias(("M",), "is", "is__")], id="taken-by-a-field"
        ),
        pytest.param(
            "message M { message Clear {} optional int32 Clear_ = 1; }",
            [Alias(("M",), "Clear", "Clear__")],
            id="method-of-a-message",
        ),
        pytest.param(
            "enum E { keys = 0; Clear = 1; }",
            [Alias((), "keys", "keys_", ("E",)), Alias(("E",), "keys", "keys_", ("E",))],
            id="method-of-an-enum",
        ),
        pytest.param("message is {} message is_ {}", [Alias((), "is", "is__")], id="taken-by-a-message"),
        pytest.param("message is {} enum is_ { A = 0; }", [Alias((), "is", "is__")], id="taken-by-an-enum"),
        pytest.param(
            "message M { extensions 1 to 9; } message is {} extend M { optional int32 is_ = 1; }",
            [Alias((), "is", "is__")],
            id="taken-by-an-extension",
        ),
        pytest.param(
            "enum E { in = 0; } enum F { in_ = 0; }",
            [Alias((), "in", "in__", ("E",)), Alias(("E",), "in", "in__", ("E",))],
            id="value-taken-by-a-value-of-another-enum",
        ),
        pytest.param(
            "message M { message is {} oneof is_ { int32 x = 2; } }",
            [Alias(("M",), "is", "is__")],
            id="taken-by-a-oneof",
        ),
        pytest.param(
            "message is_ {} service is {}",
            [],
            id="service-taken-by-a-message",
        ),
        pytest.param(
            "message is {} service is_ {}",
            [Alias((), "is", "is__")],
            id="taken-by-a-service",
        ),
        pytest.param(
            'enum E { reserved "in_"; in = 0; }',
            [Alias((), "in", "in__", ("E",)), Alias(("E",), "in", "in__", ("E",))],
            id="value-reserved",
        ),
        pytest.param(
            "message M { optional group None = 1 {} }", [Alias(("M",), "None", "None_")], id="group-whose-field-stays"
        ),
    ],
)
def test_keywords_get_an_underscore(source: str, aliases: list[Alias], tmp_path: Path) -> None:
    descriptors = _compile(tmp_path, PROTO2 + source)
    before = descriptors.SerializeToString()
    assert _legal(descriptors).aliases == {"a.proto": aliases}
    assert descriptors.SerializeToString() == before, "the argument was changed"


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        pytest.param(
            "message None {}",
            'import "a.proto"; message None_ {}',
            "a.proto: None cannot be used in Python and becomes None_, which b.proto already has. Rename one of them.",
            id="later",
        ),
        pytest.param(
            "message None_ {}",
            'import "a.proto"; enum E { None = 0; }',
            "b.proto: None cannot be used in Python and becomes None_, which a.proto already has. Rename one of them.",
            id="earlier",
        ),
        pytest.param(
            "service in_ {}",
            'import "a.proto"; service in {}',
            "b.proto: in cannot be used in Python and becomes in_, which a.proto already has. Rename one of them.",
            id="services",
        ),
    ],
)
def test_a_name_that_collides_with_another_file_of_the_package(
    first: str, second: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(CodegenError) as caught:
        _legal(_compile(tmp_path, PROTO2 + first, PROTO2 + second))
    assert str(caught.value) == message


def test_a_name_that_collides_with_a_package(tmp_path: Path) -> None:
    files = ('syntax = "proto2"; message None {}', 'syntax = "proto2"; package None_.b; message M {}')
    with pytest.raises(CodegenError, match=r"^a\.proto: None .* becomes None_, which b\.proto already has"):
        _legal(_compile(tmp_path, *files))


@pytest.mark.parametrize(
    ("source", "services"),
    [
        pytest.param("service S { rpc Get(Q) returns (Q); }", [], id="nothing-to-do"),
        pytest.param(
            "service in { rpc Get(Q) returns (Q); }", [ServiceNames("p", "in", "in_", ())], id="service-alone"
        ),
        pytest.param(
            "service S { rpc Get(Q) returns (Q); rpc in(Q) returns (Q); }",
            [ServiceNames("p", "S", "S", (("in", "in_"),))],
            id="rpc-alone",
        ),
        pytest.param(
            "service S { rpc in(Q) returns (Q); rpc in_(Q) returns (Q); }",
            [ServiceNames("p", "S", "S", (("in", "in__"),))],
            id="rpc-taken",
        ),
        pytest.param(
            "service in {} service in_ {}", [ServiceNames("p", "in", "in__", ())], id="service-taken-by-a-service"
        ),
        pytest.param("service grpc {}", [ServiceNames("p", "grpc", "grpc_", ())], id="the-library"),
        pytest.param(
            "service S {} service SStub {}", [ServiceNames("p", "SStub", "SStub_", ())], id="class-of-a-service"
        ),
        pytest.param(
            "service S { rpc staticmethod(Q) returns (Q); }",
            [ServiceNames("p", "S", "S", (("staticmethod", "staticmethod_"),))],
            id="builtin-in-a-class",
        ),
    ],
)
def test_services_and_rpcs(source: str, services: list[ServiceNames], tmp_path: Path) -> None:
    assert _legal(_compile(tmp_path, PROTO2 + "message Q {}" + source)).services == {"a.proto": services}


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        pytest.param("message __M {}", "message __M: ", id="message"),
        pytest.param("message M { message __N {} }", "message __N: ", id="nested-message"),
        pytest.param("message DESCRIPTOR {}", "DESCRIPTOR: ", id="name-of-every-module"),
        pytest.param("enum E { _descriptor = 0; }", "_descriptor: ", id="module-that-modules-use"),
        pytest.param("message M { enum Clear { A = 0; } }", "enum Clear of message M: ", id="method-of-every-message"),
        pytest.param("message M { enum E { DESCRIPTOR = 0; } }", "DESCRIPTOR of message M: ", id="name-of-every-class"),
        pytest.param("service S { rpc __init__(Q) returns (Q); }", "rpc __init__: ", id="constructor"),
        pytest.param("service S { rpc __x(Q) returns (Q); }", "rpc __x: ", id="private-rpc"),
    ],
)
def test_names_that_python_cannot_have(source: str, refused: str, tmp_path: Path) -> None:
    (file,) = _compile(tmp_path, PROTO2 + "message Q {}" + source).file
    with pytest.raises(CodegenError, match=rf"^a\.proto: {refused}.*\. Rename it\.$") as caught:
        check_names(file)
    assert caught.value.proto == "a.proto"


def test_lookalike_names_count_as_taken(tmp_path: Path) -> None:
    source = "message _M {} service __S { rpc _x(_M) returns (_M); rpc grpc(_M) returns (_M); } service property {}"
    check_names(_compile(tmp_path, PROTO2 + source).file[0])


def test_a_service_without_a_package(tmp_path: Path) -> None:
    legal = _legal(
        _compile(tmp_path, 'syntax = "proto2"; message None {} service in { rpc Get(None) returns (None); }')
    )
    assert legal.services == {"a.proto": [ServiceNames("", "in", "in_", ())]}
    assert legal.descriptors.file[0].service[0].method[0].input_type == ".None_"


KEYWORDS = """
message None {
  message class { enum is { A = 0; in = 1; } }
  optional None self = 1;
  optional class.is state = 2 [default = in];
  optional string text = 3 [default = "in"];
  map<string, class> map = 4;
  extensions 100 to 110;
}
extend None { optional None.class from = 100; }
service S { rpc Get(None.class) returns (None); rpc Put(stream None) returns (stream None.class); }
"""
REFERS = """
import "a.proto";
message M { optional None none = 1; optional None.class.is state = 2 [default = in]; optional Plain plain = 3; }
message Plain { extend None { optional int32 in = 101; } }
service T { rpc Get(None) returns (None.class); }
"""


def _references(file: FileDescriptorProto) -> set[str]:
    """Returns every type, default value and extended message that a file references."""
    fields = list(file.extension)
    pending = list(file.message_type)
    for message in pending:
        pending += message.nested_type
        fields += [*message.field, *message.extension]
    methods = [method for service in file.service for method in service.method]
    names = {name for field in fields for name in (field.type_name, field.default_value, field.extendee)}
    return (names | {name for method in methods for name in (method.input_type, method.output_type)}) - {""}


def test_references_are_renamed(tmp_path: Path) -> None:
    first, second = _legal(_compile(tmp_path, PROTO2 + KEYWORDS, PROTO2 + REFERS)).descriptors.file
    nested = {".p.None_", ".p.None_.class_", ".p.None_.class_.is_", "in_"}
    assert _references(first) == nested | {"in", ".p.None_.MapEntry"}
    assert _references(second) == nested | {".p.Plain"}
    texts = [field.default_value for field in first.message_type[0].field if field.name == "text"]
    assert texts == ["in"], "a text is no name of a value"


def test_a_default_value_is_renamed_even_if_no_type_is(tmp_path: Path) -> None:
    source = PROTO2 + "enum E { A = 0; in = 1; } message M { optional E e = 1 [default = in]; }"
    assert _references(_legal(_compile(tmp_path, source)).descriptors.file[0]) == {".p.E", "in_"}


def test_absent_fields_stay_absent(tmp_path: Path) -> None:
    source = PROTO2 + "message None { optional int32 x = 1; }"
    field = _legal(_compile(tmp_path, source)).descriptors.file[0].message_type[0].field[0]
    assert [field.HasField(name) for name in ("type_name", "default_value", "extendee")] == [False] * 3


def test_installed_packages_keep_their_names(tmp_path: Path) -> None:
    descriptors = _compile(
        tmp_path,
        PROTO2 + "message None {} enum E { in = 0; } service is {}",
        PROTO2 + 'import "a.proto"; message class { optional None none = 1; optional E e = 2 [default = in]; }',
    )
    legal = use_legal_names(descriptors, frozenset({"b.proto"}))
    assert legal.descriptors.file[0] == descriptors.file[0]
    assert _references(legal.descriptors.file[1]) == {".p.None", ".p.E", "in"}
    assert (list(legal.aliases), list(legal.services)) == (["b.proto"], ["b.proto"])
