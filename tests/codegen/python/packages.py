"""Packages out of protos that a test spells out, and programs that use them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import grpc_tools
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.protoc import run_protoc
from codegen.python.package import Package, generate_package

RUNTIME = ["google/protobuf/"]


def compile_protos(folder: Path, protos: dict[str, str]) -> FileDescriptorSet:
    """Writes protos, from import path to text, to a folder, and returns their descriptors."""
    for name, text in protos.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    well_known = os.path.join(os.path.dirname(str(grpc_tools.__file__)), "_proto")
    output = folder / "descriptors"
    options = [f"-I{folder}", f"-I{well_known}", f"-o{output}", "--include_imports", "--include_source_info"]
    status, messages = run_protoc([*options, *protos])
    assert status == 0, messages
    return FileDescriptorSet.FromString(output.read_bytes())


def generate(
    folder: Path, protos: dict[str, str], package: Package | None = None, files: Sequence[str] = ()
) -> tuple[dict[str, str], list[str]]:
    """Returns the files and the warnings of generate_package, for all protos unless `files` says for which."""
    return generate_package(list(files or protos), compile_protos(folder, protos), package or Package(RUNTIME))


def install(files: dict[str, str], folder: Path) -> None:
    """Writes files, from path to text, to a folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def python(folder: Path, code: str) -> list[str]:
    """Runs code in a clean interpreter that sees a folder and the wheels, and returns the words that it prints."""
    program = f"import sys; sys.path[:0] = {[str(folder), *sys.path]!r}\n{code}"
    done = subprocess.run([sys.executable, "-I", "-c", program], cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
