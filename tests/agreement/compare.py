"""Finds where messages and JSON differ, and shows it as a table. Pure functions."""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

ABSENT = "-"
_WIDTH = 60


class Difference(NamedTuple):
    """A field that came out as another: where, what was sent, what was received."""

    field: str
    sent: str
    received: str


def message_differences(sent: Message, received: Message, path: str = "") -> Iterator[Difference]:
    """Yields where two messages of one type differ, bit by bit: -0.0 is not 0.0, absent is not zero, NaN is NaN."""
    return _differences(flat(sent), flat(received), path)


def json_differences(sent: Any, received: Any, path: str = "") -> Iterator[Difference]:
    """Yields where two JSON values differ; 1 and 1.0 are the same number."""
    return _differences(dict(_flat_json(sent, "")), dict(_flat_json(received, "")), path)


def _differences(sent: Mapping[str, str], received: Mapping[str, str], path: str) -> Iterator[Difference]:
    for field in sorted(sent.keys() | received.keys()):
        before, after = sent.get(field, ABSENT), received.get(field, ABSENT)
        if before != after:
            yield Difference(f"{path}{field}", before, after)


def table(differences: Iterable[Difference]) -> str:
    """Returns the differences as columns, the longest values shortened."""
    rows = [Difference("field", "sent", "received"), *differences]
    cells = [[_short(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def _short(cell: str) -> str:
    return cell if len(cell) <= _WIDTH else f"{cell[: _WIDTH - 20]}… ({len(cell)} characters)"


def flat(message: Message) -> dict[str, str]:
    """Returns a message as one dict, from the path of each value that is there to what it is."""
    return dict(_flat(message, ""))


def _flat(message: Message, path: str) -> Iterator[tuple[str, str]]:
    for descriptor, value in message.ListFields():
        name = f"{path}.{descriptor.name}" if path else descriptor.name
        # A Struct and a ListValue look like a dict and a list, and are messages.
        if isinstance(value, Message):
            yield from _flat_value(descriptor, value, name)
        elif isinstance(value, Mapping):
            assert descriptor.message_type is not None
            entry = descriptor.message_type.fields_by_name["value"]
            for key in value:
                yield from _flat_value(entry, value[key], f"{name}[{key!r}]")
        elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
            for place, element in enumerate(value):
                yield from _flat_value(descriptor, element, f"{name}[{place}]")
        else:
            yield from _flat_value(descriptor, value, name)
    for unknown in UnknownFieldSet(message):  # type: ignore[attr-defined]  # the stubs lack it
        yield f"{path}#{unknown.field_number}", f"unknown {unknown.data!r}"


def _flat_value(descriptor: FieldDescriptor, value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Message):
        inner = list(_flat(value, name))
        yield from inner or [(name, "{}")]
    elif descriptor.cpp_type in (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT):
        yield name, _number(value)
    else:
        yield name, repr(value)


def _number(value: float) -> str:
    # NaN has a payload, which no language keeps and none has to.
    return "nan" if value != value else f"{value!r}" if struct.pack("d", value) != struct.pack("d", -0.0) else "-0.0"


def _flat_json(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key in value:
            yield from _flat_json(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for place, element in enumerate(value):
            yield from _flat_json(element, f"{path}[{place}]")
    else:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        yield path, _number(float(value)) if number else repr(value)
