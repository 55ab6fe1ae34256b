"""Compiles proto files to descriptors with protoc, and reports errors that a user can act on."""

import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.descriptors import use_plain_line_ends
from codegen.errors import CodegenError, errors_of, explain, source_path
from codegen.protoc import run_protoc

# Pairs of a staged folder and the workspace folder that it stands for (errors.source_path).
Prefixes = Sequence[tuple[str, str]]


def compile_library(
    protos: Mapping[str, str],
    label: str,
    imported: FileDescriptorSet,
    importable: Iterable[str],
    source_prefixes: Prefixes,
) -> FileDescriptorSet:
    """Returns the descriptors of a proto_library's own protos, with source info, in topological order.

    Args:
      protos: from import path to file.
      label: the proto_library's label.
      imported: the interfaces of the protos of its transitive deps (interfaces.py).
      importable: the import paths that strict deps allow.
      source_prefixes: for messages.

    Raises:
      CodegenError: with protoc's message, if they do not compile.
    """
    texts = {proto: _read(proto, file, source_prefixes) for proto, file in protos.items()}
    with tempfile.TemporaryDirectory() as scratch:
        known, output = Path(scratch, "imported.binpb"), Path(scratch, "descriptors.binpb")
        known.write_bytes(imported.SerializeToString())
        # Each file by name: a proto that no dep has is not found, even if it lies beside them.
        arguments = [f"--proto_path={proto}={file}" for proto, file in protos.items()]
        arguments += [f"--descriptor_set_in={known}"] if imported.file else []
        status, messages = run_protoc([*arguments, *_library_options(label, importable), f"-o{output}", *protos])
        messages = explain(messages, label, source_prefixes)
        if status != 0:
            raise CodegenError(f"protoc failed\n{errors_of(messages)}", label=label)
        descriptors = FileDescriptorSet.FromString(output.read_bytes())
    if messages:
        print(messages, file=sys.stderr)
    use_plain_line_ends(descriptors, {proto for proto, text in texts.items() if "\r" in text})
    return descriptors


def _library_options(label: str, importable: Iterable[str]) -> list[str]:
    return [
        "--direct_dependencies=" + ":".join(importable),
        "--direct_dependencies_violation_msg="
        + f"%s is imported, but {label} does not depend on it: add the proto_library that has it to deps",
        "--include_source_info",
        # Editions have source-retention features, which are checked again when protoc reads the descriptors.
        "--retain_options",
    ]


def _read(proto: str, file: str, source_prefixes: Prefixes) -> str:
    """Returns the text of a proto, with its own line ends."""
    try:
        return Path(file).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        place = f"{source_path(file, source_prefixes)}:{line}:{column}"
        byte = error.object[error.start]
        raise CodegenError(f"{place}: not UTF-8: byte 0x{byte:02x}. Save the file as UTF-8.", proto) from error
