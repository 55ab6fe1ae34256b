"""The type stubs of messages and services: who can write them, and what happens when one cannot."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from mypy_protobuf.main import __version__

from codegen.errors import CodegenError, GeneratorError
from codegen.plugins import Plugin, run_plugin
from codegen.python.generators import run_generator
from codegen.python.names import MESSAGE_STUBS, SERVICE_STUBS, protoc_files, protoc_modules
from codegen.python.public_imports import drop_public_imports

MYPY_PROTOBUF = f"mypy-protobuf {__version__}"

# A stub that says nothing (https://typing.python.org/en/latest/guides/writing_stubs.html#incomplete-stubs).
_UNTYPED = "from typing import Any\n\ndef __getattr__(name: str) -> Any: ...\n"

# protoc writes the numbers of a module's extensions as if they were in a class.
_MODULE_NUMBER = re.compile(r"^(\w+_FIELD_NUMBER): _ClassVar\[int\]$", re.MULTILINE)

# It also declares what every message has, by a name that it does not import.
_EXTENSIONS = re.compile(r"^ +Extensions: _python_message\._ExtensionDict\n", re.MULTILINE)

# What is inside of a class, line by line.
_IN_CLASS = re.compile(r"^ +\S.*$", re.MULTILINE)

# protoc has to know of public imports, or it does not find what they bring.
_HANDED_ON = re.compile(r"^from [\w.]+ import (\w+) as \1\n", re.MULTILINE)

# mypy-protobuf copies a comment on something deprecated to a string as it is, and joins its lines by an escape.
_DEPRECATION = re.compile(r'^ *@_deprecated\("""(.*)"""\)$', re.MULTILINE)
_BACKSLASH_OR_QUOTE = re.compile(r'\\(.?)|"')

_Texts = dict[str, str]
_Generate = Callable[[Sequence[str], FileDescriptorSet], _Texts]


class Generator(NamedTuple):
    """What writes type stubs: its name for messages to people, and a function from files to their texts."""

    name: str
    generate: _Generate


def _plugin(entry_point: str, kind: int, *parameters: str) -> Generator:
    plugin = Plugin(f"mypy_protobuf.main:{entry_point}", ",".join(("quiet", *parameters)))

    def generate(files: Sequence[str], descriptors: FileDescriptorSet) -> _Texts:
        texts = run_plugin(plugin, files, drop_public_imports(descriptors))
        return {file: _mend_deprecations(texts[protoc_files(file)[kind]]) for file in files}

    return Generator(MYPY_PROTOBUF, generate)


def _mend_deprecations(text: str) -> str:
    """Returns a stub of mypy-protobuf's in which the comment is one string: quotes and backslashes are escaped."""

    def mend(match: re.Match[str]) -> str:
        return match[0] if match[1] in {"\\", "n", '"'} else "\\" + match[0]

    return _DEPRECATION.sub(lambda match: match[0].replace(match[1], _BACKSLASH_OR_QUOTE.sub(mend, match[1])), text)


def _protoc(files: Sequence[str], descriptors: FileDescriptorSet) -> _Texts:
    texts = run_generator("--pyi_out", files, descriptors, MESSAGE_STUBS)
    return {file: _mend(text, protoc_modules(file)[0]) for file, text in texts.items()}


def _mend(text: str, module: str) -> str:
    """Returns a stub of protoc's that type checkers take, and that hands nothing on: public_imports.py sees to that."""
    text = _HANDED_ON.sub("", text)
    text = _drop_own_module(text, module)
    text = _EXTENSIONS.sub("", text)
    return _MODULE_NUMBER.sub(r"\1: int", text)


def _drop_own_module(text: str, module: str) -> str:
    """Returns a stub of protoc's that does not name its own module, by a name that nobody imports.

    It does where a message at the top is called like the nested one whose field it is. In a class Python finds the one
    at the top anyhow. What looks the same may be in a message that is called like the module.
    """
    if re.search(rf"^class {re.escape(module)}\(", text, re.MULTILINE):
        return text
    own = re.compile(rf"(?<![\w.]){re.escape(module)}\.")
    return _IN_CLASS.sub(lambda line: own.sub("", line[0]), text)


def _untyped(files: Sequence[str], _: FileDescriptorSet) -> _Texts:
    return dict.fromkeys(files, _UNTYPED)


_LAST = Generator("nobody, so everything in it is Any", _untyped)

# From the name that a BUILD file uses to who is asked first, second and last for the stubs of messages.
MESSAGE_GENERATORS: Mapping[str, Sequence[Generator]] = {
    "mypy-protobuf": (_plugin("main", MESSAGE_STUBS), Generator("protoc", _protoc), _LAST),
    "protoc": (Generator("protoc", _protoc), _plugin("main", MESSAGE_STUBS), _LAST),
}


def service_generators(concrete_servicers: bool) -> Sequence[Generator]:
    """Returns who is asked for the stubs of services.

    Args:
      concrete_servicers: whether a servicer may leave methods out; else its methods are abstract.
    """
    parameters = ["generate_concrete_servicer_stubs"] if concrete_servicers else []
    return (_plugin("grpc", SERVICE_STUBS, *parameters), _LAST)


def write_stubs(
    generators: Iterable[Generator],
    files: Sequence[str],
    descriptors: FileDescriptorSet,
    accept: Callable[[str, str], None],
) -> list[str]:
    """Has each file's stub written by the first generator that can.

    Args:
      generators: whom to ask, in this order.
      files: the import paths to generate for.
      descriptors: those files and all that they import, with source info.
      accept: called with import path and text; raises GeneratorError when the text is not Python. Whatever else it
        raises ends the run.

    Returns:
      One warning for each file that the first generator could not do.
    """
    pending = dict.fromkeys(files, "")
    warnings: list[str] = []
    for generator in generators:
        refused = _ask(generator, list(pending), descriptors, accept)
        warnings += [
            f"{file}: {reason} Its type stubs are by {generator.name}."
            for file, reason in pending.items()
            if reason and file not in refused
        ]
        pending = {file: pending[file] or reason for file, reason in refused.items()}
    if pending:
        raise CodegenError("; ".join(f"{file}: no type stubs: {reason}" for file, reason in pending.items()))
    return warnings


def _ask(
    generator: Generator, files: list[str], descriptors: FileDescriptorSet, accept: Callable[[str, str], None]
) -> dict[str, str]:
    """Returns the files that a generator could not do, with the reasons."""
    refused = {}
    for file, text in _texts(generator, files, descriptors).items():
        try:
            if isinstance(text, GeneratorError):
                raise text
            accept(file, text)
        except GeneratorError as error:
            refused[file] = f"{generator.name} cannot do it ({error})."
    return refused


def _texts(
    generator: Generator, files: list[str], descriptors: FileDescriptorSet
) -> Mapping[str, str | GeneratorError]:
    """Returns what a generator writes, by file. One run for all; when that fails, one for each half, and so on."""
    if not files:
        return {}
    try:
        return generator.generate(files, descriptors)
    except GeneratorError as error:
        if len(files) == 1:
            return {files[0]: error}
        half = len(files) // 2
        return {**_texts(generator, files[:half], descriptors), **_texts(generator, files[half:], descriptors)}
