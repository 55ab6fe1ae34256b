"""From proto files to descriptors, by protoc, with messages that a user can act on."""

import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.comments import use_plain_line_ends
from codegen.diagnostics import errors_of, explain, source_path
from codegen.errors import CodegenError
from codegen.protoc import run_protoc


def compile_protos(
    protos: Mapping[str, str],
    label: str,
    proto_path: Iterable[str],
    importable: Iterable[str],
    source_prefixes: Iterable[tuple[str, str]],
) -> FileDescriptorSet:
    """Returns the descriptors of some protos and of all that they import, with source info, in topological order.

    Args:
      protos: from import path to file.
      label: the proto_library that they are of.
      proto_path: the roots that imports are looked up in.
      importable: the import paths that strict deps allow.
      source_prefixes: see diagnostics.source_path.

    Raises:
      CodegenError: with protoc's message, when they do not compile.
    """
    prefixes = list(source_prefixes)
    for file in protos.values():
        _check_encoding(file, prefixes)
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch, "descriptors.bin")
        status, messages = run_protoc([*_arguments(label, proto_path, importable), f"-o{output}", *protos])
        messages = explain(messages, label, prefixes)
        if status != 0:
            raise CodegenError(f"protoc refuses it\n{errors_of(messages)}")
        if messages:
            print(messages, file=sys.stderr)
        descriptors = FileDescriptorSet.FromString(output.read_bytes())
    use_plain_line_ends(descriptors, protos.keys())
    return descriptors


def _arguments(label: str, proto_path: Iterable[str], importable: Iterable[str]) -> list[str]:
    return [
        *(f"--proto_path={root}" for root in proto_path),
        "--direct_dependencies=" + ":".join(importable),
        "--direct_dependencies_violation_msg="
        + f"%s is imported, but {label} does not depend on it: add the proto_library that has it to deps",
        "--include_imports",
        "--include_source_info",
        # Editions have features that hold for the source alone, and are checked once more with descriptors.
        "--retain_options",
    ]


def _check_encoding(path: str, source_prefixes: list[tuple[str, str]]) -> None:
    try:
        Path(path).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        place = f"{source_path(path, source_prefixes)}:{line}:{column}"
        raise CodegenError(
            f"{place}: not UTF-8: byte 0x{error.object[error.start]:02x}. Save the file as UTF-8."
        ) from error
