"""The JSON of generated TypeScript, field by field. tests/agreement runs it, and compares it with Python's."""

from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorSet

from codegen.errors import CodegenError
from codegen.typescript.json_mapping import targets_of, use_canonical_json
from codegen.typescript.legal_types import use_legal_types
from codegen.typescript.ts_names import types_of
from tests.codegen.typescript.protos import compile_protos

MESSAGE = """\
export const {0}: MessageFns<{0}> = {{
  fromJSON(object: any): {0} {{
    return {{ x: isSet(object.x) ? globalThis.Number(object.x) : 0 }};
  }},

  toJSON(message: {0}): unknown {{
    const obj: any = {{}};
    return obj;
  }},

  create(): {0} {{
    return createBase{0}();
  }},
}};

"""
ENUM = """\
export function {1}FromJSON(object: any): {0} {{
  switch (object) {{
    case 0:
    case "NULL_VALUE":
      return {0}.NULL_VALUE;
    default:
      throw new globalThis.Error("Unrecognized enum value " + object + " for enum {0}");
  }}
}}

export function {1}ToJSON(object: {0}): string {{
  switch (object) {{
    case {0}.NULL_VALUE:
      return "NULL_VALUE";
    default:
      throw new globalThis.Error("Unrecognized enum value " + object + " for enum {0}");
  }}
}}

"""
HELPER = """\
function isSet(value: any): boolean {
  return value !== null && value !== undefined;
}

export interface MessageFns<T> {
  fromJSON(object: any): T;
}
"""


def source_of(descriptors: FileDescriptorSet, file: str, head: str = "") -> str:
    """Returns what ts-proto writes for the types of a file, as far as it matters here."""
    proto = next(proto for proto in descriptors.file if proto.name == file)
    texts = [
        MESSAGE.format(name.typescript)
        if isinstance(name.descriptor, DescriptorProto)
        else ENUM.format(name.typescript, name.typescript[:1].lower() + name.typescript[1:])
        for name in types_of(proto)
    ]
    return head + "".join(texts) + HELPER


def mend(descriptors: FileDescriptorSet, file: str = "a.proto", head: str = "") -> str:
    """Returns the mended text, and makes sure that mending it once more changes nothing."""
    targets = targets_of(descriptors, descriptors)
    mended = use_canonical_json(source_of(descriptors, file, head), file, targets)
    assert use_canonical_json(mended, file, targets) == mended
    return mended


WELL_KNOWN = "".join(
    f'import "google/protobuf/{name}.proto"; ' for name in ("duration", "field_mask", "struct", "timestamp", "wrappers")
)
WELL_KNOWN_IMPORTS = """\
import { Duration as Duration1 } from "./google/protobuf/duration.js";
import { NullValue, nullValueFromJSON, nullValueToJSON } from "./google/protobuf/struct.js";
import { Timestamp } from "./google/protobuf/timestamp.js";
"""


