"""The program of a generate action: from the protos of some libraries to the files of one language, in one process.

.proto ─ protoc ─► descriptors ─ the language ─► texts ─► all that were declared, no others ─► header
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.compiler import compile_protos
from codegen.errors import CodegenError, explain_os_error
from codegen.flagfile import expand
from codegen.header import add_header
from codegen.import_paths import check_excluded
from codegen.language import Generated, Language, Request, find_language
from codegen.output import say, write_files, write_warnings


class Library(NamedTuple):
    """A proto_library: its label, its protos from import path to file, and what strict deps allow them to import."""

    label: str
    protos: dict[str, str]
    importable: list[str]


class _NextLibrary(argparse.Action):
    """--library LABEL: what follows is this one's."""

    def __call__(self, _: object, namespace: argparse.Namespace, values: Any, __: object = None) -> None:
        namespace.libraries = [*namespace.libraries, Library(values, {}, [])]


class _Proto(argparse.Action):
    """--proto IMPORT_PATH FILE: one of the last library."""

    def __call__(self, _: object, namespace: argparse.Namespace, values: Any, __: object = None) -> None:
        namespace.libraries[-1].protos[values[0]] = values[1]


class _Importable(argparse.Action):
    """--importable IMPORT_PATH: what the last library may import."""

    def __call__(self, _: object, namespace: argparse.Namespace, values: Any, __: object = None) -> None:
        namespace.libraries[-1].importable.append(values)


def parse_arguments(argv: list[str], language: Language) -> argparse.Namespace:
    """Returns the driver's arguments, and those of the language. `libraries` is a list of Library."""
    parser = argparse.ArgumentParser(prog="codegen", allow_abbrev=False)
    parser.set_defaults(libraries=[])
    parser.add_argument("--language", required=True, help="the module of the language")
    parser.add_argument("--marker", required=True, help="how the first line of a generated file begins")
    parser.add_argument("--out", required=True, type=Path, help="the folder to write the package tree to")
    parser.add_argument("--warnings", required=True, type=Path, help="the file to write warnings to, one a line")
    parser.add_argument("--proto-path", action="append", default=[], help="a root that imports are looked up in")
    parser.add_argument("--provided", action="append", default=[], help="an import path prefix that is installed")
    parser.add_argument("--exclude", action="append", default=[], help="an import path, or a prefix, to leave out")
    parser.add_argument(
        "--source-prefix", action="append", default=[], nargs=2, metavar=("STAGED", "SOURCE"), help="for messages"
    )
    parser.add_argument("--library", required=True, action=_NextLibrary, help="a proto_library; its own follows")
    parser.add_argument("--importable", action=_Importable, help="an import path that its strict deps allow")
    parser.add_argument("--proto", action=_Proto, nargs=2, metavar=("IMPORT_PATH", "FILE"), help="one to generate")
    parser.add_argument(
        "--output", action="append", default=[], nargs=2, metavar=("PATH", "IMPORT_PATH"), help="a file that it becomes"
    )
    language.add_arguments(parser)
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Generates the files of some proto_libraries. Returns 0, or 1 after a message on standard error."""
    expanded = expand(argv)
    language = find_language(expanded)
    arguments = parse_arguments(expanded, language)
    try:
        generate(arguments, language)
    except CodegenError as error:
        print(f"{error.label or _owner(str(error), arguments)}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{arguments.libraries[0].label}: {explain_os_error(error)}", file=sys.stderr)
        return 1
    return 0


def generate(arguments: argparse.Namespace, language: Language) -> None:
    """Compiles, has the language generate and only then writes: when anything fails, nothing is written."""
    descriptors = _compile(arguments)
    files = [path for library in arguments.libraries for path in library.protos]
    check_excluded(frozenset(files), descriptors, arguments.exclude, arguments.provided)
    outputs = dict(arguments.output)
    generated = language.generate(Request(files, outputs, descriptors), arguments)
    texts = finish(generated, outputs, arguments.marker)
    warnings = [f"{_owner(warning, arguments)}: {warning}" for warning in generated.warnings]
    say(warnings)
    write_files(arguments.out, texts)
    write_warnings(arguments.warnings, warnings)


def _compile(arguments: argparse.Namespace) -> FileDescriptorSet:
    """Returns the descriptors of all libraries and of what they import, in topological order.

    Each is compiled alone, because strict deps are its own.
    """
    compiled = FileDescriptorSet()
    known: set[str] = set()
    for library in arguments.libraries:
        try:
            descriptors = compile_protos(
                library.protos, library.label, arguments.proto_path, library.importable, arguments.source_prefix
            )
        except CodegenError as error:
            error.label = library.label
            raise
        compiled.file.extend(file for file in descriptors.file if file.name not in known)
        known |= {file.name for file in descriptors.file}
    return compiled


def _owner(text: str, arguments: argparse.Namespace) -> str:
    """Returns the label of the library that a message is about: of the first proto that it names, or output of one."""
    owners = {path: library.label for library in arguments.libraries for path in library.protos}
    owners |= {output: owners[path] for output, path in arguments.output}
    # The longest of those that begin at the same place: "a.proto" is in "b/a.proto", and "a.ts" in "a.tsx.ts".
    named = [(text.index(path), -len(path), label) for path, label in owners.items() if path in text]
    return min(named)[2] if named else str(arguments.libraries[0].label)


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
                f"{import_path}: {generated.tools} wrote no {path}. Mend it, or the names in the language's rule."
            )
    for path in generated.texts:
        if path not in outputs:
            raise CodegenError(f"{generated.tools} wrote {path}, which the language's rule does not declare. Mend it.")
    return {path: add_header(text, marker, outputs[path], generated.tools) for path, text in generated.texts.items()}
