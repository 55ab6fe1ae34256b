"""Troublesome values by name. typescript/values.ts constructs the same ones in TypeScript."""

import math
from typing import Any

from google.protobuf import any_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.empty_pb2 import Empty
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct, Value
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import BytesValue, Int64Value, StringValue
from tests.agreement.agreement_py.tests.agreement.agreement_pb2 import (
    COLOR_BLUE,
    COLOR_RED,
    Newer,
    NewerPart,
    Point,
    Values,
)

ALL_BYTES = bytes(range(256))
TEXT = '\0 é 주문 😀 \u2028 "\\ \ufffd'
KEYS = ("", "__proto__", "constructor", "toString", "\0", "é😀")
UNKNOWN_COLOR = 77
# One below the greatest: Python cannot read what it writes for the greatest, 3.4028235e+38.
GREATEST_FLOAT = 3.4028232635611926e38

_VALUES: dict[str, Any] = {
    "null": None,
    "text": TEXT,
    "__proto__": {"isAdmin": True},
    "list": [1.5, [None, {}], False, ""],
}


def _values() -> dict[str, Values]:
    return {
        "nothing": Values(),
        "zeros": Values(maybe_double=0, maybe_int64=0, maybe_bool=False, maybe_text="", maybe_data=b"", maybe_color=0),
        "empty messages": Values(
            point=Point(),
            time=Timestamp(),
            duration=Duration(),
            struct={},
            list=[],
            mask=FieldMask(),
            empty={},
            wrapped_double={},
            wrapped_int64={},
            wrapped_bool={},
            wrapped_text={},
            wrapped_data={},
        ),
        "greatest": Values(
            double_value=1.7976931348623157e308,
            float_value=GREATEST_FLOAT,
            int32_value=2**31 - 1,
            int64_value=2**63 - 1,
            uint32_value=2**32 - 1,
            uint64_value=2**64 - 1,
            sint32_value=2**31 - 1,
            sint64_value=2**63 - 1,
            fixed32_value=2**32 - 1,
            fixed64_value=2**64 - 1,
            sfixed32_value=2**31 - 1,
            sfixed64_value=2**63 - 1,
            bool_value=True,
            color=COLOR_RED,
            wrapped_int64={"value": 2**63 - 1},
        ),
        "least": Values(
            double_value=5e-324,
            float_value=1e-45,
            int32_value=-(2**31),
            int64_value=-(2**63),
            sint32_value=-(2**31),
            sint64_value=-(2**63),
            sfixed32_value=-(2**31),
            sfixed64_value=-(2**63),
            color=COLOR_BLUE,
            maybe_int64=-(2**63),
            wrapped_int64={"value": -(2**63)},
        ),
        "beyond a double": Values(
            int64_value=2**53 + 1,
            uint64_value=2**53 + 1,
            sint64_value=-(2**53) - 1,
            fixed64_value=2**53 + 1,
            numbers=[2**53 + 1, -(2**53) - 1, 0],
            not_packed=[0, 2**64 - 1],
            chosen_uint64=2**53 + 1,
        ),
        "not a number": Values(
            double_value=math.nan,
            float_value=math.inf,
            maybe_double=-math.inf,
            doubles=[math.nan, math.inf, 0, 1e21],
            floats=[-math.inf, math.nan, 0.1],
            by_bool={True: math.inf, False: math.nan},
            wrapped_double={"value": -math.inf},
            chosen_double=math.nan,
        ),
        "minus zero": Values(
            double_value=-0.0,
            float_value=-0.0,
            maybe_double=-0.0,
            doubles=[-0.0],
            floats=[-0.0],
            by_bool={True: -0.0},
            wrapped_double={"value": -0.0},
            chosen_double=-0.0,
            x_30_100=-0.0,
        ),
        "texts": Values(text=TEXT, maybe_text="\0", texts=["", TEXT], named=TEXT, wrapped_text={"value": TEXT}),
        "bytes": Values(
            data=ALL_BYTES, maybe_data=b"\0", blobs=[b"", ALL_BYTES, b"\xff"], wrapped_data={"value": ALL_BYTES}
        ),
        "unknown enum values": Values(
            color=UNKNOWN_COLOR,
            maybe_color=-1,
            colors=[UNKNOWN_COLOR, 0, COLOR_BLUE, -(2**31)],
            color_by_text={"unknown": UNKNOWN_COLOR, "red": COLOR_RED},
            chosen_color=2**31 - 1,
        ),
        "repeated": Values(
            bools=[True, False],
            points=[Point(), Point(x=1, y=0)],
            texts=["a", "a"],
            times=[Timestamp(seconds=-1, nanos=999999999), Timestamp()],
            durations=[Duration(seconds=-1, nanos=-1)],
        ),
        "maps": Values(
            by_text={key: key for key in KEYS},
            by_int64={-(2**63): "least", 0: "", 2**63 - 1: TEXT},
            by_bool={True: 1.5, False: 0},
            by_sint32={-(2**31): Point(), 0: Point(y=0), 1: Point(x=-1)},
            by_uint64={0: b"", 2**64 - 1: ALL_BYTES},
            time_by_text={key: Timestamp(nanos=1) for key in KEYS},
            value_by_text={key: as_value(None) for key in KEYS},
            color_by_text=dict.fromkeys(KEYS, COLOR_RED),
        ),
        "before 1970": Values(
            time=Timestamp(seconds=-1, nanos=999999999),
            times=[Timestamp(seconds=-62135596800), Timestamp(seconds=-86400)],
            duration=Duration(nanos=-500000000),
            durations=[Duration(seconds=-315576000000), Duration(seconds=-1, nanos=-10)],
        ),
        "nanoseconds": Values(
            time=Timestamp(seconds=1700000000, nanos=123456789),
            chosen_time=Timestamp(nanos=1),
            times=[
                Timestamp(seconds=253402300799, nanos=999999999),
                Timestamp(nanos=123000),
                Timestamp(nanos=120000000),
            ],
            duration=Duration(seconds=315575999999, nanos=999999999),
            durations=[Duration(nanos=1000)],
        ),
        "any JSON": Values(struct=_VALUES, value=as_value(_VALUES), list=[None, TEXT, 0, _VALUES]),
        "null": Values(value=as_value(None), chosen_null=NULL_VALUE),
        "a null value that is chosen": Values(chosen_value=as_value(None)),
        "masks": Values(
            mask=FieldMask(paths=["by_text", "point.x", "a.b_c"]), chosen_mask=FieldMask(paths=["foo_bar"])
        ),
        "chosen default": Values(chosen_bool=False, x_30_100=1.5),
        "chosen empty text": Values(chosen_text=""),
        "chosen no bytes": Values(chosen_data=b""),
        "chosen first enum value": Values(chosen_color=0),
        "chosen empty message": Values(chosen_point={}),
        "chosen zero": Values(chosen_double=0),
        "any": Values(
            any=any_pb2.Any(type_url="type.googleapis.com/agreement.Point", value=Point(x=1, y=0).SerializeToString())
        ),
        "more than a window of HTTP/2": Values(data=ALL_BYTES * 1024),
    }


