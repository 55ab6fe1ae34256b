"""Finds the messages of shell scripts. A pure function.

A message is one string that `echo` or `printf` gives to standard error, `echo "…" >&2`, or a here-document that `cat`
does. A function that does it with its first argument says what it is called with. Other ways to say something are an
error: `exec >&2`, `${x:?…}`, /dev/stderr, a here-string, and an `echo` that only hands on what a variable holds.
"""

import re
from collections.abc import Iterator, Mapping

from tests.messages.said import Said, UnreadableError, is_own, one_line

_TO_ERROR = re.compile(r">\s*&\s*2")
_ANOTHER_WAY = re.compile(
    r"/dev/(?:stderr|fd/2)|\bexec\s+\d*>\s*&\s*2|\$\{!?\w+(?:\[[^]]*\])?:?\?|<<<.*>\s*&\s*2|>\s*&\s*2.*<<<"
)
_HANDS_ON = re.compile(r"(?:\{[^{}]*\}|%s|\s)*")
_STRING = r"""(?P<string>"(?:[^"\\$]|\\.|\$\([^()]*\)|\$\{[^{}]*\}|\$)*"|'[^']*')"""
_ECHO = re.compile(rf"\b(?:echo|printf)\s+{_STRING}[^\"';|&]*>&2")
_DOCUMENT = re.compile(r"\bcat\b.*<<-?\s*['\"]?(?P<end>\w+)")
_FUNCTION = re.compile(r"^(?P<name>\w+)\(\)\s*[{(]")
# \$ and other signs that are meant, $(command), ${name##*/}, $name, $1
_SPECIAL = re.compile(r"\\(?P<sign>[\\\"$`])|\\n|\$\([^()]*\)|\$\{!?(?P<braced>\w+)[^{}]*\}|\$(?P<bare>\w+|[?@*#])")


def shell_messages(sources: Mapping[str, str]) -> list[Said]:
    """Returns the messages of shell scripts.

    Args:
      sources: from path to text.

    Raises:
      UnreadableError: when something is said in another way.
    """
    return [said for path, text in sources.items() for said in _messages(path, text)]


def _messages(path: str, source: str) -> list[Said]:
    lines = _logical_lines(source)
    said = []
    sayers: dict[str, str] = {}
    function = ""
    for number, line, document in lines:
        if match := _FUNCTION.match(line):
            function = match["name"]
        for text in _to_standard_error(path, number, line, document):
            if "{1}" in text and function:
                sayers[function] = text
            else:
                said.append(Said(path, number, text))
        if re.search(r"(?:^|;\s*)[})]\s*$", line):
            function = ""
    said += [Said(path, number, text) for number, line, _ in lines for text in _calls(line, sayers)]
    return sorted((message for message in said if is_own(message.text)), key=lambda message: message.line)


def _calls(line: str, sayers: Mapping[str, str]) -> Iterator[str]:
    """Yields what a line says by functions that say their first argument: from name to what they make of it."""
    for name, template in sayers.items():
        for call in re.finditer(rf"(?<![\w./-]){name}\s+{_STRING}", line):
            yield one_line(template.replace("{1}", _text(call["string"])))


def _logical_lines(source: str) -> list[tuple[int, str, str]]:
    """Returns the lines that are code: number, text with continuations, and the here-document that follows."""
    found = []
    lines = iter(enumerate(source.splitlines(), 1))
    for number, line in lines:
        if line.lstrip().startswith("#"):
            continue
        while line.endswith("\\"):
            line = line[:-1] + next(lines, (0, ""))[1].lstrip()
        document = []
        if match := _DOCUMENT.search(line):
            for _, text in lines:
                if text.strip() == match["end"]:
                    break
                document.append(text)
        found.append((number, line, "\n".join(document)))
    return found


def _to_standard_error(path: str, number: int, line: str, document: str) -> Iterator[str]:
    # What `<(…)` gives goes to a program.
    line = re.sub(r"<\([^()]*\)", "", line)
    if _ANOTHER_WAY.search(line):
        raise _unreadable(path, number)
    if not _TO_ERROR.search(line):
        return
    if document:
        yield one_line(_with_names(document))
        return
    texts = [_text(echo["string"]) for echo in _ECHO.finditer(line)]
    yield from texts
    # What other programs say is theirs, `cat "$log" >&2` for one.
    rest = _ECHO.sub("", line)
    if _TO_ERROR.search(rest) and re.search(r"\b(?:echo|printf)\b|^\s*(?:\}|done|fi)", rest):
        raise _unreadable(path, number)
    if any(_HANDS_ON.fullmatch(text) for text in texts):
        raise _unreadable(path, number)


def _unreadable(path: str, number: int) -> UnreadableError:
    return UnreadableError(f'{path}:{number}: this says something in another way than: echo "…" >&2. Write it so.')


def _text(string: str) -> str:
    """Returns a quoted string as the table has it."""
    return one_line(string[1:-1].replace("\\n", " ") if string.startswith("'") else _with_names(string[1:-1]))


def _with_names(text: str) -> str:
    return _SPECIAL.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    if match[0] == "\\n":
        return " "
    return match["sign"] or "{" + (match["braced"] or match["bare"] or "text") + "}"
