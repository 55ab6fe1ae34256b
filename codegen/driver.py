"""The program of a py_grpc action: from the protos of one proto_library to their importable Python, in one process.

.proto ── protoc ──► _pb2.py, _pb2_grpc.py ─┐
            └─ descriptors ── mypy-protobuf ──► _pb2.pyi, _pb2_grpc.pyi ─┴─► relative imports ─► check ─► header
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Set
from pathlib import Path

from codegen.diagnostics import explain, source_path
from codegen.errors import CodegenError
from codegen.flagfile import expand
from codegen.header import add_header
from codegen.import_check import check_imports
from codegen.import_fix import fix_imports
from codegen.module_name import use_module_name
from codegen.names import is_provided, module_of_file, modules_of, output_files
from codegen.protoc import run_protoc


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Returns the driver's arguments."""
    parser = argparse.ArgumentParser(prog="codegen", allow_abbrev=False)
    parser.add_argument("--label", required=True, help="the proto_library, for messages")
    parser.add_argument("--out", required=True, type=Path, help="the folder to write the package tree to")
    parser.add_argument("--proto-path", action="append", default=[], help="a root that imports are looked up in")
    parser.add_argument("--importable", action="append", default=[], help="an import path that strict deps allow")
    parser.add_argument("--provided", action="append", default=[], help="an import path prefix that is installed")
    parser.add_argument(
        "--proto", action="append", default=[], nargs=2, metavar=("IMPORT_PATH", "FILE"), help="one to generate"
    )
    parser.add_argument(
        "--source-prefix", action="append", default=[], nargs=2, metavar=("STAGED", "SOURCE"), help="for messages"
    )
    return parser.parse_args(expand(argv))


def main(argv: list[str]) -> int:
    """Generates the files of one proto_library. Returns 0, or 1 after a message on standard error."""
    arguments = parse_arguments(argv)
    try:
        generate(arguments)
    except CodegenError as error:
        print(f"{arguments.label}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        place = error.filename2 or error.filename or tempfile.gettempdir()
        print(f"{arguments.label}: {place}: {error.strerror}. Make room and write access there.", file=sys.stderr)
        return 1
    return 0


def generate(arguments: argparse.Namespace) -> None:
    """Compiles, fixes and only then writes: when anything fails, nothing is written."""
    protos = dict(arguments.proto)
    for path in protos.values():
        _check_encoding(path, arguments.source_prefix)
    with tempfile.TemporaryDirectory() as scratch:
        _compile(arguments, list(protos), Path(scratch))
        files, tree = _generated(list(protos), Path(scratch))
    siblings = frozenset(
        module for path in tree if not is_provided(path, arguments.provided) for module in modules_of(path)
    )
    finished = {
        path: finish(source, path, import_path, siblings, arguments.provided)
        for path, (import_path, source) in files.items()
    }
    for path, source in finished.items():
        _write(arguments.out / path, source)


def finish(source: str, path: str, import_path: str, siblings: Set[str], provided: Iterable[str]) -> str:
    """Returns a generated file as it is shipped.

    Args:
      source: the text as the generator wrote it.
      path: where it lies below the root of the package, for example "a/b_pb2.py".
      import_path: the proto it comes from, for example "a/b.proto".
      siblings: the dotted names of all modules of the package tree.
      provided: import path prefixes that installed packages bring, for example ["google/protobuf/"].
    """
    fixed = fix_imports(source, module_of_file(path), siblings)
    if path.endswith("_pb2.py"):
        fixed = use_module_name(fixed, path)
    check_imports(fixed, path, siblings, [prefix.strip("/").replace("/", ".") for prefix in provided])
    return add_header(fixed, import_path, _tools())


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


def _compile(arguments: argparse.Namespace, import_paths: list[str], scratch: Path) -> None:
    status, messages = run_protoc(
        [
            *(f"--proto_path={root}" for root in arguments.proto_path),
            "--direct_dependencies=" + ":".join(arguments.importable),
            f"--direct_dependencies_violation_msg=%s is imported, but {arguments.label} does not depend on it: "
            "add the proto_library that has it to deps",
            f"--python_out={scratch}",
            f"--grpc_python_out={scratch}",
            f"--descriptor_set_out={scratch / 'descriptors.bin'}",
            "--include_imports",
            "--include_source_info",
            *import_paths,
        ]
    )
    messages = explain(messages, arguments.label, arguments.source_prefix)
    if status != 0:
        raise CodegenError(f"protoc refuses it\n{messages}")
    if messages:
        print(messages, file=sys.stderr)


def _generated(import_paths: list[str], scratch: Path) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Returns (from path below the package to proto and text, the import paths of the whole tree)."""
    from google.protobuf.descriptor_pb2 import FileDescriptorSet

    from codegen.type_stubs import type_stubs

    descriptors = FileDescriptorSet.FromString((scratch / "descriptors.bin").read_bytes())
    stubs = type_stubs(import_paths, descriptors)
    files = {}
    for import_path in import_paths:
        for path in output_files(import_path):
            text = stubs[path] if path.endswith(".pyi") else (scratch / path).read_bytes().decode("utf-8")
            files[path] = (import_path, text)
    return files, [file.name for file in descriptors.file]


def _tools() -> str:
    from grpc_tools.grpc_version import VERSION

    from codegen.type_stubs import GENERATOR

    return f"grpcio-tools {VERSION}, {GENERATOR}"


def _write(path: Path, source: str) -> None:
    os.makedirs(path.parent, exist_ok=True)
    path.write_bytes(source.encode("utf-8"))
