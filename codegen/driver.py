"""The program that the actions run.

driver compile: turns the protos of a proto_library into their descriptors, and into their interface for its dependents.

    .proto and the interfaces of deps ─ protoc ─► descriptors, interface

driver generate: turns the descriptors of some proto_libraries into the files of one language, in one process.

    descriptors and the interfaces of deps ─ the language ─► texts ─► exactly the declared ones ─► headers

driver package: writes the package-level files, after checking that the interfaces of its protos fit together.
"""

import argparse
import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen import inputs
from codegen.compiler import compile_library
from codegen.descriptors import check_excluded, imports_of
from codegen.errors import CodegenError, report
from codegen.interfaces import defines_options, interface_of, merge, messages_by_name, option_types
from codegen.language import PackageRequest, Request, find_language
from codegen.output import add_headers, check_paths, package_header, show, write
from codegen.symbols import check_symbols

# The options of mypy-protobuf must be known, or not, to all requests of a worker: they are parsed in any order.
with contextlib.suppress(ImportError):
    import mypy_protobuf.extensions_pb2  # noqa: F401


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Returns the parsed arguments; `run` is the command's function."""
    parser = argparse.ArgumentParser(prog="codegen", allow_abbrev=False)
    commands = parser.add_subparsers(required=True)
    _add_compile(commands.add_parser("compile", parents=[_common_arguments()], allow_abbrev=False))
    parents = [_common_arguments(), _output_arguments()]
    _add_generate(commands.add_parser("generate", parents=parents, allow_abbrev=False))
    _add_package(commands.add_parser("package", parents=parents, allow_abbrev=False))
    return parser.parse_args(argv)


def _common_arguments() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--label", required=True, help="the label for errors that concern no single proto")
    _add_list(common, "--interface", "interfaces of protos")
    return common


def _output_arguments() -> argparse.ArgumentParser:
    output = argparse.ArgumentParser(add_help=False)
    output.add_argument("--language", required=True, help="the module of the language")
    output.add_argument("--marker", required=True, help="how the first line of every generated file starts")
    output.add_argument("--options", default={}, type=json.loads, help="the language's options, a JSON object")
    output.add_argument("--out", required=True, type=Path, help="the folder of the package")
    output.add_argument("--warnings", required=True, type=Path, help="the file to write warnings to, one per line")
    return output


def _add_list(parser: argparse.ArgumentParser, name: str, help_text: str, **kwargs: Any) -> None:
    """Adds an option that takes any number of values, and may be repeated.

    argparse needs seconds for thousands of options, but not for thousands of values.
    """
    parser.add_argument(name, action="extend", nargs="*", default=[], help=help_text, **kwargs)


