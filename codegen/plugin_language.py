"""A language of the engine (language.py) of which only the protoc plugin matters."""

import argparse
from pathlib import Path

from codegen.language import Generated, PackageRequest, Request
from codegen.plugin_process import run_plugin_process


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the toolchain says of the plugin."""
    parser.add_argument("--plugin", required=True, type=Path, help="the program")
    parser.add_argument("--parameter", default="", help="what it is told")


def generate(request: Request, arguments: argparse.Namespace) -> Generated:
    """Returns what the plugin writes."""
    texts = run_plugin_process(arguments.plugin, arguments.parameter, request.files, request.descriptors)
    return Generated(texts, [], arguments.plugin.name)


def add_package_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def package_texts(request: PackageRequest, _: argparse.Namespace) -> tuple[dict[str, str], list[str]]:
    """Returns the file that marks the top of a package."""
    return {request.root: request.header}, []
