"""A proto as statements, and how to render it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from hypothesis.vendor.pretty import RepresentationPrinter


class Style(Enum):
    """Where a comment stands, and its syntax."""

    LINES = "lines"
    BLOCK = "block"
    DETACHED = "detached"
    TRAILING = "trailing"


@dataclass
class Comment:
    """Lines of text, without comment markers."""

    style: Style
    lines: list[str]


@dataclass
class Statement:
    """A statement: its full text, or the part before the braces if there is a `body`."""

    text: str
    body: list["Statement"] | None = None
    comment: Comment | None = None


@dataclass
class Tree:
    """Protos and the generator's options, as the strategy chooses them.

    `protos` maps import paths to text; `json_names` has the full names of the fields with an explicit JSON name;
    `package` is the package's dotted name.
    """

    protos: dict[str, str]
    package: str
    descriptor_prefix: str
    type_stubs: str
    abstract_servicers: bool
    lazy_exports: bool
    json_names: set[str] = field(default_factory=set)

    def _repr_pretty_(self, printer: RepresentationPrinter, _: bool) -> None:
        """Shows the protos as readable files when a test fails with them."""
        options = (self.package, self.descriptor_prefix, self.type_stubs, self.abstract_servicers, self.lazy_exports)
        files = "".join(f"\n----- {path}\n{text}" for path, text in self.protos.items())
        printer.text(f"Tree{options}{files}-----")


def render(statements: Iterable[Statement], indent: str = "") -> str:
    """Renders statements as text."""
    return "".join(line for statement in statements for line in _lines(statement, indent))


def _lines(statement: Statement, indent: str) -> Iterator[str]:
    comment = statement.comment or Comment(Style.LINES, [])
    if comment.style is Style.BLOCK:
        # Comment delimiters within the comment.
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