def as_value(plain: Any) -> Value:
    """Returns a JSON value as a Value."""
    return as_list([plain]).values[0]


def as_list(plain: list[Any]) -> ListValue:
    """Returns a list as a ListValue."""
    values = ListValue()
    values.extend(plain)
    return values


def as_struct(plain: dict[str, Any]) -> Struct:
    """Returns an object as a Struct."""
    struct = Struct()
    struct.update(plain)
    return struct


CASES = _values()

NEWER = Newer(
    name="newer",
    parts=[NewerPart(number=1, added_text=TEXT), NewerPart(), NewerPart(added_data=ALL_BYTES)],
    added_number=-(2**63),
    added_fixed=2**64 - 1,
    added_fixed32=2**32 - 1,
    added_part=NewerPart(number=-1),
    added_map=dict.fromkeys(KEYS, -0.0),
    added_packed=[0, -1, 2**31 - 1],
    added_not_packed=[0, -1, 2**31 - 1],
)

_PATHS = ["__proto__", "a.b_c", "constructor"]

# An rpc, its requests and its answers, which are bare well-known types.
WHOLE_MESSAGES: dict[str, tuple[str, list[Message], list[Message]]] = {
    "empty": ("DoNothing", [Empty()], [Empty()]),
    "empty stream": ("DoNothingTwice", [Empty()], [Empty()] * 2),
    "empty both ways": ("DoNothingEach", [Empty()] * 3, [Empty()] * 3),
    "greatest number": ("Increment", [Int64Value(value=2**63 - 2)], [Int64Value(value=2**63 - 1)]),
    "number becomes zero": ("Increment", [Int64Value(value=-1)], [Int64Value()]),
    "bytes": (
        "Reverse",
        [BytesValue(value=ALL_BYTES), BytesValue()],
        [BytesValue(value=ALL_BYTES[::-1]), BytesValue()],
    ),
    "text": ("Join", [StringValue(value=part) for part in (TEXT, "", "x")], [StringValue(value=f"{TEXT}x")]),
    "list of an object": ("ListOf", [as_value({"x": [TEXT, 1.5]})], [as_list([{"x": [TEXT, 1.5]}])]),
    "list of null": ("ListOf", [as_value(None)], [as_list([None])]),
    "first is an object": ("FirstOf", [as_list([{"x": [TEXT]}, 2])], [as_value({"x": [TEXT]})]),
    "first is null": ("FirstOf", [as_list([None])], [as_value(None)]),
    "mask to struct": ("StructOf", [FieldMask(paths=_PATHS)], [as_struct({path: len(path) for path in _PATHS})]),
    "struct to mask": ("KeysOf", [as_struct(dict.fromkeys(_PATHS, True))], [FieldMask(paths=_PATHS)]),
}
