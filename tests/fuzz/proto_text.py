"""A proto as statements, and their text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from hypothesis.vendor.pretty import RepresentationPrinter


class Style(Enum):
    """Where a comment stands, and what it is made of."""

    LINES = "lines"
    BLOCK = "block"
    DETACHED = "detached"
    TRAILING = "trailing"


@dataclass
class Comment:
    """Lines of text, without what makes them a comment."""

    style: Style
    lines: list[str]


@dataclass
class Statement:
    """A statement: all of it, or what is before the braces when there is a `body`."""

    text: str
    body: list["Statement"] | None = None
    comment: Comment | None = None


@dataclass
class Tree:
    """Protos and what is asked of the generator, as the strategy makes them.

    `protos` are from import path to text; `json_names` the full names of the fields that are given one; `package` is
    what the package is called, with dots.
    """

    protos: dict[str, str]
    package: str
    descriptor_prefix: str
    type_stubs: str
    concrete_servicers: bool
    lazy_exports: bool
    json_names: set[str] = field(default_factory=set)

    def _repr_pretty_(self, printer: RepresentationPrinter, _: bool) -> None:
        """Shows the protos as files to read, when a test fails with them."""
        options = (self.package, self.descriptor_prefix, self.type_stubs, self.concrete_servicers, self.lazy_exports)
        files = "".join(f"\n----- {path}\n{text}" for path, text in self.protos.items())
        printer.text(f"Tree{options}{files}-----")


def render(statements: Iterable[Statement], indent: str = "") -> str:
    """Returns the text of statements."""
    return "".join(line for statement in statements for line in _lines(statement, indent))


def _lines(statement: Statement, indent: str) -> Iterator[str]:
    comment = statement.comment or Comment(Style.LINES, [])
    if comment.style is Style.BLOCK:
        # What would end it, or begin another in it.
        lines = [re.sub(r"(?<=\*)/|/(?=\*)", "|", line) for line in comment.lines]
        yield f"{indent}/* " + f"\n{indent} * ".join(lines) + " */\n"
    elif comment.style is not Style.TRAILING:
        yield from (f"{indent}//{line}\n" for line in comment.lines)
    if comment.style is Style.DETACHED:
        yield "\n"
    yield indent + statement.text + (";" if statement.body is None else " {")
    yield " // " + " ".join(comment.lines) + "\n" if comment.style is Style.TRAILING else "\n"
    if statement.body is not None:
        yield render(statement.body, indent + "  ")
        yield indent + "}\n"
