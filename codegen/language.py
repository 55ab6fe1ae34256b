"""The interface between the code generator and its languages, and a language that only runs a plugin.

A language is a module with the functions of Language. The driver imports it by name and does everything that languages
share: arguments, compiling, headers, writing, warnings, messages. This module is itself the minimal language.
"""

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.errors import CodegenError
from codegen.plugins import run_program


class Request(NamedTuple):
    """A request to generate files.

    `files` are import paths. `outputs` maps paths below the package to the import paths that they come from.
    `descriptors` are those files and their transitive imports, with source info, in topological order.
    `provided` are import path prefixes that installed packages provide. `exclude` are import paths or prefixes to
    generate nothing for. `beside` are the files that users have for some of the protos beside the package. `plugin` is
    the toolchain's, `parameter` its parameter. `options` are the rule's attributes.
    """

    files: Sequence[str]
    outputs: Mapping[str, str]
    descriptors: FileDescriptorSet
    provided: Sequence[str]
    exclude: Sequence[str]
    beside: Mapping[str, Path]
    plugin: Path | None
    parameter: str
    options: Mapping[str, Any]


class Warned(NamedTuple):
    """A warning about a proto."""

    proto: str
    text: str


class Generated(NamedTuple):
    """A language's answer to a request.

    `texts` maps paths below the package to texts. `tools` are names and versions for the headers, for example
    "grpcio-tools 1.85.1, mypy-protobuf 5.1.0".
    """

    texts: Mapping[str, str]
    warnings: Sequence[Warned]
    tools: str


class PackageRequest(NamedTuple):
    """A request for package-level files.

    `files` are the import paths of the package's protos. `generated` are the files generated from one of them.
    `outputs` are the paths below the package to write; the first one marks the package root. `descriptors` are those
    protos and their transitive imports. `header` is the first line of the files. `options` are the rule's options for
    the package.
    """

    files: Sequence[str]
    generated: Sequence[Path]
    outputs: Sequence[str]
    descriptors: FileDescriptorSet
    header: str
    options: Mapping[str, Any]


class Language(Protocol):
    """The functions of a language's module. Both raise CodegenError for errors that the user can fix."""

    def generate(self, request: Request) -> Generated:
        """Returns the generated files."""

    def package_texts(self, request: PackageRequest) -> tuple[Mapping[str, str], Sequence[str]]:
        """Returns the package-level files, from path to text, and one-line warnings."""


def find_language(module: str) -> Language:
    """Imports a language's module, for example "codegen.python.language"."""
    return cast(Language, importlib.import_module(module))


def generate(request: Request) -> Generated:
    """Returns the plugin's output."""
    if not request.plugin:
        raise CodegenError("the toolchain has no plugin. Set its plugin attribute.")
    texts = run_program(request.plugin, request.parameter, request.files, request.descriptors)
    return Generated(texts, [], request.plugin.name)


def package_texts(request: PackageRequest) -> tuple[dict[str, str], list[str]]:
    """Returns the file that marks the package root."""
    return {request.outputs[0]: request.header}, []
