"""Generates packages from protos that a test spells out, and runs programs that use them."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import grpc_tools
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.language import Generated, Request
from codegen.protoc import run_protoc
from codegen.python import language
from codegen.python.names import output_files

RUNTIME = ["google/protobuf/"]


def compile_protos(folder: Path, protos: dict[str, str]) -> FileDescriptorSet:
    """Writes protos, a mapping from import path to text, to a folder, and returns their descriptors."""
    for name, text in protos.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    well_known = os.path.join(os.path.dirname(str(grpc_tools.__file__)), "_proto")
    output = folder / "descriptors"
    options = [f"-I{folder}", f"-I{well_known}", f"-o{output}", "--include_imports", "--include_source_info"]
    status, messages = run_protoc([*options, *protos])
    assert status == 0, messages
    return FileDescriptorSet.FromString(output.read_bytes())


def request(
    files: Sequence[str],
    descriptors: FileDescriptorSet,
    provided: Sequence[str] = RUNTIME,
    exclude: Sequence[str] = (),
    beside: Mapping[str, Path] = MappingProxyType({}),
    **options: Any,
) -> Request:
    """Returns the request for some files, with default options except those given."""
    outputs = {path: file for file in files for path in output_files(file)}
    values = language.Options(**options)._asdict()
    return Request(files, outputs, descriptors, provided, exclude, beside, None, "", values)


def generate(folder: Path, protos: dict[str, str], files: Sequence[str] = (), **wanted: Any) -> Generated:
    """Returns the generated Python for all protos, or only for `files`; other options are passed to request."""
    return language.generate(request(list(files or protos), compile_protos(folder, protos), **wanted))


def install(files: Mapping[str, str], folder: Path) -> None:
    """Writes files, a mapping from path to text, to a folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def python(folder: Path, code: str) -> list[str]:
    """Runs code in a clean interpreter that sees a folder and the wheels, and returns the words of its output."""
    program = f"import sys; sys.path[:0] = {[str(folder), *sys.path]!r}\n{code}"
    done = subprocess.run([sys.executable, "-I", "-c", program], cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
