"""Descriptors of protos that a test spells out."""

import os
from pathlib import Path

import grpc_tools
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.protoc import run_protoc


def compile_protos(folder: Path, **protos: str) -> FileDescriptorSet:
    """Returns the descriptors of protos, from names without ".proto" to texts, and of all that they import."""
    for name, text in protos.items():
        (folder / f"{name}.proto").write_text(text)
    well_known = os.path.join(os.path.dirname(str(grpc_tools.__file__)), "_proto")
    output = folder / "descriptors"
    options = [f"-I{folder}", f"-I{well_known}", f"-o{output}", "--include_imports"]
    status, messages = run_protoc([*options, *(f"{name}.proto" for name in protos)])
    assert status == 0, messages
    return FileDescriptorSet.FromString(output.read_bytes())
