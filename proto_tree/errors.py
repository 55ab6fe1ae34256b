"""What ends a run with a message instead of a traceback."""


class ProtoTreeError(Exception):
    """A folder that cannot be used as it is. The text says what is wrong, where, and what to do, in one line."""


class Cure(str):
    """The end of an error's text, what to do, where it is worded elsewhere. tests/messages/ looks for it."""
