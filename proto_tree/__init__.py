"""Reads a folder of `.proto` files that nobody prepared, and groups them into libraries. It knows no language."""


class ProtoTreeError(Exception):
    """A folder that cannot be used as it is. The text says what is wrong, where, and what to do, in one line."""
