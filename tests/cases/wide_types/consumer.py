"""What both runtimes take, upb and pure Python, and so type checkers as well."""

import datetime
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, reveal_type

from google.protobuf.message import Message
from wide_types.containers_pb2 import Containers
from wide_types.presence_pb2 import Plain, Presence
from wide_types.wide_pb2 import KIND_A, M

now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
second = datetime.timedelta(seconds=1)
numbers = [1, 2]
read_only = MappingProxyType({"a": 1})

m = M(at=now, took=second, data={"a": 1, "b": [1, "x", None]}, kind="KIND_A", list=numbers, ats=[now, {"seconds": 5}])
m.at = now
m.took = second
m.data = {"a": numbers}
m.data = read_only
m.data = M(data=read_only).data
m.list = ["a", {"b": None}]
m.kind = KIND_A
reveal_type(m.at)  # Timestamp
reveal_type(m.took)  # Duration
reveal_type(m.data)  # Struct
reveal_type(m.list)  # ListValue
reveal_type(m.kind)  # ValueType
assert m.at.ToDatetime(datetime.UTC) == now and m.took.ToTimedelta() == second
assert m.data["a"] == 1 and len(m.list) == 2
assert M(at={"seconds": 5}, mask={"paths": ["a"]}, kinds={"k": KIND_A}).at.seconds == 5

nothing: str | None = None
unset = M(at=None, kind=None, note=nothing, kinds=None, ats=None)
assert unset == M()

containers = Containers(
    durations=(second, {"seconds": 2}),
    structs=[{"a": {"b": []}}, read_only],
    lists=[numbers, ["x"]],
    kinds=(kind for kind in ["KIND_A"]),
    inner=[{"durations": [second]}, Containers()],
    times={"a": {"seconds": 3}},
    named={1: {"kinds": ["KIND_A"]}, 2: Containers()},
    free={True: m.data},
    part={"since": now, "kind": "KIND_A"},
    wrapped={"value": "w"},
    value={"number_value": 1.5},
)
containers.part.since = now
assert containers.inner[0].durations[0].seconds == 1 and containers.named[1].kinds == [KIND_A]
assert containers.times["a"].seconds == 3 and containers.structs[1]["a"] == 1 and containers.lists[0][1] == 2

presence = Presence(rule=read_only, places=[1], message={"took": second}, implicit=None, explicit=None, numbers=None)
presence.at = now
presence.places = numbers
reveal_type(presence.WhichOneof("when"))  # Literal['at', 'after', 'rule', 'kind'] | None


def fields(message: Presence, names: Sequence[str]) -> list[str]:
    """Works on names that are known at run time."""
    for name in names:
        reveal_type(message.WhichOneof(name))  # str | None
    return [name for name in ("at", "after", "message", "explicit", "when") if message.HasField(name)]


assert fields(presence, ["when", "where"]) == ["at", "message", "when"]
for name in ["at", "numbers"]:
    presence.ClearField(name)
assert presence.WhichOneof("when") is None


def merged(*messages: Message, **more: Any) -> Plain:
    """Takes any keywords, as a constructor does."""
    return Plain(number=len(messages), **more)


assert merged(m, presence).number == 2
