"""The exceptions that end a run with a message instead of a traceback."""


class CodegenError(Exception):
    """Something the user can mend. The text says what is wrong, where, and what to do, in one or two lines."""


class GeneratorError(CodegenError):
    """A generator refused a file, died of it, or wrote something that is not Python: another one may do better."""
