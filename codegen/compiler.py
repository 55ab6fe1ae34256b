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
    proto_path: Iterable[str],
    importable: Iterable[str],
    source_prefixes: Prefixes,
) -> FileDescriptorSet:
    """Returns the descriptors of a proto_library and its transitive imports, with source info, in topological order.

    Args:
      protos: from import path to file.
      label: the proto_library's label.
      proto_path: the roots to resolve imports in.
      importable: the import paths that strict deps allow.
      source_prefixes: for messages.

    Raises:
      CodegenError: with protoc's message, if they do not compile.
    """
    for proto, file in protos.items():
        _check_encoding(proto, file, source_prefixes)
    status, messages, output = _compile(protos, proto_path, _library_options(label, importable))
    messages = explain(messages, label, source_prefixes)
    if status != 0:
        raise CodegenError(f"protoc failed\n{errors_of(messages)}", label=label)
    if messages:
        print(messages, file=sys.stderr)
    descriptors = FileDescriptorSet.FromString(output)
    use_plain_line_ends(descriptors, protos.keys())
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


def compile_together(
    protos: Iterable[str], label: str, proto_path: Iterable[str], source_prefixes: Prefixes
) -> FileDescriptorSet:
    """Returns the descriptors of all protos of a package and their transitive imports.

    Each proto_library is compiled alone, so two that define the same name both build. Most languages would reject the
    second one at import.

    Args:
      protos: import paths.
      label: the package's label.
      proto_path: the roots to resolve them in.
      source_prefixes: for messages.

    Raises:
      CodegenError: with protoc's message, if they collide.
    """
    status, messages, output = _compile(protos, proto_path, [])
    if status != 0:
        raise CodegenError(f"its protos conflict\n{explain(messages, label, source_prefixes)}")
    return FileDescriptorSet.FromString(output)


def _compile(protos: Iterable[str], proto_path: Iterable[str], options: Iterable[str]) -> tuple[int, str, bytes]:
    """Returns protoc's exit status, its standard error, and the serialized descriptors."""
    roots = [f"--proto_path={root}" for root in proto_path]
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch, "descriptors.bin")
        status, messages = run_protoc([*roots, *options, "--include_imports", f"-o{output}", *protos])
        return status, messages, output.read_bytes() if status == 0 else b""


def _check_encoding(proto: str, file: str, source_prefixes: Prefixes) -> None:
    try:
        Path(file).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        place = f"{source_path(file, source_prefixes)}:{line}:{column}"
        byte = error.object[error.start]
        raise CodegenError(f"{place}: not UTF-8: byte 0x{byte:02x}. Save the file as UTF-8.", proto) from error
