"""What ends a run with a message instead of a traceback."""


class ProtoTreeError(Exception):
    """A folder that cannot be used as it is. The text says what is wrong, where, and what to do, in one line."""

