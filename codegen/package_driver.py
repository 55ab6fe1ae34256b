"""The program of a package action: writes the files that a package has as a whole, once all of its protos fit together.

Each proto_library is compiled alone, so two that define the same name both build; most languages would refuse the
second one at import. One run of protoc over all of them finds it. Then the language writes the files of the package,
and what the libraries had to warn of is gathered.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.diagnostics import explain
from codegen.errors import CodegenError, explain_os_error
from codegen.flagfile import expand
from codegen.header import package_header
from codegen.language import Language, PackageRequest, find_language
from codegen.output import say, write_files, write_warnings
from codegen.protoc import run_protoc


def parse_arguments(argv: list[str], language: Language) -> argparse.Namespace:
    """Returns the program's arguments, and those of the language."""
    parser = argparse.ArgumentParser(prog="package_driver", allow_abbrev=False)
    parser.add_argument("--language", required=True, help="the module of the language")
    parser.add_argument("--marker", required=True, help="how the first line of a generated file begins")
    parser.add_argument("--label", required=True, help="the rule that makes the package, for messages")
    parser.add_argument("--proto-path", action="append", default=[], help="a root that imports are looked up in")
    parser.add_argument("--source-prefix", action="append", default=[], nargs=2, metavar=("STAGED", "SOURCE"))
    parser.add_argument("--proto", action="append", default=[], help="the import path of a proto of the package")
    parser.add_argument("--generated", action="append", default=[], type=Path, help="a file that one of them became")
    parser.add_argument("--warnings", action="append", default=[], type=Path, help="warnings of a library")
    parser.add_argument("--warnings-out", required=True, type=Path, help="the file to gather them in")
    parser.add_argument("--root", required=True, help="the file that marks the top of a package")
    parser.add_argument("--out", required=True, type=Path, help="the folder of the package")
    language.add_package_arguments(parser)
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Returns 0, or 1 after a message on standard error."""
    expanded = expand(argv)
    language = find_language(expanded)
    arguments = parse_arguments(expanded, language)
    try:
        _put_together(arguments, language)
    except CodegenError as error:
        print(f"{arguments.label}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{arguments.label}: {explain_os_error(error)}", file=sys.stderr)
        return 1
    return 0


def _put_together(arguments: argparse.Namespace, language: Language) -> None:
    request = PackageRequest(
        files=arguments.proto,
        root=arguments.root,
        descriptors=_compile_together(arguments),
        header=package_header(arguments.marker),
    )
    texts, warnings = language.package_texts(request, arguments)
    said = [f"{arguments.label}: {warning}" for warning in warnings]
    say(said)
    write_files(arguments.out, texts)
    write_warnings(arguments.warnings_out, _gather(arguments.warnings) + said)


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
    return sorted(line for file in files for line in file.read_text(encoding="utf-8").splitlines())
