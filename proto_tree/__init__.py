"""Reads a folder of `.proto` files, which needs no BUILD files, and groups them into libraries for any language."""


class ProtoTreeError(Exception):
    """The folder cannot be used as is. The text says what is wrong, where, and what to do, in one line."""
