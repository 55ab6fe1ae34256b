"""Errors that end a run with a message instead of a traceback."""

import contextlib
import tempfile
from collections.abc import Iterator


class CodegenError(Exception):
    """An error that the user can fix. The text says what is wrong, where, and how to fix it, in one or two lines.

    `proto` is the import path that the error is about, or "". The message is prefixed with the label of that proto's
    library.
    """

    def __init__(self, text: str, proto: str = "") -> None:
        super().__init__(text)
        self.proto = proto


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


def explain_os_error(error: OSError) -> str:
    """Returns which file failed, why, and what to do, for a disk that is full or not writable."""
    place = error.filename2 or error.filename or tempfile.gettempdir()
    return f"{place}: {error.strerror}. Free some space there, or make it writable."
