"""Python as a language of the engine (codegen/language.py).

descriptors ─┬─ protoc ──────────────────────► _pb2.py ──────┬─► relative imports ─► check
             └─ legal names ─┬─ protoc (gRPC) ► _pb2_grpc.py ┤
                             └─ mypy-protobuf ► both .pyi ───┘
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

from codegen.language import Generated, PackageRequest, Request
from codegen.python.lazy_exports import exports_of, init_source
from codegen.python.names import output_files
from codegen.python.package import TOOLS, Package, generate_package
from codegen.python.requirements import check_runtime, read_installed, requirements_of, requirements_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what only Python knows of generated files."""
    parser.add_argument("--descriptor-prefix", default="", help="goes before the names of files in descriptors")
    parser.add_argument("--type-stubs", default="mypy-protobuf", help="who writes the type stubs of messages")
    parser.add_argument("--concrete-servicers", action="store_true", help="a servicer may leave methods out")


def generate(request: Request, arguments: argparse.Namespace) -> Generated:
    """Returns four files for every proto."""
    package = Package(
        provided=arguments.provided,
        exclude=arguments.exclude,
        descriptor_prefix=arguments.descriptor_prefix,
        type_stubs=arguments.type_stubs,
        concrete_servicers=arguments.concrete_servicers,
    )
    texts, warnings = generate_package(request.files, request.descriptors, package)
    return Generated(texts, warnings, TOOLS)


def add_package_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what only Python knows of packages."""
    parser.add_argument("--runtime-metadata", action="append", default=[], type=Path, help="METADATA of a wheel")
    parser.add_argument("--lazy-exports", action="store_true", help="hand on what the modules define")


def package_texts(request: PackageRequest, arguments: argparse.Namespace) -> tuple[dict[str, str], list[str]]:
    """Returns an `__init__.py` for every folder, requirements.txt and py.typed, and warnings of names left out."""
    sources = (path.read_text(encoding="utf-8") for path in arguments.generated if path.suffix == ".py")
    requirements = requirements_of(sources)
    check_runtime(requirements, read_installed(path.read_text(encoding="utf-8") for path in arguments.runtime_metadata))
    texts = {folder + "__init__.py": request.header for folder in _folders(request.files)}
    texts["requirements.txt"] = requirements_text(request.header, requirements)
    texts[request.root] = ""
    if not arguments.lazy_exports:
        return texts, []
    exports, left_out = exports_of(request.descriptors, request.files)
    texts |= {folder + "__init__.py": init_source(request.header, names) for folder, names in exports.items()}
    return texts, list(left_out)


def _folders(files: Iterable[str]) -> set[str]:
    """Returns the folders of the files that some protos become, each "" or ending in a slash."""
    parents = (parent for file in files for path in output_files(file) for parent in Path(path).parents)
    return {"" if parent == Path() else f"{parent.as_posix()}/" for parent in parents}
