"""Finds the import statements of a `.proto` file. Pure functions.

The grammar is https://protobuf.dev/reference/protobuf/edition-2023-spec/ plus edition 2024's `import option`. The file
is tokenized, not read by lines: comments, strings and blocks in braces never look like an import. Syntax errors are
left to protoc, which has the better messages.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Import(NamedTuple):
    """An import: the path that it names, and its line, from 1."""

    path: str
    line: int


# Irrelevant text is one match, for speed: trees of thousands of files are read before each build.
# An unterminated comment or string extends to the end of the file or line; protoc reports it.
_TOKEN = re.compile(
    r"""
      (?P<comment> //[^\n]* | /\*.*?(?:\*/|\Z) )
    | (?P<string> "(?P<double> (?:[^"\\\n]|\\.)* )(?P<closed> " )? | '(?P<single> (?:[^'\\\n]|\\.)* )(?P<ended> ' )? )
    | (?P<mark> [{};] )
    | (?P<text> [^"'/{};]+ | / )
    """,
    re.VERBOSE | re.DOTALL,
)

# Escapes are bytes of UTF-8, except \u and \U, which are code points.
_ESCAPE = re.compile(rb"\\(?:[xX]([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SIMPLE_ESCAPES = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}

# What may come between `import` and the path.
_MODIFIERS = ("public", "weak", "option")


def find_imports(source: str) -> list[Import]:
    """Returns the imports of a proto in file order.

    Args:
      source: the text. A leading byte order mark is skipped, as in protoc.
    """
    source = source.removeprefix("\ufeff")
    imports = []
    line, counted = 1, 0
    for statement in _top_level_statements(source):
        if found := _import(statement):
            path, start = found
            line, counted = line + source.count("\n", counted, start), start
            imports.append(Import(path, line))
    return imports


def _top_level_statements(source: str) -> Iterator[list[re.Match[str]]]:
    """Yields the text and string tokens of each statement outside braces, up to the last that may be an import."""
    depth = 0
    statement: list[re.Match[str]] = []
    # Most of a file comes after its imports.
    last = source.rfind("import")
    for token in _TOKEN.finditer(source):
        if token.start() > last and not statement:
            return
        if token["mark"] is None:
            if depth == 0 and token["comment"] is None:
                statement.append(token)
        elif token["mark"] == ";":
            yield statement
            statement = []
        else:
            depth = depth + 1 if token["mark"] == "{" else max(depth - 1, 0)
            statement = []


def _import(statement: list[re.Match[str]]) -> tuple[str, int] | None:
    """Returns the path that a statement imports and the statement's offset, or None if it is not an import."""
    parts = [token for token in statement if token["string"] or not token[0].isspace()]
    words = [word for token in parts if token["text"] for word in token[0].split()]
    strings = [token for token in parts if token["string"]]
    if words[:1] != ["import"] or not (words[1:] == [] or (len(words) == 2 and words[1] in _MODIFIERS)):
        return None
    # Adjacent strings are concatenated; nothing may come between or after them.
    if not strings or any(token["text"] for token in parts[-len(strings) :]) or not all(map(_is_closed, strings)):
        return None
    start = parts[0].start() + parts[0][0].index("import")
    return b"".join(map(_value, strings)).decode("utf-8", "replace"), start


def _is_closed(token: re.Match[str]) -> bool:
    return bool(token["closed"] or token["ended"])


def _value(token: re.Match[str]) -> bytes:
    """Returns the value of a string literal, unquoted and unescaped, in UTF-8."""
    literal = token["double"] or token["single"] or ""
    return _ESCAPE.sub(_unescaped, literal.encode())


def _unescaped(match: re.Match[bytes]) -> bytes:
    hexadecimal, octal, short, long, simple = match.groups()
    if simple is not None:
        return _SIMPLE_ESCAPES.get(simple, simple)
    if short or long:
        return chr(min(int(short or long, 16), 0x10FFFF)).encode("utf-8", "replace")
    return bytes([int(octal, 8) & 0xFF if octal else int(hexadecimal, 16)])
