"""What a language brings to the code generator.

A language is a module with the functions of Language. The engine's two programs, driver.py for some protos and
package_driver.py for a package, find it by its name, read their arguments with it, and do all that is not the
language's: compiling, writing, headers, warnings, messages.
"""

import argparse
import importlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, cast

from google.protobuf.descriptor_pb2 import FileDescriptorSet


class Request(NamedTuple):
    """What there is to generate.

    `files` are import paths, `outputs` is from path below the package to the import path that it comes from,
    `descriptors` are those files and all that they import, with source info, in topological order.
    """

    files: Sequence[str]
    outputs: Mapping[str, str]
    descriptors: FileDescriptorSet


class Generated(NamedTuple):
    """What a language makes of a request.

    `texts` is from path below the package to text, `warnings` has a line each, `tools` are names and versions for the
    headers, for example "grpcio-tools 1.85.1, mypy-protobuf 5.1.0".
    """

    texts: Mapping[str, str]
    warnings: Sequence[str]
    tools: str


class PackageRequest(NamedTuple):
    """What a package is made of: `files` are the import paths of its protos, `root` is the file that marks its top.

    `descriptors` are those files and all that they import; `header` is the line that generated files begin with.
    """

    files: Sequence[str]
    root: str
    descriptors: FileDescriptorSet
    header: str


class Language(Protocol):
    """The functions of a language's module. All of them raise CodegenError for what a user can mend."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds the language's own arguments to those of the driver."""

    def generate(self, request: Request, arguments: argparse.Namespace) -> Generated:
        """Returns the files of some protos."""

    def add_package_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds the language's own arguments to those of the package driver."""

    def package_texts(
        self, request: PackageRequest, arguments: argparse.Namespace
    ) -> tuple[Mapping[str, str], Sequence[str]]:
        """Returns the files that a package has as a whole, the root among them, and warnings, a line each."""


def find_language(argv: Sequence[str]) -> Language:
    """Returns the language that a command line names by its module: "--language", "codegen.python.language"."""
    return cast(Language, importlib.import_module(argv[argv.index("--language") + 1]))
