"""TypeScript as a language of the engine (codegen/language.py)."""

import argparse

from codegen import plugin_language
from codegen.language import Generated, PackageRequest, Request
from codegen.typescript.dependencies import dependencies_text
from codegen.typescript.ts_proto import FLAVORS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what only TypeScript knows of generated files."""
    plugin_language.add_arguments(parser)
    _add_flavor(parser)


def generate(request: Request, arguments: argparse.Namespace) -> Generated:
    """Returns one module for every proto."""
    # Here, because putting a package together needs none of it, and starts a tenth faster without it.
    from codegen.typescript.modules import generate_modules

    return generate_modules(request, arguments.plugin, arguments.flavor)


def add_package_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what only TypeScript knows of packages."""
    _add_flavor(parser)
    parser.add_argument(
        "--dependency", action="append", default=[], nargs=2, metavar=("NAME", "VERSION"), help="what modules import"
    )


def package_texts(request: PackageRequest, arguments: argparse.Namespace) -> tuple[dict[str, str], list[str]]:
    """Returns npm-dependencies.json, the file that marks the top of a package."""
    return {request.root: dependencies_text(request.header, arguments.flavor, dict(arguments.dependency))}, []


def _add_flavor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--flavor", required=True, choices=FLAVORS, help="what services become")
