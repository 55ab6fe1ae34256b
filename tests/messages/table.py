"""Reads the page of messages, and holds it against what the code says. Pure functions."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from tests.messages.said import Said, canonical, order

_ROW = re.compile(r"\| `(?P<message>[^`]+)` \| (?P<cause>[^|]+) \| (?P<cure>[^|]+) \|")
_NO_ROW = ("| message | cause | cure |", "| --- | --- | --- |")


class Row(NamedTuple):
    """A row of a table: the line it stands in, from 1, the heading that it stands below, and the message."""

    line: int
    section: str
    message: str


def read_rows(page: str) -> tuple[list[Row], list[str]]:
    """Returns the rows of a Markdown page, and complaints of lines of tables that are none."""
    rows, complaints, section = [], [], ""
    for number, line in enumerate(page.splitlines(), 1):
        if line.startswith("#"):
            section = line.lstrip("# ")
        if not line.startswith("|") or line in _NO_ROW:
            continue
        if match := _ROW.fullmatch(line.replace("\\|", "\0")):
            rows.append(Row(number, section, match["message"].replace("\0", "|")))
        else:
            complaints.append(f"{number}: no row: it has to be | `message` | cause | cure |")
    return rows, complaints


def differences(said: Iterable[Said], page: str, name: str) -> list[str]:
    """Returns where a page and the code differ, a line each; none when every message has its row, and every row one.

    Args:
      said: what the code says.
      page: the text of the page.
      name: its path, for the lines.
    """
    rows, bad = read_rows(page)
    found = [f"{name}:{complaint}" for complaint in bad]
    known: dict[str, Row] = {}
    for row in rows:
        first = known.setdefault(canonical(row.message), row)
        if first is not row:
            found.append(f"{name}:{row.line}: line {first.line} has this message already. Remove one of them.")
    for one, other in pairwise(rows):
        if one.section == other.section and order(other.message) < order(one.message):
            found.append(f"{name}:{other.line}: this row goes above line {one.line}: a section is sorted by words.")
    messages = {canonical(message.text): message for message in reversed(list(said))}
    for text, message in messages.items():
        if text not in known:
            found.append(
                f"{message.path}:{message.line}: {name} has no row for this message. Add it to the section of who says "
                f"it, with its cause and its cure: | `{message.text}` | … | … |"
            )
    for text, row in known.items():
        if text not in messages:
            found.append(f"{name}:{row.line}: no code says this any more. Remove or mend the row: `{row.message}`")
    return sorted(found)
