"""What both readers of sources find, and how two texts of a message are compared. Pure functions."""

import re
from typing import NamedTuple

_HOLE = re.compile(r"\{[^{}]*\}|%s")
_WORD = re.compile(r"[A-Za-z]{2,}")
# Who says it, and what another place has said: "warning: {label}: {reason}".
_HANDS_ON = re.compile(r"(?:[^\s{}]+: |\{\}: )*\{\}")


class Said(NamedTuple):
    """A message of the code: where it stands, and its text with a name in braces for what varies."""

    path: str
    line: int
    text: str


class UnreadableError(Exception):
    """Code that says something in a way that no reader of sources follows. The text says where and what to do."""


def one_line(text: str) -> str:
    """Returns a text with single spaces for line breaks and runs of spaces."""
    return " ".join(text.split())


def canonical(text: str) -> str:
    """Returns what is the same for two texts of one message: all but the names of what varies, and line breaks."""
    return re.sub(r"(?:\{\}){2,}", "{}", _HOLE.sub("{}", one_line(text)))


def is_own(text: str) -> bool:
    """Tells whether a text has words of its own, and does not only hand on what another place says."""
    bare = canonical(text)
    return bool(_WORD.search(bare)) and not _HANDS_ON.fullmatch(bare)


def order(text: str) -> str:
    """Returns what messages are sorted by: their own words, without signs and what varies."""
    return " ".join(re.findall(r"[a-z0-9]+", canonical(text).replace("{}", " ").lower()))
