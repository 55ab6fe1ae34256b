"""Runs the generators that protoc has built in, on descriptors."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.errors import GeneratorError
from codegen.protoc import run_protoc
from codegen.python.names import protoc_files


def run_generator(option: str, files: Sequence[str], descriptors: FileDescriptorSet, kind: int) -> dict[str, str]:
    """Returns what a generator writes, by import path.

    Args:
      option: protoc's option for it, for example "--python_out".
      files: the import paths to generate for.
      descriptors: those files and all that they import, in topological order.
      kind: which of the files that it writes for a proto, a place in names.protoc_files.

    Raises:
      GeneratorError: when it refuses a file, with protoc's words in one line.
    """
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "descriptors.bin")
        source.write_bytes(descriptors.SerializeToString())
        status, messages = run_protoc([f"--descriptor_set_in={source}", f"{option}={scratch}", *files])
        if status != 0:
            # The scratch folder has another name each time.
            raise GeneratorError(" ".join(messages.replace(scratch, "").split()))
        return {file: Path(scratch, protoc_files(file)[kind]).read_bytes().decode("utf-8") for file in files}
