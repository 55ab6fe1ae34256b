"""Makes sure that all protos of a package can live in one process, and writes the package's `__init__.py`.

Each proto_library is compiled alone, so two that define the same name both build; Python would refuse the second one
at import. One run of protoc over all of them finds it.
"""

import argparse
import sys
from pathlib import Path

from codegen.diagnostics import explain
from codegen.flagfile import expand
from codegen.protoc import run_protoc


def main(argv: list[str]) -> int:
    """Returns 0, or 1 after protoc's message on standard error."""
    parser = argparse.ArgumentParser(prog="package_check", allow_abbrev=False)
    parser.add_argument("--label", required=True, help="the py_grpc_library, for messages")
    parser.add_argument("--proto-path", action="append", default=[], help="a root that imports are looked up in")
    parser.add_argument("--source-prefix", action="append", default=[], nargs=2, metavar=("STAGED", "SOURCE"))
    parser.add_argument("--proto", action="append", default=[], help="the import path of a proto of the package")
    parser.add_argument("--out", required=True, type=Path, help="the __init__.py to write")
    parser.add_argument("--content", required=True, help="its one line")
    parser.add_argument("--warnings", action="append", default=[], type=Path, help="warnings of a library")
    parser.add_argument("--warnings-out", required=True, type=Path, help="the file to gather them in")
    arguments = parser.parse_args(expand(argv))
    roots = [f"--proto_path={root}" for root in arguments.proto_path]
    status, messages = run_protoc([*roots, f"--descriptor_set_out={arguments.out}", *arguments.proto])
    if status != 0:
        reason = explain(messages, arguments.label, arguments.source_prefix)
        print(f"{arguments.label}: its protos do not go together\n{reason}", file=sys.stderr)
        return 1
    arguments.out.write_text(f"{arguments.content}\n", encoding="utf-8")
    gathered = sorted(line for file in arguments.warnings for line in file.read_text(encoding="utf-8").splitlines(True))
    arguments.warnings_out.write_text("".join(gathered), encoding="utf-8")
    return 0
