"""Lets tsc take messages that are too large for it. A pure function.

It follows the flow of a function through some two thousand branches, and ts-proto writes two for each field; beyond
that it refuses the file (TS2563). What it finds in a generated file nobody could mend anyway.
"""

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto

from codegen.typescript.ts_names import types_of
from codegen.typescript.ts_proto import unknown

_MOST_FIELDS = 500
_COMMENT = "/* eslint-disable */\n"
_UNCHECKED = "// @ts-nocheck: a message has too many fields for tsc to follow\n"


def leave_large_unchecked(source: str, file: FileDescriptorProto) -> str:
    """Returns the text of a file that tsc does not look into, where it has a large message; else the same text.

    Raises:
      CodegenError: when the source is not what ts-proto is known to write.
    """
    messages = [name.descriptor for name in types_of(file) if isinstance(name.descriptor, DescriptorProto)]
    if _UNCHECKED in source or all(len(message.field) <= _MOST_FIELDS for message in messages):
        return source
    if _COMMENT not in source:
        raise unknown(file.name, f"no comment {_COMMENT.strip()}")
    return source.replace(_COMMENT, _COMMENT + _UNCHECKED, 1)
