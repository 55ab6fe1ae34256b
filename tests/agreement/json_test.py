"""TypeScript's JSON is the same as Python's, except for the differences in the tables here."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf import json_format, text_format
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor_pb2 import DescriptorProto
from google.protobuf.descriptor_pool import Default as DefaultPool
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import EncodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.struct_pb2 import Value
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import DoubleValue, FloatValue
from tests.agreement.agreement_py.tests.agreement.agreement_pb2 import Point, Values

from tests.agreement.peers import Process, running, texts
from tests.agreement.values import CASES, NEWER
from tests.typescript.project import Project

REFUSED = "refused"
# JSON.stringify writes -0 as 0, and a float with the digits of a double.
OTHER_DIGITS = {"greatest", "least", "not a number", "minus zero"}

# JSON that both accept and read the same way, then JSON that both reject. Types without a package are well-known ones.
TEXTS: dict[str, tuple[list[str], list[str]]] = {
    "Any": (
        [
            *("{}", '{"@type": "type.googleapis.com/agreement.Point", "x": 1}'),
            '{"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1s"}',
        ],
        ['{"x": 1}', '{"@type": "type.googleapis.com/nothing.Here"}'],
    ),
    "BoolValue": (["true"], ['"true"', "1"]),
    "BytesValue": (
        ['""', '"AA"', '"AA=="', '"AAA"', '"-_+/"', '"AAAA"', '"AA AA"'],
        ['"A"', '"AAAAA"', "1", '["AA=="]', "{}"],
    ),
    "DescriptorProto.ExtensionRange": (['{"start": 1}'], ['{"nothing": 1}']),
    "DoubleValue": (
        ["1e308", "-0.0", '"1.5"', '"NaN"', '"Infinity"', '"-Infinity"', "1"],
        ["1e400", "-1e400", '"x"', '""', "[1]", '["1"]', "{}"],
    ),
    "Duration": (
        ['"1s"', '"-1.5s"', '"0.000000001s"', '"315576000000s"'],
        ['["1s"]', '"1"', "1", "{}", '"315576000001s"'],
    ),
    "Empty": (["{}"], ['{"a": 1}', "null"]),
    # A closed proto2 enum.
    "FieldDescriptorProto": (
        ['{"label": 1}', '{"label": "LABEL_OPTIONAL"}'],
        ['{"label": 99}', '{"label": "LABEL_NONE"}'],
    ),
    "FieldMask": (['""', '"a"', '"fooBar,b.c"'], ['"foo_bar"', '["a"]', "1"]),
    "FloatValue": (["1e38", '"NaN"', "0.1", "-0.0", "16777217"], ["1e39", "1e400", '["1"]']),
    "Int32Value": (["1", "1.0", "-2147483648", "1e2"], ["1.5", "2147483648", "1e400", '["1"]', '"x"', "true"]),
    "Int64Value": (
        ["9007199254740991", '"9007199254740993"', '"9223372036854775807"', '"-1"'],
        ['"9223372036854775808"', "1.5", "1e300", "1e400", '["1"]'],
    ),
    "Struct": (["{}", '{"a": null}'], ["[]", "1"]),
    "Timestamp": (
        [
            *('"2024-02-29T00:00:00Z"', '"1969-12-31T23:59:59.5Z"', '"2024-01-31T09:00:00+09:00"'),
            *('"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999999Z"'),
        ],
        [
            *('"2024-13-01T00:00:00Z"', '"0000-12-31T23:59:59Z"', '"0001-01-01T00:00:00+00:01"', '"2024-01-31"', "1"),
            *('"9999-12-31T23:59:59-00:01"', '["2024-01-31T09:00:00Z"]', '"2024-01-31T09:00:60Z"'),
        ],
    ),
    "UInt64Value": (['"18446744073709551615"', "0"], ["-1", '"-1"', '"18446744073709551616"']),
    "Value": (["null", "-0.0", "1e400", '{"__proto__": 1}'], []),
    "agreement.Values": (
        [
            *('{"color": 77}', '{"color": "COLOR_RED"}', '{"color": null}', '{"int32_value": 1}', '{"@named": "a"}'),
            *('{"text": null, "value": null, "point": null, "texts": null, "wrappedInt64": null}', '{"by_text": null}'),
            *('{"chosenNull": null}', '{"chosenValue": null}', '{"byText": {"__proto__": "x"}}', '{"x30100": 1}'),
        ],
        [
            *(
                '{"nothing": 1}',
                '{"__proto__": 1}',
                '{"toString": 1}',
                '{"color": "COLOR_NONE"}',
                '{"color": 2147483648}',
            ),
            *('{"texts": [null]}', '{"byText": {"a": null}}', '{"chosenText": "a", "chosenBool": true}', '{"text": 1}'),
            *(
                '{"int32Value": 1, "int32Value": 2}',
                '{"byText": {"a": "1", "a": "2"}}',
                '{"bySint32": {"2147483648": {}}}',
            ),
        ],
    ),
}

# JSON that they read differently: Python's result, then TypeScript's.
DIFFERENCES: dict[str, dict[str, tuple[str, str]]] = {
    # JSON.parse rounds it.
    "Int64Value": {
        "9007199254740993": ("value: 9007199254740993", "value: 9007199254740992"),
        "9223372036854775807": ("value: 9223372036854775807", REFUSED),
        '"1e3"': ("value: 1000", REFUSED),
        '"1.0"': ("value: 1", REFUSED),
    },
    # The greatest float, as Python writes it.
    "FloatValue": {"3.4028235e38": (REFUSED, "value: 3.4028235e+38")},
    # What Python accepts and should not: https://protobuf.dev/programming-guides/json.
    "BytesValue": {'"A*AA"': (r'value: "\000\000"', REFUSED)},
    "DoubleValue": {
        "true": ("value: 1.0", REFUSED),
        '"1e400"': ("value: inf", REFUSED),
        '"inf"': ("value: inf", REFUSED),
        '"0x10"': (REFUSED, "value: 16.0"),
    },
    "Duration": {'"1.0000000001s"': ("seconds: 1", REFUSED)},
    "Timestamp": {
        '"2024-1-31T09:00:00Z"': ("seconds: 1706691600", REFUSED),
        # JavaScript rolls a nonexistent day or hour over to the next one.
        '"2024-02-30T00:00:00Z"': (REFUSED, "seconds: 1709251200"),
        '"2023-02-29T00:00:00Z"': (REFUSED, "seconds: 1677628800"),
        '"2024-01-31T24:00:00Z"': (REFUSED, "seconds: 1706745600"),
        # In range in UTC, but its local year is not.
        '"0000-12-31T23:59:59-01:00"': (REFUSED, "seconds: -62135593201"),
    },
    "Any": {
        '{"@type": "agreement.Point", "x": 1}': (
            r'type_url: "agreement.Point" value: "\010\001"',
            "[type.googleapis.com/agreement.Point] { x: 1 }",
        ),
    },
    "Value": {"NaN": ("number_value: nan", REFUSED)},
    "agreement.Values": {
        '{"color": 1.5}': ("color: COLOR_RED", REFUSED),
        '{"color": "1"}': ("color: COLOR_RED", REFUSED),
        '{"point": []}': ("point { }", REFUSED),
        # One field under two names, and one map key in two spellings.
        '{"int32Value": 1, "int32_value": 2}': ("int32_value: 2", REFUSED),
        '{"byInt64": {"01": "a", "1": "b"}}': ('by_int64 { key: 1 value: "b" }', REFUSED),
        '{"chosenText": "a", "chosenNull": null}': ("chosen_null: NULL_VALUE", REFUSED),
    },
}

# Values that both refuse to write.
NOT_WRITTEN: list[Message] = [
    AnyMessage(type_url="type.googleapis.com/nothing.Here"),
    Duration(nanos=10**9),
    Duration(seconds=1, nanos=-1),
    Duration(seconds=315576000001),
    FieldMask(paths=["fooBar"]),
    FieldMask(paths=["foo_3"]),
    FieldMask(paths=["foo__bar"]),
    Timestamp(nanos=-1),
    Timestamp(nanos=10**9),
    Timestamp(seconds=253402300800),
    Value(number_value=float("nan")),
]

# Values that they write differently: Python's JSON, then TypeScript's.
WRITTEN: list[tuple[Message, str, str]] = [
    (FloatValue(value=0.1), "0.1", "0.10000000149011612"),
    (DoubleValue(value=-0.0), "-0.0", "0"),
    (Value(), "null", REFUSED),
]


@pytest.fixture(scope="module")
def process(project: Project) -> Iterator[Process]:
    with running(project, "json.js") as started:
        yield started


@pytest.fixture(scope="module")
def own_words(process: Process) -> dict[str, bytes]:
    return {name: base64.b64decode(values) for name, values in process.ask().items()}


@pytest.fixture
def typescript(process: Process, own_words: dict[str, bytes]) -> Process:
    return process


def read(typescript: Process, kind: type[Message], text: str, **options: Any) -> Message | None:
    """Returns the message that TypeScript reads from JSON, or None if it rejects it."""
    said = typescript.ask({"type": kind.DESCRIPTOR.full_name, "json": text, "options": options})
    return kind.FromString(base64.b64decode(said["bytes"])) if "bytes" in said else None


def written(typescript: Process, message: Message, **options: Any) -> str:
    """Returns the JSON that TypeScript writes, or REFUSED."""
    data = base64.b64encode(message.SerializePartialToString()).decode()
    said = typescript.ask({"type": message.DESCRIPTOR.full_name, "bytes": data, "options": options})
    return str(said.get("json", REFUSED))


def read_by_python(kind: type[Message], text: str) -> Message | None:
    try:
        return json_format.Parse(text, kind())
    except json_format.ParseError:
        return None


def line(message: Message | None) -> str:
    """Returns a message as one line, or REFUSED."""
    return REFUSED if message is None else text_format.MessageToString(message, as_one_line=True)


def message_type(name: str) -> type[Message]:
    full_name = name if name.startswith("agreement.") else f"google.protobuf.{name}"
    return GetMessageClass(DefaultPool().FindMessageTypeByName(full_name))


def test_typescript_constructs_the_same_values(own_words: dict[str, bytes]) -> None:
    expected = {**CASES, "newer": NEWER}
    assert own_words.keys() == expected.keys()
    for name, values in expected.items():
        assert texts([type(values).FromString(own_words[name])]) == texts([values]), name


def test_typescript_reads_json_from_python(typescript: Process) -> None:
    for name, values in CASES.items():
        received = read(typescript, Values, json_format.MessageToJson(values))
        assert received and texts([received]) == texts([values]), name


def test_python_reads_json_from_typescript(typescript: Process) -> None:
    for name in CASES.keys() - {"minus zero"}:
        received = json_format.Parse(written(typescript, CASES[name]), Values())
        assert texts([received]) == texts([CASES[name]]), name


def test_both_write_the_same_json(typescript: Process) -> None:
    def numbers_alike(text: str) -> str:
        return json.dumps(json.loads(text, parse_int=float), sort_keys=True)

    differ = {
        name
        for name, values in CASES.items()
        if numbers_alike(json_format.MessageToJson(values)) != numbers_alike(written(typescript, values))
    }
    assert differ == OTHER_DIGITS


@pytest.mark.parametrize("name", TEXTS)
def test_json_that_both_accept_or_both_reject(typescript: Process, name: str) -> None:
    kind = message_type(name)
    taken, refused = TEXTS[name]
    for text in taken + refused:
        by_python = line(read_by_python(kind, text))
        assert (text, by_python == REFUSED) == (text, text in refused)
        assert (text, line(read(typescript, kind, text))) == (text, by_python)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_json_that_they_read_differently(typescript: Process, name: str) -> None:
    kind = message_type(name)
    found = {text: (line(read_by_python(kind, text)), line(read(typescript, kind, text))) for text in DIFFERENCES[name]}
    assert found == DIFFERENCES[name]


def test_values_that_both_refuse_to_write(typescript: Process) -> None:
    for message in NOT_WRITTEN:
        with pytest.raises((ValueError, TypeError)):
            json_format.MessageToJson(message)
        assert (message, written(typescript, message)) == (message, REFUSED)


def test_values_that_they_write_differently(typescript: Process) -> None:
    for message, by_python, by_typescript in WRITTEN:
        assert (json_format.MessageToJson(message), written(typescript, message)) == (by_python, by_typescript)


def test_typescript_needs_a_registry_for_any(typescript: Process) -> None:
    message = AnyMessage()
    message.Pack(Point(x=1))
    text = json_format.MessageToJson(message)
    assert json.loads(written(typescript, message)) == json.loads(text)
    assert written(typescript, message, registry=None) == REFUSED
    assert read(typescript, AnyMessage, text, registry=None) is None


def test_unknown_keys_are_ignored_on_request(typescript: Process) -> None:
    assert read(typescript, Values, '{"nothing": 1, "text": "a"}', ignoreUnknownFields=True) == Values(text="a")
    assert json_format.Parse('{"nothing": 1, "text": "a"}', Values(), ignore_unknown_fields=True) == Values(text="a")


def test_a_required_proto2_field_must_be_set(typescript: Process) -> None:
    kind = message_type("UninterpretedOption.NamePart")
    # TypeScript requires it in JSON as well.
    assert (json_format.MessageToJson(kind()), written(typescript, kind())) == ("{}", REFUSED)
    assert read(typescript, kind, "{}") is None
    with pytest.raises(EncodeError):
        json_format.Parse("{}", kind()).SerializeToString()


def test_different_messages_have_different_text() -> None:
    pairs: list[tuple[Message, Message]] = [
        (Values(maybe_text=""), Values()),
        (Values(point=Point()), Values()),
        (Values(double_value=-0.0), Values()),
        (Values(doubles=[0.0]), Values(doubles=[-0.0])),
        (Values(chosen_bool=False), Values(chosen_text="")),
        (Point.FromString(DescriptorProto(name="a").SerializeToString()), Point()),
    ]
    for one, other in pairs:
        assert texts([one]) != texts([other])
    assert texts([Values(doubles=[float("nan")])]) == texts([Values(doubles=[float("nan")])])
