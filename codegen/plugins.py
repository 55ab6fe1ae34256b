"""Runs protoc plugins that are written in Python inside this process.

A plugin is a program that reads a CodeGeneratorRequest from standard input and writes a CodeGeneratorResponse to
standard output (https://protobuf.dev/reference/other/#plugins). Calling its entry point with both replaced keeps to
that contract and saves an interpreter start for each plugin.
"""

import contextlib
import importlib
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from google.protobuf.compiler import plugin_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.errors import GeneratorError


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
    request = plugin_pb2.CodeGeneratorRequest(
        file_to_generate=files, parameter=plugin.parameter, proto_file=descriptors.file
    )
    with _standard_streams(request.SerializeToString()) as output:
        try:
            _entry_point(plugin)()
        except SystemExit as error:
            if error.code:
                raise GeneratorError(f"exit status {error.code}") from error
        except Exception as error:
            raise GeneratorError(" ".join(f"{type(error).__name__}: {error}".split())) from error
    response = plugin_pb2.CodeGeneratorResponse.FromString(output.getvalue())
    if response.error:
        raise GeneratorError(" ".join(response.error.split()))
    return {file.name: file.content for file in response.file}


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