@pytest.mark.parametrize(
    ("field", "row"),
    [
        ("double x = 1;", '["x", "x", "x", $double, "implicit"]'),
        ("float x = 1;", '["x", "x", "x", $float, "implicit"]'),
        ("sint32 x = 1;", '["x", "x", "x", $int32, "implicit"]'),
        ("fixed32 x = 1;", '["x", "x", "x", $uint32, "implicit"]'),
        ("sfixed64 x = 1;", '["x", "x", "x", $int64, "implicit"]'),
        ("fixed64 x = 1;", '["x", "x", "x", $uint64, "implicit"]'),
        ("bytes x = 1;", '["x", "x", "x", $bytes, "implicit"]'),
        ("optional bool x = 1;", '["x", "x", "x", $bool, "explicit"]'),
        ("repeated string x = 1;", '["x", "x", "x", $string, "repeated"]'),
        ("M x = 1;", '["x", "x", "x", $message(() => M), "explicit"]'),
        ("M.N x = 1;", '["x", "x", "x", $message(() => M_N), "explicit"]'),
        ("E x = 1;", '["x", "x", "x", $enum(m_EFromJSON, m_EToJSON), "implicit"]'),
        ("map<string, double> x = 1;", '["x", "x", "x", $double, "map", $stringKey]'),
        ("map<bool, M> x = 1;", '["x", "x", "x", $message(() => M), "map", $boolKey]'),
        ("map<sint64, bytes> x = 1;", '["x", "x", "x", $bytes, "map", $int64.from]'),
        ("oneof o_f { int32 x_y = 1; }", '["xY", "xY", "x_y", $int32, "oneof", "oF"]'),
        ("double x_30_100 = 1;", '["x30100", "x30100", "x_30_100", $double, "implicit"]'),
        ("string x_y = 1 [json_name = '@\"x'];", '["xY", "@\\"x", "x_y", $string, "implicit"]'),
        ("google.protobuf.Timestamp x = 1;", '["x", "x", "x", $message(() => Timestamp), "explicit"]'),
        ("google.protobuf.Duration x = 1;", '["x", "x", "x", $message(() => Duration1), "explicit"]'),
        ("google.protobuf.UInt64Value x = 1;", '["x", "x", "x", $uint64, "explicit"]'),
        ("google.protobuf.BytesValue x = 1;", '["x", "x", "x", $bytes, "explicit"]'),
        ("google.protobuf.Struct x = 1;", '["x", "x", "x", $struct, "explicit"]'),
        ("google.protobuf.Value x = 1;", '["x", "x", "x", $value, "explicit"]'),
        ("google.protobuf.ListValue x = 1;", '["x", "x", "x", $list, "explicit"]'),
        ("google.protobuf.FieldMask x = 1;", '["x", "x", "x", $fieldMask, "explicit"]'),
        (
            "google.protobuf.NullValue x = 1;",
            '["x", "x", "x", $nullable($enum(nullValueFromJSON, nullValueToJSON)), "implicit"]',
        ),
    ],
)
def test_the_row_of_a_field(tmp_path: Path, field: str, row: str) -> None:
    body = f"message M {{ {field} enum E {{ NULL_VALUE = 0; }} message N {{}} }}"
    descriptors = compile_protos(tmp_path, a=f'syntax = "proto3"; {WELL_KNOWN}{body}')
    assert f"const $fieldsOfM: $Field[] = [\n  {row},\n];\n" in mend(descriptors, head=WELL_KNOWN_IMPORTS)


def test_a_message(tmp_path: Path) -> None:
    descriptors = compile_protos(tmp_path, a='syntax = "proto3"; package p; message M { int32 x = 1; }')
    before, after = source_of(descriptors, "a.proto"), mend(descriptors)
    from_json, to_json = (
        '    return $fromJson(object, createBaseM(), $fieldsOfM, "p.M");\n',
        "    return $toJson(message, $fieldsOfM);\n",
    )
    expected = before.replace("    return { x: isSet(object.x) ? globalThis.Number(object.x) : 0 };\n", from_json)
    expected = expected.replace("    const obj: any = {};\n    return obj;\n", to_json)
    expected = expected.replace(HELPER, HELPER.partition("\n\n")[2])
    assert after.startswith(expected)


def test_only_the_pieces_that_are_used_come_with_it(tmp_path: Path) -> None:
    mended = mend(compile_protos(tmp_path, a='syntax = "proto3"; message M { int32 x = 1; }'))
    assert "const $int32: $Codec" in mended
    assert "$duration" not in mended
    assert "$int64" not in mended


def test_a_file_without_types_stays_as_it_is(tmp_path: Path) -> None:
    descriptors = compile_protos(tmp_path, a='syntax = "proto3";')
    assert mend(descriptors, head="// nothing\n").startswith("// nothing\n")
    assert "$" not in mend(descriptors)


def test_an_enum_with_a_long_name(tmp_path: Path) -> None:
    descriptors = compile_protos(tmp_path, a='syntax = "proto3"; enum E { NULL_VALUE = 0; }')
    one_line = 'throw new globalThis.Error("Unrecognized enum value " + object + " for enum E");'
    lines = 'throw new globalThis.Error(\n        "Unrecognized enum value " + object + " for enum E",\n      );'
    source = source_of(descriptors, "a.proto").replace(one_line, lines)
    mended = use_canonical_json(source, "a.proto", targets_of(descriptors, descriptors))
    assert mended == mend(descriptors).replace(one_line, lines)
    assert use_canonical_json(mended, "a.proto", targets_of(descriptors, descriptors)) == mended


