"""Runs protoc plugins that are written in Python inside this process.

A plugin is a program that reads a request from standard input and writes an answer to standard output
(plugin_contract.py). Calling its entry point with both replaced keeps to that contract and saves an interpreter start
for each plugin.
"""

import contextlib
import importlib
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.errors import GeneratorError
from codegen.plugin_contract import request_of, texts_of


class Plugin(NamedTuple):
    """A plugin: its entry point as "module:function", and the parameter it gets."""

    entry_point: str
    parameter: str


def run_plugin(plugin: Plugin, files: Sequence[str], descriptors: FileDescriptorSet) -> dict[str, str]:
    """Runs a plugin and returns what it generates.

    Args:
      plugin: which one.
      files: the import paths to generate for.
      descriptors: those files and all that they import, with source info, in topological order.

    Returns:
      From file name, as the plugin gives it, to content.

    Raises:
      GeneratorError: when the plugin refuses the files or dies. The text says how, in one line.
    """
    with _standard_streams(request_of(files, plugin.parameter, descriptors)) as output:
        try:
            _entry_point(plugin)()
        except SystemExit as error:
            if error.code:
                raise GeneratorError(f"exit status {error.code}") from error
        except Exception as error:
            raise GeneratorError(" ".join(f"{type(error).__name__}: {error}".split())) from error
    return texts_of(output.getvalue(), files, descriptors)


def _entry_point(plugin: Plugin) -> Callable[[], object]:
    module, function = plugin.entry_point.split(":")
    entry_point: Callable[[], object] = getattr(importlib.import_module(module), function)
    return entry_point


@contextlib.contextmanager
def _standard_streams(request: bytes) -> Iterator[io.BytesIO]:
    output = io.BytesIO()
    saved = sys.argv, sys.stdin, sys.stdout
    sys.argv = sys.argv[:1]
    sys.stdin = io.TextIOWrapper(io.BytesIO(request))
    sys.stdout = replaced = io.TextIOWrapper(output)
    try:
        yield output
    finally:
        replaced.flush()
        # Else the wrapper closes the buffer, and what the plugin wrote is gone, when it is collected.
        replaced.detach()
        sys.argv, sys.stdin, sys.stdout = saved
