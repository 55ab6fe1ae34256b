"""The program of a generate action: from the protos of one proto_library to the files of one language, in one process.

.proto ─ protoc ─► descriptors ─ the language ─► texts ─► all that were declared, no others ─► header
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from codegen.compiler import compile_protos
from codegen.errors import CodegenError
from codegen.flagfile import expand
from codegen.header import add_header
from codegen.import_paths import check_excluded
from codegen.language import Generated, Language, Request, find_language


def parse_arguments(argv: list[str], language: Language) -> argparse.Namespace:
    """Returns the driver's arguments, and those of the language."""
    parser = argparse.ArgumentParser(prog="codegen", allow_abbrev=False)
    parser.add_argument("--language", required=True, help="the module of the language")
    parser.add_argument("--marker", required=True, help="how the first line of a generated file begins")
    parser.add_argument("--label", required=True, help="the proto_library, for messages")
    parser.add_argument("--out", required=True, type=Path, help="the folder to write the package tree to")
    parser.add_argument("--warnings", required=True, type=Path, help="the file to write warnings to, one a line")
    parser.add_argument("--proto-path", action="append", default=[], help="a root that imports are looked up in")
    parser.add_argument("--importable", action="append", default=[], help="an import path that strict deps allow")
    parser.add_argument("--provided", action="append", default=[], help="an import path prefix that is installed")
    parser.add_argument("--exclude", action="append", default=[], help="an import path, or a prefix, to leave out")
    parser.add_argument(
        "--proto", action="append", default=[], nargs=2, metavar=("IMPORT_PATH", "FILE"), help="one to generate"
    )
    parser.add_argument(
        "--output", action="append", default=[], nargs=2, metavar=("PATH", "IMPORT_PATH"), help="a file that it becomes"
    )
    parser.add_argument(
        "--source-prefix", action="append", default=[], nargs=2, metavar=("STAGED", "SOURCE"), help="for messages"
    )
    language.add_arguments(parser)
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Generates the files of one proto_library. Returns 0, or 1 after a message on standard error."""
    expanded = expand(argv)
    language = find_language(expanded)
    arguments = parse_arguments(expanded, language)
    try:
        generate(arguments, language)
    except CodegenError as error:
        print(f"{arguments.label}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        place = error.filename2 or error.filename or tempfile.gettempdir()
        print(f"{arguments.label}: {place}: {error.strerror}. Make room and write access there.", file=sys.stderr)
        return 1
    return 0


def generate(arguments: argparse.Namespace, language: Language) -> None:
    """Compiles, has the language generate and only then writes: when anything fails, nothing is written."""
    protos = dict(arguments.proto)
    descriptors = compile_protos(
        protos, arguments.label, arguments.proto_path, arguments.importable, arguments.source_prefix
    )
    check_excluded(protos.keys(), descriptors, arguments.exclude, arguments.provided)
    outputs = dict(arguments.output)
    generated = language.generate(Request(list(protos), outputs, descriptors), arguments)
    texts = finish(generated, outputs, arguments.marker)
    warnings = [f"{arguments.label}: {warning}" for warning in generated.warnings]
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    for path, text in texts.items():
        _write(arguments.out / path, text)
    _write(arguments.warnings, lines(warnings))


def finish(generated: Generated, outputs: Mapping[str, str], marker: str) -> dict[str, str]:
    """Returns the files as they are shipped, from path to text: below their headers, and exactly the declared ones.

    Args:
      generated: what the language made.
      outputs: from path below the package to the import path that it comes from, as the build has declared them.
      marker: see header.package_header.
    """
    for path, import_path in outputs.items():
        if path not in generated.texts:
            raise CodegenError(
                f"{import_path}: {generated.tools} wrote no {path}. Mend the names in the language's rule."
            )
    for path in generated.texts:
        if path not in outputs:
            raise CodegenError(f"{generated.tools} wrote {path}, which the language's rule does not declare. Mend it.")
    return {path: add_header(text, marker, outputs[path], generated.tools) for path, text in generated.texts.items()}


def lines(warnings: Iterable[str]) -> str:
    """Returns the text of a file of warnings."""
    return "".join(warning + "\n" for warning in warnings)


def _write(path: Path, source: str) -> None:
    os.makedirs(path.parent, exist_ok=True)
    path.write_bytes(source.encode("utf-8"))