def test_an_enum_keeps_numbers_that_it_does_not_know(tmp_path: Path) -> None:
    mended = mend(compile_protos(tmp_path, a='syntax = "proto3"; enum E { NULL_VALUE = 0; }'))
    assert (
        "    default:\n      if (globalThis.Number.isInteger(object)) {\n        return object;\n      }\n      throw"
        in mended
    )
    assert "export function eToJSON(object: E): string | number {" in mended
    assert "    default:\n      return object;\n" in mended


WHOLE = {
    "duration": "return $duration.to(message);",
    "timestamp": "return $timestamp.to(message);",
    "field_mask": "return $fieldMask.to(message.paths);",
    "struct": "return $struct.to(Struct.unwrap(message));",
    "wrappers": "return $uint64.to(message.value);",
}


@pytest.mark.parametrize(("name", "body"), WHOLE.items())
def test_a_message_with_a_json_of_its_own(tmp_path: Path, name: str, body: str) -> None:
    descriptors = compile_protos(tmp_path, a=f'syntax = "proto3"; {WELL_KNOWN}')
    assert body in mend(descriptors, f"google/protobuf/{name}.proto")


def test_null(tmp_path: Path) -> None:
    descriptors = compile_protos(tmp_path, a=f'syntax = "proto3"; {WELL_KNOWN}')
    mended = mend(descriptors, "google/protobuf/struct.proto")
    assert "    case null:\n    case 0:\n" in mended
    assert "    case NullValue.NULL_VALUE:\n      return null;\n" in mended


@pytest.mark.parametrize(
    ("text", "instead", "problem"),
    [
        pytest.param("  toJSON(message: M)", "  toJson(message: M)", "0 functions toJSON of M", id="method"),
        pytest.param("  fromJSON(object: any): M {", "  fromJSON(o: M) {", "0 functions fromJSON of M", id="parameter"),
        pytest.param("throw new", "return new", "no JSON functions of E", id="enum"),
        pytest.param("function eToJSON", "function toJSON", "no JSON functions of E", id="function"),
    ],
)
def test_another_ts_proto_is_an_error(tmp_path: Path, text: str, instead: str, problem: str) -> None:
    descriptors = compile_protos(tmp_path, a='syntax = "proto3"; message M { int32 x = 1; } enum E { NULL_VALUE = 0; }')
    source = source_of(descriptors, "a.proto").replace(text, instead)
    with pytest.raises(CodegenError) as error:
        use_canonical_json(source, "a.proto", targets_of(descriptors, descriptors))
    assert str(error.value) == (
        f"a.proto: ts-proto wrote something else than this version knows: {problem}. "
        "Use the version of ts-proto that third_party/ locks."
    )


def test_an_import_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    descriptors = compile_protos(
        tmp_path, a='syntax = "proto3"; import "b.proto"; message M { N n = 1; }', b='syntax = "proto3"; message N {}'
    )
    with pytest.raises(CodegenError, match=r"no import of N from b\.proto"):
        mend(descriptors)


@pytest.mark.parametrize(
    ("name", "members", "local"),
    [
        pytest.param("N", "N", "N", id="value"),
        pytest.param("N", "type N", "N", id="type"),
        pytest.param("N", "O, N as N1", "N1", id="alias"),
        pytest.param("N", "type N as N1, O", "N1", id="type-alias"),
        pytest.param("type", "type", "type", id="called-type"),
        pytest.param("type", "type as type1", "type1", id="called-type-alias"),
        pytest.param("type", "type type as type1", "type1", id="type-called-type"),
    ],
)
def test_what_an_imported_type_is_called_here(tmp_path: Path, name: str, members: str, local: str) -> None:
    descriptors = compile_protos(
        tmp_path,
        a=f'syntax = "proto3"; import "b.proto"; message M {{ .p.{name} n = 1; }}',
        b=f'syntax = "proto3"; package p; message {name} {{}}',
    )
    assert f"$message(() => {local})," in mend(descriptors, head=f'import {{ {members} }} from "./b.js";\n')


def test_errors_name_a_renamed_message_as_it_is_written(tmp_path: Path) -> None:
    written = compile_protos(tmp_path, a='syntax = "proto3"; package p; message Map { message N {} }')
    legal = use_legal_types(written)
    mended = use_canonical_json(source_of(legal, "a.proto"), "a.proto", targets_of(legal, written))
    assert 'createBaseMapMessage(), $fieldsOfMapMessage, "p.Map");' in mended
    assert 'createBaseMapMessage_N(), $fieldsOfMapMessage_N, "p.Map.N");' in mended
