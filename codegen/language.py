"""What a language brings to the code generator, and the language that needs nothing but a plugin.

A language is a module with the functions of Language. The driver finds it by its name and does all that is not the
language's: arguments, compiling, headers, writing, warnings, messages. This module itself is the smallest one.
"""

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.errors import CodegenError
from codegen.plugins import run_program


class Request(NamedTuple):
    """What there is to generate.

    `files` are import paths, `outputs` is from path below the package to the import path that it comes from,
    `descriptors` are those files and all that they import, with source info, in topological order.
    `provided` are import path prefixes that installed packages bring, `exclude` import paths or prefixes that nothing
    is generated for. `plugin` is the toolchain's, with what it is told. `options` are the attributes of the rule.
    """

    files: Sequence[str]
    outputs: Mapping[str, str]
    descriptors: FileDescriptorSet
    provided: Sequence[str]
    exclude: Sequence[str]
    plugin: Path | None
    parameter: str
    options: Mapping[str, Any]


class Warned(NamedTuple):
    """A warning about a proto."""

    proto: str
    text: str


class Generated(NamedTuple):
    """What a language makes of a request.

    `texts` is from path below the package to text, `tools` are names and versions for the headers, for example
    "grpcio-tools 1.85.1, mypy-protobuf 5.1.0".
    """

    texts: Mapping[str, str]
    warnings: Sequence[Warned]
    tools: str


class PackageRequest(NamedTuple):
    """What a package has as a whole.

    `files` are the import paths of its protos, `generated` are the files that one of them became, `outputs` are the
    paths below the package to write, the file that marks its top first. `descriptors` are those protos and all that
    they import; `header` is the line that generated files begin with; `options` are what the rule wants of the package.
    """

    files: Sequence[str]
    generated: Sequence[Path]
    outputs: Sequence[str]
    descriptors: FileDescriptorSet
    header: str
    options: Mapping[str, Any]


class Language(Protocol):
    """The functions of a language's module. Both raise CodegenError for what a user can fix."""

    def generate(self, request: Request) -> Generated:
        """Returns the files of some protos."""

    def package_texts(self, request: PackageRequest) -> tuple[Mapping[str, str], Sequence[str]]:
        """Returns the files that a package has as a whole, from path to text, and warnings, a line each."""


def find_language(module: str) -> Language:
    """Returns the language of a module, for example "codegen.python.language"."""
    return cast(Language, importlib.import_module(module))


def generate(request: Request) -> Generated:
    """Returns what the plugin writes."""
    if not request.plugin:
        raise CodegenError("the toolchain has no plugin. Give it one.")
    texts = run_program(request.plugin, request.parameter, request.files, request.descriptors)
    return Generated(texts, [], request.plugin.name)


def package_texts(request: PackageRequest) -> tuple[dict[str, str], list[str]]:
    """Returns the file that marks the top of a package."""
    return {request.outputs[0]: request.header}, []