def _pairs(values: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yields two values at a time."""
    return zip(values[::2], values[1::2], strict=True)


def _add_compile(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=compile_protos)
    _add_list(parser, "--proto", "import path and file of a proto to compile")
    _add_list(parser, "--importable", "an import path that strict deps allow")
    _add_list(parser, "--source-prefix", "a staged path, and how to show it in errors")
    _add_list(parser, "--imported", "descriptors of deps; read only if options need more than interfaces")
    parser.add_argument("--out-descriptors", required=True, type=Path, help="the file to write the descriptors to")
    parser.add_argument("--out-interface", required=True, type=Path, help="the file to write their interface to")
    parser.add_argument("--out-unused", required=True, type=Path, help="the file to list the unread inputs in")


def _add_generate(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=generate)
    _add_list(parser, "--descriptors", "descriptors of a proto_library")
    _add_list(parser, "--proto", "the label of a library, and the import path of a proto to generate for")
    _add_list(parser, "--output", "an output, and the import path of the proto that it is generated from")
    _add_list(parser, "--provided", "an import path prefix whose modules are installed")
    _add_list(parser, "--exclude", "an import path or prefix to skip")
    _add_list(parser, "--beside", "an import path, and the file that users have for it beside the package's own code")
    parser.add_argument("--plugin", type=Path, help="the toolchain's protoc plugin")
    parser.add_argument("--parameter", default="", help="the plugin's parameter")


def _add_package(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=package, proto=[])
    _add_list(parser, "--file", "the import path of a proto of the package")
    _add_list(parser, "--descriptors", "descriptors that include those of installed protos")
    _add_list(parser, "--generated", "a file generated from one of the protos", type=Path)
    _add_list(parser, "--output", "a package-level file to write")
    _add_list(parser, "--gathered", "the warnings of a library", type=Path)


def main(argv: list[str]) -> int:
    """Runs a command. Returns 0, or 1 after printing an error."""
    arguments = parse_arguments(argv)
    return report(lambda: arguments.run(arguments), arguments.label, _owners(arguments))


def _owners(arguments: argparse.Namespace) -> dict[str, str]:
    """Returns the label of the library of each proto to generate for, by import path."""
    if arguments.run is compile_protos:
        return {}
    return {import_path: label for label, import_path in _pairs(arguments.proto)}


def _read(paths: Iterable[str]) -> list[FileDescriptorSet]:
    return [inputs.parsed(path, FileDescriptorSet.FromString) for path in paths]


def compile_protos(arguments: argparse.Namespace) -> None:
    """Writes the descriptors and the interface of a proto_library.

    Raises:
      CodegenError: if protoc rejects a proto.
    """
    try:
        compiled = _compile(arguments, arguments.interface)
        needs_all = defines_options(compiled.file)
    except CodegenError:
        # The options of a proto may use any message: in an Any, or in an extension of an option's message.
        if not arguments.imported:
            raise
        compiled = _compile(arguments, [*arguments.imported, *arguments.interface])
        needs_all = True
    imported = arguments.imported if needs_all else []
    interface = _interface(compiled.file, [file for each in _read(imported) for file in each.file])
    unused = [] if needs_all else arguments.imported
    arguments.out_descriptors.write_bytes(compiled.SerializeToString(deterministic=True))
    arguments.out_interface.write_bytes(interface.SerializeToString(deterministic=True))
    arguments.out_unused.write_text("".join(f"{path}\n" for path in unused), encoding="utf-8")


def _compile(arguments: argparse.Namespace, deps: Iterable[str]) -> FileDescriptorSet:
    """Returns the descriptors of the protos, from the descriptor sets of their deps."""
    return compile_library(
        dict(_pairs(arguments.proto)),
        arguments.label,
        FileDescriptorSet(file=merge(_read(deps)).values()),
        arguments.importable,
        list(_pairs(arguments.source_prefix)),
    )


def _interface(files: Iterable[FileDescriptorProto], imported: Iterable[FileDescriptorProto]) -> FileDescriptorSet:
    """Returns the interface of a proto_library. It includes what others need to read custom options that it defines.

    Args:
      files: the descriptors of its protos.
      imported: those of the protos of its transitive deps, if it defines custom options.
    """
    used = option_types(files, messages_by_name([*imported, *files]))
    needed = [file for file in imported if used & messages_by_name([file]).keys()]
    return FileDescriptorSet(file=[interface_of(file, used) for file in (*needed, *files)])


def generate(arguments: argparse.Namespace) -> None:
    """Generates, and only then writes: on failure nothing is written.

    Raises:
      CodegenError: for errors that the user can fix.
    """
    language = find_language(arguments.language)
    owners, outputs = _owners(arguments), dict(_pairs(arguments.output))
    # The descriptors come first: they are complete.
    descriptors = FileDescriptorSet(file=merge(_read([*arguments.descriptors, *arguments.interface])).values())
    check_excluded(owners.keys(), descriptors, arguments.exclude, arguments.provided)
    request = Request(
        files=list(owners),
        outputs=outputs,
        descriptors=descriptors,
        provided=arguments.provided,
        exclude=arguments.exclude,
        beside={proto: Path(file) for proto, file in _pairs(arguments.beside)},
        plugin=arguments.plugin,
        parameter=arguments.parameter,
        options=arguments.options,
    )
    generated = language.generate(request)
    texts = add_headers(generated, outputs, arguments.marker)
    warnings = [f"{owners[proto]}: {proto}: {text}" for proto, text in generated.warnings]
    show(warnings)
    write(arguments.out, texts, arguments.warnings, warnings)


def package(arguments: argparse.Namespace) -> None:
    """Writes the package-level files and collects the libraries' warnings.

    Raises:
      CodegenError: for errors that the user can fix.
    """
    language = find_language(arguments.language)
    known = merge(_read([*arguments.descriptors, *arguments.interface]))
    files = _with_imports(arguments.file, known)
    check_symbols(files)
    request = PackageRequest(
        files=arguments.file,
        generated=arguments.generated,
        outputs=arguments.output,
        descriptors=FileDescriptorSet(file=files),
        header=package_header(arguments.marker),
        options=arguments.options,
    )
    texts, reasons = language.package_texts(request)
    check_paths(texts, dict.fromkeys(arguments.output, ""), arguments.language)
    warnings = [f"{arguments.label}: {reason}" for reason in reasons]
    show(warnings)
    gathered = (line for file in arguments.gathered for line in file.read_text(encoding="utf-8").splitlines())
    write(arguments.out, texts, arguments.warnings, [*sorted(gathered), *warnings])


def _with_imports(files: Iterable[str], known: Mapping[str, FileDescriptorProto]) -> list[FileDescriptorProto]:
    """Returns files and their transitive imports, in the order of `known`."""
    pending = list(files)
    wanted = set(pending)
    for path in pending:
        more = [dep for dep in imports_of(known[path]) if dep in known and dep not in wanted]
        wanted.update(more)
        pending += more
    return [file for path, file in known.items() if path in wanted]
