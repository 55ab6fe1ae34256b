"""Errors that end a run with a message instead of a traceback."""

import contextlib
import tempfile
from collections.abc import Iterator


class CodegenError(Exception):
    """Something that the user can fix. The text says what is wrong, where, and how to fix it, in one or two lines.

    `proto` is the import path that it is about, "" when it is about none: the label in front of the message is that of
    the proto_library that has it.
    """

    def __init__(self, text: str, proto: str = "") -> None:
        super().__init__(text)
        self.proto = proto


class GeneratorError(CodegenError):
    """A generator refused a file, crashed on it, or wrote something that is not Python. Another one may do better."""


@contextlib.contextmanager
def about(proto: str) -> Iterator[None]:
    """Has errors of the block that name no proto be about this one."""
    try:
        yield
    except CodegenError as error:
        error.proto = error.proto or proto
        raise


def explain_os_error(error: OSError) -> str:
    """Returns what is wrong with which file, and what to do, when a disk is full or cannot be written to."""
    place = error.filename2 or error.filename or tempfile.gettempdir()
    return f"{place}: {error.strerror}. Make room and write access there."
