"""The program of a py_grpc action: from the protos of one proto_library to their importable Python, in one process.

.proto ─ protoc ─► descriptors ─┬─ protoc ──────────────────────► _pb2.py ──────┬─► relative imports ─► check ─► header
                                └─ legal names ─┬─ protoc (gRPC) ► _pb2_grpc.py ┤
                                                └─ mypy-protobuf ► both .pyi ───┘
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from codegen.compiler import compile_protos
from codegen.errors import CodegenError
from codegen.flagfile import expand
from codegen.package import Package, generate_package


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Returns the driver's arguments."""
    parser = argparse.ArgumentParser(prog="codegen", allow_abbrev=False)
    parser.add_argument("--label", required=True, help="the proto_library, for messages")
    parser.add_argument("--out", required=True, type=Path, help="the folder to write the package tree to")
    parser.add_argument("--warnings", required=True, type=Path, help="the file to write warnings to, one a line")
    parser.add_argument("--proto-path", action="append", default=[], help="a root that imports are looked up in")
    parser.add_argument("--importable", action="append", default=[], help="an import path that strict deps allow")
    parser.add_argument("--provided", action="append", default=[], help="an import path prefix that is installed")
    parser.add_argument("--exclude", action="append", default=[], help="an import path, or a prefix, to leave out")
    parser.add_argument("--descriptor-prefix", default="", help="goes before the names of files in descriptors")
    parser.add_argument("--type-stubs", default="mypy-protobuf", help="who writes the type stubs of messages")
    parser.add_argument("--concrete-servicers", action="store_true", help="a servicer may leave methods out")
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
    package = Package(
        provided=arguments.provided,
        exclude=arguments.exclude,
        descriptor_prefix=arguments.descriptor_prefix,
        type_stubs=arguments.type_stubs,
        concrete_servicers=arguments.concrete_servicers,
    )
    protos = dict(arguments.proto)
    descriptors = compile_protos(
        protos, arguments.label, arguments.proto_path, arguments.importable, arguments.source_prefix
    )
    files, warnings = generate_package(list(protos), descriptors, package)
    warnings = [f"{arguments.label}: {warning}" for warning in warnings]
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    for path, source in files.items():
        _write(arguments.out / path, source)
    _write(arguments.warnings, "".join(warning + "\n" for warning in warnings))


def _write(path: Path, source: str) -> None:
    os.makedirs(path.parent, exist_ok=True)
    path.write_bytes(source.encode("utf-8"))
