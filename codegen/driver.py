"""The program that the actions run.

driver generate: turns the protos of some proto_libraries into the files of one language, in one process.

    .proto ─ protoc ─► descriptors ─ the language ─► texts ─► exactly the declared ones ─► headers

driver package: writes the package-level files, after compiling all protos of the package together.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.compiler import compile_library, compile_together
from codegen.descriptors import check_excluded
from codegen.errors import CodegenError, explain_os_error
from codegen.language import PackageRequest, Request, find_language
from codegen.output import add_headers, check_paths, package_header, show, write


class Library(NamedTuple):
    """A proto_library: its label, the import paths that strict deps allow, and its protos, from import path to file."""

    label: str
    importable: list[str]
    protos: dict[str, str]


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Returns the parsed arguments; `run` is the command's function."""
    parser = argparse.ArgumentParser(prog="codegen", allow_abbrev=False)
    commands = parser.add_subparsers(required=True)
    _add_generate(commands.add_parser("generate", parents=[_shared_arguments()], allow_abbrev=False))
    _add_package(commands.add_parser("package", parents=[_shared_arguments()], allow_abbrev=False))
    return parser.parse_args(argv)


def _shared_arguments() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--label", required=True, help="the label for errors that concern no single proto")
    shared.add_argument("--language", required=True, help="the module of the language")
    shared.add_argument("--marker", required=True, help="how the first line of every generated file starts")
    shared.add_argument("--options", default={}, type=json.loads, help="the language's options, a JSON object")
    shared.add_argument("--proto-path", action="append", default=[], help="a folder to resolve imports in")
    shared.add_argument(
        "--source-prefix",
        action="append",
        default=[],
        nargs=2,
        metavar=("STAGED", "SOURCE"),
        help="how to show paths in errors",
    )
    shared.add_argument("--out", required=True, type=Path, help="the folder of the package")
    shared.add_argument("--warnings", required=True, type=Path, help="the file to write warnings to, one per line")
    return shared


def _add_generate(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=generate)
    parser.add_argument(
        "--library",
        required=True,
        action="append",
        nargs="+",
        metavar=("LABEL", "IMPORT_PATH"),
        help="a proto_library, and what its strict deps allow it to import",
    )
    parser.add_argument(
        "--proto",
        required=True,
        action="append",
        nargs=3,
        metavar=("LABEL", "IMPORT_PATH", "FILE"),
        help="a proto of a library",
    )
    parser.add_argument(
        "--output",
        action="append",
        default=[],
        nargs=2,
        metavar=("PATH", "IMPORT_PATH"),
        help="an output, and the proto that it is generated from",
    )
    parser.add_argument(
        "--provided", action="append", default=[], help="an import path prefix whose modules are installed"
    )
    parser.add_argument("--exclude", action="append", default=[], help="an import path or prefix to skip")
    parser.add_argument(
        "--beside",
        action="append",
        default=[],
        nargs=2,
        metavar=("IMPORT_PATH", "FILE"),
        help="what users have for a proto beside the package's own code",
    )
    parser.add_argument("--plugin", type=Path, help="the toolchain's protoc plugin")
    parser.add_argument("--parameter", default="", help="the plugin's parameter")


def _add_package(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=package, proto=[])
    parser.add_argument("--file", action="append", default=[], help="the import path of a proto of the package")
    parser.add_argument(
        "--generated", action="append", default=[], type=Path, help="a file generated from one of the protos"
    )
    parser.add_argument("--output", action="append", default=[], help="a package-level file to write")
    parser.add_argument("--gathered", action="append", default=[], type=Path, help="the warnings of a library")


def main(argv: list[str]) -> int:
    """Runs a command. Returns 0, or 1 after printing an error."""
    arguments = parse_arguments(argv)
    try:
        arguments.run(arguments)
    except CodegenError as error:
        label = error.label or _owners(arguments).get(error.proto, arguments.label)
        print(f"{label}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{arguments.label}: {explain_os_error(error)}", file=sys.stderr)
        return 1
    return 0


def _owners(arguments: argparse.Namespace) -> dict[str, str]:
    """Returns the label of each proto's library, by import path."""
    return {import_path: label for label, import_path, _ in arguments.proto}


def generate(arguments: argparse.Namespace) -> None:
    """Compiles, generates, and only then writes: on failure nothing is written.

    Raises:
      CodegenError: for errors that the user can fix.
    """
    language = find_language(arguments.language)
    owners, outputs = _owners(arguments), dict(arguments.output)
    descriptors = _compile(_libraries(arguments), arguments)
    check_excluded(owners.keys(), descriptors, arguments.exclude, arguments.provided)
    request = Request(
        files=list(owners),
        outputs=outputs,
        descriptors=descriptors,
        provided=arguments.provided,
        exclude=arguments.exclude,
        beside={proto: Path(file) for proto, file in arguments.beside},
        plugin=arguments.plugin,
        parameter=arguments.parameter,
        options=arguments.options,
    )
    generated = language.generate(request)
    texts = add_headers(generated, outputs, arguments.marker)
    warnings = [f"{owners[proto]}: {proto}: {text}" for proto, text in generated.warnings]
    show(warnings)
    write(arguments.out, texts, arguments.warnings, warnings)


def _libraries(arguments: argparse.Namespace) -> Iterable[Library]:
    libraries = {label: Library(label, importable, {}) for label, *importable in arguments.library}
    for label, import_path, file in arguments.proto:
        libraries[label].protos[import_path] = file
    return libraries.values()


def _compile(libraries: Iterable[Library], arguments: argparse.Namespace) -> FileDescriptorSet:
    """Returns the descriptors of all libraries and their transitive imports, in topological order.

    Each library is compiled alone, because each has its own strict deps.
    """
    compiled = FileDescriptorSet()
    known: set[str] = set()
    for library in libraries:
        descriptors = compile_library(
            library.protos, library.label, arguments.proto_path, library.importable, arguments.source_prefix
        )
        compiled.file.extend(file for file in descriptors.file if file.name not in known)
        known |= {file.name for file in descriptors.file}
    return compiled


def package(arguments: argparse.Namespace) -> None:
    """Writes the package-level files and collects the libraries' warnings.

    Raises:
      CodegenError: for errors that the user can fix.
    """
    language = find_language(arguments.language)
    request = PackageRequest(
        files=arguments.file,
        generated=arguments.generated,
        outputs=arguments.output,
        descriptors=compile_together(arguments.file, arguments.label, arguments.proto_path, arguments.source_prefix),
        header=package_header(arguments.marker),
        options=arguments.options,
    )
    texts, reasons = language.package_texts(request)
    check_paths(texts, dict.fromkeys(arguments.output, ""), arguments.language)
    warnings = [f"{arguments.label}: {reason}" for reason in reasons]
    show(warnings)
    gathered = (line for file in arguments.gathered for line in file.read_text(encoding="utf-8").splitlines())
    write(arguments.out, texts, arguments.warnings, [*sorted(gathered), *warnings])
