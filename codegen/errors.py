"""Errors that end a run with a message instead of a traceback, and protoc's messages, rewritten to be acted on."""

import contextlib
import errno
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_LOCATION = re.compile(r"^(?P<path>[^\s:][^:\n]*\.proto)(?=:)", re.MULTILINE)
_FAILED_IMPORT = re.compile(r'Import "[^"]*" was not found or had errors\.$', re.MULTILINE)
_UNDEFINED = re.compile(r'^.*" is not defined\.\n?', re.MULTILINE)
_DEFINED_TWICE = re.compile(
    r'^(?P<path>[^\s:][^:\n]*\.proto)[:\d]*: "[^"]*" (?:is already|seems to be) defined in (?:file )?"(?P<other>[^"]*)"'
)
# The prefix of protoc's log lines, for example "W0000 00:00:1795570228.072893       2 parser.cc:659] No edition or
# syntax…", and the line that it prints before the first of them.
_LOGGED = re.compile(r"^[IWEF]\d{4} [\d:.]+ +\d+ \S+\.cc:\d+\] ", re.MULTILINE)
_BEFORE_LOGGED = re.compile(r"^WARNING: All log messages before absl::InitializeLog\(\) .*\n", re.MULTILINE)
_WARNING = re.compile(
    r"^(?:[^\s:][^:\n]*\.proto:[\d:]* warning: |No edition or syntax specified for the proto file: ).*\n?", re.MULTILINE
)
_NOTE = re.compile(r"^[^\s:][^:\n]*\.proto[:\d]*: Note that ")
_NOT_FOUND = re.compile(r"^(?P<path>[^\s:][^:\n]*\.proto): File not found\.$", re.MULTILINE)


class CodegenError(Exception):
    """An error that the user can fix. The text says what is wrong, where, and how to fix it, in one or two lines.

    `proto` is the import path that the error is about, or "". `label` is the library that it is about, or "": the
    library of the proto. The message is prefixed with that label.
    """

    def __init__(self, text: str, proto: str = "", label: str = "") -> None:
        super().__init__(text)
        self.proto = proto
        self.label = label


class GeneratorError(CodegenError):
    """A generator rejected a file, crashed on it, or wrote invalid Python. Another generator may succeed."""


@contextlib.contextmanager
def about(proto: str) -> Iterator[None]:
    """Sets the proto of errors that the block raises without one."""
    try:
        yield
    except CodegenError as error:
        error.proto = error.proto or proto
        raise


def report(run: Callable[[], int | None], label: str, owners: Mapping[str, str] | None = None) -> int:
    """Calls a function, and prints its error with a label if it fails with one that the user can fix.

    Args:
      run: the function.
      label: what it works on.
      owners: the labels of protos that errors may be about, by import path.

    Returns:
      What the function returns, by default 0, or 1 after printing an error.
    """
    try:
        return run() or 0
    except CodegenError as error:
        print(f"{error.label or (owners or {}).get(error.proto, label)}: {error}", file=sys.stderr)
    except OSError as error:
        print(f"{label}: {explain_os_error(error)}", file=sys.stderr)
    return 1


_SPACE_OR_RIGHTS = "Free some space there, or make it writable."
_FIXES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "Free some space there."),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "Change its permissions."),
    **dict.fromkeys((errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY), "Delete or rename it."),
    errno.ENOENT: "If something removed it, build again.",
}


def explain_os_error(error: OSError) -> str:
    """Returns which file failed, why, and what to do."""
    place = error.filename2 or error.filename
    if place:
        return f"{place}: {error.strerror}. {_FIXES.get(error.errno or 0, 'Fix that, and build again.')}"
    # A failed write does not say to which file. Nor does tempfile if it finds no folder to use.
    return f"{tempfile.tempdir or 'temporary files'}: {error.strerror}. {_SPACE_OR_RIGHTS}"


def explain(messages: str, label: str, source_prefixes: Sequence[tuple[str, str]]) -> str:
    """Returns protoc's messages with paths in the source tree, and with a fix where one is known.

    Args:
      messages: protoc's standard error, lines like "common.proto:5:3: Expected field name."
      label: the proto_library being compiled.
      source_prefixes: see source_path.
    """
    # One bad import makes every use of its types undefined: dozens of lines that bury the first.
    plain = _LOGGED.sub("", _BEFORE_LOGGED.sub("", messages))
    causes = _UNDEFINED.sub("", plain) if _FAILED_IMPORT.search(plain) else plain
    located = _LOCATION.sub(lambda match: source_path(match["path"], source_prefixes), _first_of_each_pair(causes))
    return _NOT_FOUND.sub(
        lambda match: (
            f"{match['path']}: no dependency of {label} has this file: add the proto_library that has it to deps."
        ),
        located,
    ).rstrip()


def errors_of(messages: str) -> str:
    """Removes warnings from explain's output for a failed compilation: they bury the cause."""
    return _WARNING.sub("", messages).rstrip() or messages


def _first_of_each_pair(messages: str) -> str:
    """Keeps one message per pair of files with duplicate definitions: a copied file causes dozens."""
    seen: set[tuple[str, str]] = set()
    kept = []
    was_kept = True
    for line in messages.splitlines(keepends=True):
        if match := _DEFINED_TWICE.match(line):
            pair = (match["path"], match["other"])
            was_kept = pair not in seen
            seen.add(pair)
        elif not _NOTE.match(line):
            was_kept = True
        if was_kept:
            kept.append(line)
    return "".join(kept)


def source_path(path: str, prefixes: Iterable[tuple[str, str]]) -> str:
    """Returns the workspace path of a file that protoc compiles from a staged path.

    Args:
      path: as protoc prints it, for example "bazel-out/bin/protos/_virtual_imports/common_proto/common.proto".
      prefixes: pairs of a staged folder and the workspace folder that it stands for, for example
        [("bazel-out/bin/protos/_virtual_imports/common_proto", "protos")].
    """
    for staged, source in prefixes:
        if path.startswith(staged + "/"):
            return f"{source}/{path[len(staged) + 1 :]}".lstrip("/")
    return path
