"""Turns protoc's messages into ones that name files as the user knows them. A pure function."""

import re
from collections.abc import Mapping

_LOCATION = re.compile(r"^(?P<path>[^\s:][^:\n]*\.proto)(?=:)", re.MULTILINE)


def with_source_paths(messages: str, sources: Mapping[str, str]) -> str:
    """Returns protoc's messages with the paths of the source tree.

    protoc knows a file by the path it is imported by; an editor needs the one it lies at.

    Args:
      messages: protoc's standard error, lines like "common.proto:5:3: Expected field name."
      sources: from import path to the path in the workspace, for example {"common.proto": "protos/common.proto"}.
    """
    return _LOCATION.sub(lambda match: sources.get(match["path"], match["path"]), messages)
