"""Turns protoc's messages into ones that a user can act on. Pure functions."""

import re
from collections.abc import Iterable

_LOCATION = re.compile(r"^(?P<path>[^\s:][^:\n]*\.proto)(?=:)", re.MULTILINE)
_FAILED_IMPORT = re.compile(r'Import "[^"]*" was not found or had errors\.$', re.MULTILINE)
_UNDEFINED = re.compile(r'^.*" is not defined\.\n?', re.MULTILINE)
_NOT_FOUND = re.compile(r"^(?P<path>[^\s:][^:\n]*\.proto): File not found\.$", re.MULTILINE)


def explain(messages: str, label: str, source_prefixes: Iterable[tuple[str, str]]) -> str:
    """Returns protoc's messages with the paths of the source tree and the cure where there is one.

    Args:
      messages: protoc's standard error, lines like "common.proto:5:3: Expected field name."
      label: the proto_library that is compiled.
      source_prefixes: see source_path.
    """
    prefixes = list(source_prefixes)
    # One bad import makes every use of its types undefined: dozens of lines that hide the first.
    causes = _UNDEFINED.sub("", messages) if _FAILED_IMPORT.search(messages) else messages
    located = _LOCATION.sub(lambda match: source_path(match["path"], prefixes), causes)
    return _NOT_FOUND.sub(
        lambda match: (
            f"{match['path']}: no dependency of {label} has this file: add the proto_library that has it to deps."
        ),
        located,
    ).rstrip()


def source_path(path: str, prefixes: Iterable[tuple[str, str]]) -> str:
    """Returns the path in the workspace of a file that is compiled from another path.

    Args:
      path: as protoc names it, for example "bazel-out/bin/protos/_virtual_imports/common_proto/common.proto".
      prefixes: pairs of a folder that is compiled from and the folder of the workspace that it stands for, for
        example [("bazel-out/bin/protos/_virtual_imports/common_proto", "protos")].
    """
    for staged, source in prefixes:
        if path.startswith(staged + "/"):
            return f"{source}/{path[len(staged) + 1 :]}".lstrip("/")
    return path
