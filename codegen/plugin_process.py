"""Runs protoc plugins that are programs."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.errors import CodegenError, GeneratorError
from codegen.plugin_contract import request_of, texts_of

# "RangeError: …", "Error [ERR_MODULE_NOT_FOUND]: …"
_ERROR = re.compile(r"\w*(Error|Exception)( \[\w+\])?:")


def run_plugin_process(
    plugin: Path, parameter: str, files: Sequence[str], descriptors: FileDescriptorSet
) -> dict[str, str]:
    """Runs a plugin and returns what it generates.

    Args:
      plugin: the program.
      parameter: what it is told.
      files: the import paths to generate for.
      descriptors: those files and all that they import, with source info, in topological order.

    Returns:
      From file name, as the plugin gives it, to content.

    Raises:
      CodegenError: when the plugin refuses a file or dies, with the first file of which it does, and how.
    """
    try:
        return _run(plugin, parameter, files, descriptors)
    except GeneratorError as error:
        for file in files if len(files) > 1 else ():
            run_plugin_process(plugin, parameter, [file], descriptors)
        raise CodegenError(
            f"{', '.join(files)}: {plugin.name} cannot do it: {error}. "
            "Change the proto, leave it out with exclude, or take another plugin."
        ) from error


def _run(plugin: Path, parameter: str, files: Sequence[str], descriptors: FileDescriptorSet) -> dict[str, str]:
    request = request_of(files, parameter, descriptors)
    try:
        result = subprocess.run([plugin.absolute()], input=request, capture_output=True, check=False)
    except OSError as error:
        raise CodegenError(f"{plugin} cannot be started: {error.strerror}. Mend the toolchain's plugin.") from error
    if result.returncode != 0:
        raise GeneratorError(_death(result.returncode, result.stderr.decode("utf-8", "replace")))
    return texts_of(result.stdout, files, descriptors)


def _death(status: int, said: str) -> str:
    """Returns how a program ended, with the line of its standard error that says most, in one line."""
    how = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    # Node and Python name the error in a line of its own, between a trace and the version of the program.
    errors = [line for line in lines if _ERROR.match(line)]
    last = (errors or lines)[-1:]
    return ": ".join([how, *last]).rstrip(".")
