"""What a run ends with instead of a traceback, and what it has to say besides."""

import tempfile


class CodegenError(Exception):
    """Something the user can mend. The text says what is wrong, where, and what to do, in one or two lines.

    `label` is the target that it is about, where that is known better than by the protos that the text names.
    """

    label = ""


class GeneratorError(CodegenError):
    """A generator refused a file, died of it, or wrote something that is not Python: another one may do better."""


def explain_os_error(error: OSError) -> str:
    """Returns what is wrong with which file, and what to do, for a disk that is full or may not be written to."""
    place = error.filename2 or error.filename or tempfile.gettempdir()
    return f"{place}: {error.strerror}. Make room and write access there."
