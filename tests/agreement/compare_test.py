"""The table of differences: its words, and what counts as one."""

from typing import Any

import pytest
from tests.agreement.agreement_py.tests.agreement.agreement_pb2 import Newer, Older, Point, Values

from tests.agreement.compare import Difference, json_differences, message_differences, table


@pytest.mark.parametrize(
    ("sent", "received", "differences"),
    [
        pytest.param(
            Values(int64_value=2**53 + 1),
            Values(int64_value=2**53),
            [("int64_value", "9007199254740993", "9007199254740992")],
            id="number",
        ),
        pytest.param(Values(maybe_text=""), Values(), [("maybe_text", "''", "-")], id="empty-and-absent"),
        pytest.param(Values(), Values(point=Point()), [("point", "-", "{}")], id="an-empty-message"),
        pytest.param(Values(double_value=-0.0), Values(), [("double_value", "-0.0", "-")], id="minus-zero"),
        pytest.param(Values(doubles=[0.0]), Values(doubles=[-0.0]), [("doubles[0]", "0.0", "-0.0")], id="repeated"),
        pytest.param(Values(doubles=[float("nan")]), Values(doubles=[float("nan")]), [], id="not-a-number"),
        pytest.param(
            Values(by_int64={-1: "a"}),
            Values(by_int64={1: "a"}),
            [("by_int64[-1]", "'a'", "-"), ("by_int64[1]", "-", "'a'")],
            id="map",
        ),
        pytest.param(
            Values(by_sint32={1: Point(x=1)}),
            Values(by_sint32={1: Point(x=2)}),
            [("by_sint32[1].x", "1", "2")],
            id="map-of-messages",
        ),
        pytest.param(
            Values(point=Point(y=0)), Values(point=Point()), [("point", "-", "{}"), ("point.y", "0", "-")], id="nested"
        ),
        pytest.param(
            Values(chosen_bool=False),
            Values(chosen_text=""),
            [("chosen_bool", "False", "-"), ("chosen_text", "-", "''")],
            id="oneof",
        ),
        pytest.param(Values(data=b"\0"), Values(data=b"\0"), [], id="the-same"),
    ],
)
def test_messages(sent: Values, received: Values, differences: list[Difference]) -> None:
    assert list(message_differences(sent, received)) == differences


def test_unknown_fields_count() -> None:
    newer = Older.FromString(Newer(name="a", added_number=1).SerializeToString())
    assert list(message_differences(newer, Older(name="a"), "received: ")) == [
        Difference("received: #3", "unknown 2", "-")
    ]


@pytest.mark.parametrize(
    ("sent", "received", "differences"),
    [
        pytest.param({"a": 1}, {"a": 1.0}, [], id="one-number"),
        pytest.param({"a": 1}, {"a": "1"}, [("a", "1.0", "'1'")], id="number-and-text"),
        pytest.param({"a": None}, {}, [("", "-", "{}"), ("a", "None", "-")], id="null-and-absent"),
        pytest.param({"a": [{"b": True}]}, {"a": [{"b": False}]}, [("a[0].b", "True", "False")], id="nested"),
        pytest.param({"a": []}, {"a": []}, [], id="empty"),
    ],
)
def test_json(sent: Any, received: Any, differences: list[Difference]) -> None:
    assert list(json_differences(sent, received)) == differences


def test_table() -> None:
    long, short = "a" * 100, f"{'a' * 40}… (100 characters)"
    assert table([Difference("text", "'a'", "-"), Difference("data", long, "b''")]).splitlines() == [
        f"field  sent{' ' * 54}  received",
        f"text   'a'{' ' * 55}  -",
        f"data   {short}  b''",
    ]
