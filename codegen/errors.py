"""The one exception that ends a run with a message instead of a traceback."""


class CodegenError(Exception):
    """Something the user can mend. The text says what is wrong, where, and what to do, in one or two lines."""
