"""Writes the files that a package has as a whole, once all of its protos have been compiled together.

Each proto_library is compiled alone, so two that define the same name both build; Python would refuse the second one
at import. One run of protoc over all of them finds it. Then the package's `__init__.py` files and its requirements.txt
are written, and what the libraries had to warn of is gathered.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.diagnostics import explain
from codegen.errors import CodegenError
from codegen.flagfile import expand
from codegen.header import MARKER
from codegen.lazy_exports import exports_of, init_source
from codegen.protoc import run_protoc
from codegen.requirements import check_runtime, read_installed, requirements_of, requirements_text

_INIT = f"{MARKER}. Do not edit.\n"


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Returns the program's arguments."""
    parser = argparse.ArgumentParser(prog="package_files", allow_abbrev=False)
    parser.add_argument("--label", required=True, help="the py_grpc_library, for messages")
    parser.add_argument("--proto-path", action="append", default=[], help="a root that imports are looked up in")
    parser.add_argument("--source-prefix", action="append", default=[], nargs=2, metavar=("STAGED", "SOURCE"))
    parser.add_argument("--proto", action="append", default=[], help="the import path of a proto of the package")
    parser.add_argument("--generated", action="append", default=[], type=Path, help="a file that states its versions")
    parser.add_argument("--runtime-metadata", action="append", default=[], type=Path, help="METADATA of a wheel")
    parser.add_argument("--warnings", action="append", default=[], type=Path, help="warnings of a library")
    parser.add_argument("--warnings-out", required=True, type=Path, help="the file to gather them in")
    parser.add_argument("--lazy-exports", action="store_true", help="hand on what the modules define")
    parser.add_argument("--out", required=True, type=Path, help="the folder of the package")
    parser.add_argument("--folder", action="append", default=[], help='a folder of it: "" or one that ends in a slash')
    return parser.parse_args(expand(argv))


def main(argv: list[str]) -> int:
    """Returns 0, or 1 after a message on standard error."""
    arguments = parse_arguments(argv)
    try:
        texts, warnings = _texts(arguments)
    except CodegenError as error:
        print(f"{arguments.label}: {error}", file=sys.stderr)
        return 1
    for path, text in texts.items():
        (arguments.out / path).parent.mkdir(parents=True, exist_ok=True)
        (arguments.out / path).write_bytes(text.encode("utf-8"))
    arguments.warnings_out.write_bytes("".join(warnings).encode("utf-8"))
    return 0


def _texts(arguments: argparse.Namespace) -> tuple[dict[str, str], list[str]]:
    """Returns the files of the package, from path to text, and all warnings, a line each."""
    descriptors = _compile_together(arguments)
    requirements = requirements_of(path.read_text(encoding="utf-8") for path in arguments.generated)
    check_runtime(requirements, read_installed(path.read_text(encoding="utf-8") for path in arguments.runtime_metadata))
    texts = {folder + "__init__.py": _INIT for folder in arguments.folder}
    texts["requirements.txt"] = requirements_text(_INIT, requirements)
    warnings = _gather(arguments.warnings)
    if arguments.lazy_exports:
        exports, left_out = exports_of(descriptors, arguments.proto)
        texts |= {folder + "__init__.py": init_source(_INIT, names) for folder, names in exports.items()}
        for reason in left_out:
            print(f"warning: {arguments.label}: {reason}", file=sys.stderr)
        warnings += [f"{arguments.label}: {reason}\n" for reason in left_out]
    return texts, warnings


def _compile_together(arguments: argparse.Namespace) -> FileDescriptorSet:
    """Returns the descriptors of all protos and of what they import.

    Raises:
      CodegenError: with protoc's message, when they do not go together.
    """
    roots = [f"--proto_path={root}" for root in arguments.proto_path]
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch, "descriptors.bin")
        status, messages = run_protoc([*roots, "--include_imports", f"-o{output}", *arguments.proto])
        if status != 0:
            reason = explain(messages, arguments.label, arguments.source_prefix)
            raise CodegenError(f"its protos do not go together\n{reason}")
        return FileDescriptorSet.FromString(output.read_bytes())


def _gather(files: Iterable[Path]) -> list[str]:
    return sorted(line for file in files for line in file.read_text(encoding="utf-8").splitlines(keepends=True))
