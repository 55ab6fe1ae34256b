"""Values that plain ts-proto loses, piece by piece of what it writes."""

import pytest

from codegen.errors import CodegenError
from codegen.typescript.wire_values import keep_all_values


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "    if (message.x !== 0) {\n      writer.uint32(9).double(message.x);\n    }\n",
            "    if (message.x !== 0 || globalThis.Object.is(message.x, -0)) {\n"
            "      writer.uint32(9).double(message.x);\n    }\n",
            id="double",
        ),
        pytest.param(
            "    if (message.value !== 0) {\n      writer.uint32(21).float(message.value);\n    }\n",
            "    if (message.value !== 0 || globalThis.Object.is(message.value, -0)) {\n"
            "      writer.uint32(21).float(message.value);\n    }\n",
            id="float",
        ),
        pytest.param(
            "    if (message.x !== 0) {\n      writer.uint32(8).int32(message.x);\n    }\n",
            "    if (message.x !== 0) {\n      writer.uint32(8).int32(message.x);\n    }\n",
            id="an-integer-has-one-zero",
        ),
        pytest.param(
            "    if (message.x !== undefined) {\n      writer.uint32(9).double(message.x);\n    }\n",
            "    if (message.x !== undefined) {\n      writer.uint32(9).double(message.x);\n    }\n",
            id="optional",
        ),
        pytest.param(
            "  fromPartial<I extends Exact<DeepPartial<M>, I>>(object: I): M {\n"
            "    const message = createBaseM();\n    message.x = object.x ?? 0;\n    return message;\n  },\n",
            "  fromPartial<I extends Exact<DeepPartial<M>, I>>(object: I): M {\n"
            "    const message = createBaseM();\n    message.x = object.x ?? 0;\n"
            "    if (object._unknownFields !== undefined) {\n"
            "      message._unknownFields = { ...(object._unknownFields as any) };\n    }\n"
            "    return message;\n  },\n",
            id="unknown-fields",
        ),
        pytest.param(
            "  fromPartial<I extends Exact<DeepPartial<M>, I>>(object: I): M {\n"
            '    message.toString = object.toString ?? "";\n    return message;\n  },\n',
            "  fromPartial<I extends Exact<DeepPartial<M>, I>>(object: I): M {\n"
            '    message.toString = globalThis.Object.getOwnPropertyDescriptor(object, "toString")?.value ?? "";\n'
            "    if (object._unknownFields !== undefined) {\n"
            "      message._unknownFields = { ...(object._unknownFields as any) };\n    }\n"
            "    return message;\n  },\n",
            id="what-every-object-has",
        ),
        pytest.param(
            "  fromPartial<I extends Exact<DeepPartial<M>, I>>(object: I): M {\n"
            "    message.valueOf = object.valueOf?.map((e) => e) || [];\n    return message;\n  },\n",
            "  fromPartial<I extends Exact<DeepPartial<M>, I>>(object: I): M {\n"
            '    message.valueOf = (globalThis.Object.getOwnPropertyDescriptor(object, "valueOf")?.value as any[] | '
            "undefined)?.map((e) => e) || [];\n"
            "    if (object._unknownFields !== undefined) {\n"
            "      message._unknownFields = { ...(object._unknownFields as any) };\n    }\n"
            "    return message;\n  },\n",
            id="a-list-of-what-every-object-has",
        ),
        pytest.param(
            "  fromPartial<I extends Exact<DeepPartial<M>, I>>(_: I): M {\n"
            "    const message = createBaseM();\n    return message;\n  },\n",
            "  fromPartial<I extends Exact<DeepPartial<M>, I>>(object: I): M {\n"
            "    const message = createBaseM();\n"
            "    if (object._unknownFields !== undefined) {\n"
            "      message._unknownFields = { ...(object._unknownFields as any) };\n    }\n"
            "    return message;\n  },\n",
            id="unknown-fields-of-an-empty-message",
        ),
    ],
)
def test_mended(before: str, after: str) -> None:
    assert keep_all_values(before, "a.proto") == after
    assert keep_all_values(after, "a.proto") == after


INTERFACE = "export interface M {{\n{}  _unknownFields?: x | undefined;\n}}\n\n"
BASE = "function createBaseM(): M {{\n  return {{{}}};\n}}\n"
ABSENT = "  toString?: string | undefined;\n  valueOf?: M | undefined;\n"


@pytest.mark.parametrize(
    ("fields", "before", "after"),
    [
        pytest.param(ABSENT, "", " toString: undefined, valueOf: undefined ", id="all"),
        pytest.param(ABSENT, " a: 0 ", " toString: undefined, valueOf: undefined, a: 0 ", id="some"),
        pytest.param(
            ABSENT,
            "\n    a: 0,\n    b: 0,\n  ",
            " toString: undefined, valueOf: undefined, a: 0,\n    b: 0, ",
            id="lines",
        ),
        pytest.param("  toString: string;\n", ' toString: "" ', ' toString: "" ', id="always-there"),
        pytest.param("  toStrings?: string;\n", "", "", id="another-name"),
    ],
)
def test_a_new_message_takes_nothing_from_what_every_object_has(fields: str, before: str, after: str) -> None:
    head = INTERFACE.format(fields)
    mended = keep_all_values(head + BASE.format(before), "a.proto")
    assert mended == head + BASE.format(after)
    assert keep_all_values(mended, "a.proto") == mended


def test_the_sender_of_a_struct_does_not_set_a_prototype() -> None:
    before = "        object[key] = message.fields.get(key);\n"
    after = keep_all_values(before, "google/protobuf/struct.proto")
    assert "globalThis.Object.defineProperty(object, key, {" in after
    assert keep_all_values(after, "google/protobuf/struct.proto") == after
    assert keep_all_values(before, "a.proto") == before


@pytest.mark.parametrize("file", ["google/protobuf/struct.proto", "google/protobuf/field_mask.proto"])
def test_another_ts_proto_is_an_error(file: str) -> None:
    with pytest.raises(CodegenError, match=rf"^{file}: ts-proto wrote something else than this version knows: no "):
        keep_all_values("export {};\n", file)
