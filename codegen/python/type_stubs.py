"""The type stubs of messages and services: their generators, and the fallbacks when one fails."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from mypy_protobuf.main import Descriptors, __version__

from codegen.errors import CodegenError, GeneratorError, about
from codegen.language import Warned
from codegen.plugins import make_request, run_builtins
from codegen.python.names import protoc_files, protoc_modules
from codegen.python.stub_writer import message_stub, service_stub

MYPY_PROTOBUF = f"mypy-protobuf {__version__}"

# A stub without any types (https://typing.python.org/en/latest/guides/writing_stubs.html#incomplete-stubs).
_UNTYPED = "from typing import Any as _Any\n\ndef __getattr__(name: str) -> _Any: ...\n"

# protoc annotates the field numbers of module-level extensions as if they were in a class.
_MODULE_NUMBER = re.compile(r"^(\w+_FIELD_NUMBER): _ClassVar\[int\]$", re.MULTILINE)

# It also declares the Extensions that every message has, with a type that it does not import.
_EXTENSIONS = re.compile(r"^ +Extensions: _python_message\._ExtensionDict\n", re.MULTILINE)

# It takes a mapping for any message, without saying of what.
_ANY_MAPPING = re.compile(r"(?<=, )_Mapping(?=\])")

# A line inside a class.
_IN_CLASS = re.compile(r"^ +\S.*$", re.MULTILINE)

# protoc's re-exports of types and of enum values. Its descriptors must keep public imports, or it cannot resolve names
# through them.
_REEXPORTED = re.compile(r"^(?:from [\w.]+ import (\w+) as \1|\w+: _\w+_pb2\.[\w.]+)\n", re.MULTILINE)

_Texts = dict[str, str]
_Generate = Callable[[Sequence[str], FileDescriptorSet], _Texts]


class Generator(NamedTuple):
    """A generator of type stubs: its name in warnings, and a function from files to their texts."""

    name: str
    generate: _Generate


def _mypy_protobuf(write: Callable[[FileDescriptorProto, Descriptors], str]) -> Generator:
    """Returns mypy-protobuf, in this process, with a function of stub_writer."""

    def generate(files: Sequence[str], descriptors: FileDescriptorSet) -> _Texts:
        request = make_request(files, "", descriptors)
        # It follows public imports only one level, and makes up names when two collide.
        for file in request.proto_file:
            file.ClearField("public_dependency")
        try:
            known = Descriptors(request)
            return {file: write(known.files[file], known) for file in files}
        except Exception as error:
            raise GeneratorError(" ".join(f"{type(error).__name__}: {error}".split())) from error

    return Generator(MYPY_PROTOBUF, generate)


def _protoc(files: Sequence[str], descriptors: FileDescriptorSet) -> _Texts:
    texts = run_builtins(["--pyi_out"], files, descriptors)
    return {file: _fix_protoc(texts[protoc_files(file).message_stubs], protoc_modules(file)[0]) for file in files}


def _fix_protoc(text: str, module: str) -> str:
    """Returns protoc's stub, fixed for type checkers, and without re-exports: add_reexports adds them."""
    text = _REEXPORTED.sub("", text)
    text = _drop_own_module(text, module)
    text = _EXTENSIONS.sub("", text)
    text = _ANY_MAPPING.sub("_Mapping[str, object]", text)
    return _MODULE_NUMBER.sub(r"\1: int", text)


def _drop_own_module(text: str, module: str) -> str:
    """Returns protoc's stub without references to its own module, which it does not import.

    protoc writes one for a field whose type is a top-level message with the name of the nested message that has the
    field. The short name resolves to the top-level message anyway. In a message named after the module, the same text
    may mean something else.
    """
    if re.search(rf"^class {re.escape(module)}\(", text, re.MULTILINE):
        return text
    own = re.compile(rf"(?<![\w.]){re.escape(module)}\.")
    return _IN_CLASS.sub(lambda line: own.sub("", line[0]), text)


def _untyped(files: Sequence[str], _: FileDescriptorSet) -> _Texts:
    return dict.fromkeys(files, _UNTYPED)


_LAST = Generator("untyped stubs (Any)", _untyped)

# From the value of the attribute type_stubs to the generators of message stubs, in the order to try them.
MESSAGE_GENERATORS: Mapping[str, Sequence[Generator]] = {
    "mypy-protobuf": (_mypy_protobuf(message_stub), Generator("protoc", _protoc), _LAST),
    "protoc": (Generator("protoc", _protoc), _mypy_protobuf(message_stub), _LAST),
}


def service_generators(abstract_servicers: bool) -> Sequence[Generator]:
    """Returns the generators of service stubs, in the order to try them.

    Args:
      abstract_servicers: whether a servicer must implement all methods; otherwise it may leave some out.
    """
    return (_mypy_protobuf(partial(service_stub, abstract_servicers=abstract_servicers)), _LAST)


def add_reexports(source: str, reexports: Mapping[str, str]) -> str:
    """Returns the source of a `_pb2.pyi` that re-exports names (https://typing.python.org/en/latest/spec/distributing.html).

    Args:
      source: the text of the file.
      reexports: from name to the import path that has it; one value of descriptors.public_names.
    """
    lines = [f"from {protoc_modules(path)[0]} import {name} as {name}\n" for name, path in reexports.items()]
    return source + "\n" + "".join(sorted(lines)) if lines else source


def write_stubs(
    generators: Iterable[Generator],
    files: Sequence[str],
    descriptors: FileDescriptorSet,
    finish: Callable[[str, str], str],
) -> tuple[_Texts, list[Warned]]:
    """Generates each file's stub with the first generator that can.

    Args:
      generators: in the order to try them.
      files: the import paths to generate for.
      descriptors: those files and their transitive imports, with source info.
      finish: from import path and text to the finished text; raises GeneratorError if the text is not Python. Any
        other error ends the run.

    Returns:
      From import path to finished text, and a warning for each file that the first generator could not handle.
    """
    pending, texts, warnings = dict.fromkeys(files, ""), {}, []
    for generator in generators:
        finished, refused = _ask(generator, list(pending), descriptors, finish)
        texts.update(finished)
        warnings += [
            Warned(file, f"{pending[file]} Fell back to {generator.name}.") for file in finished if pending[file]
        ]
        pending = {file: pending[file] or reason for file, reason in refused.items()}
    if pending:
        reasons = "; ".join(f"{file}: no type stubs: {reason}" for file, reason in pending.items())
        raise CodegenError(reasons, proto=next(iter(pending)))
    return texts, warnings


def _ask(
    generator: Generator, files: list[str], descriptors: FileDescriptorSet, finish: Callable[[str, str], str]
) -> tuple[_Texts, dict[str, str]]:
    """Returns the finished texts of the files that a generator can handle, and why it cannot handle the others."""
    finished, refused = {}, {}
    for file, text in _generate(generator, files, descriptors).items():
        try:
            if isinstance(text, GeneratorError):
                raise text
            with about(file):
                finished[file] = finish(file, text)
        except GeneratorError as error:
            refused[file] = f"{generator.name} failed ({error})."
    return finished, refused


def _generate(
    generator: Generator, files: list[str], descriptors: FileDescriptorSet
) -> Mapping[str, str | GeneratorError]:
    """Returns a generator's output, by file: one run for all files, and if that fails, one per half, recursively."""
    if not files:
        return {}
    try:
        return generator.generate(files, descriptors)
    except GeneratorError as error:
        if len(files) == 1:
            return {files[0]: error}
        half = len(files) // 2
        return {**_generate(generator, files[:half], descriptors), **_generate(generator, files[half:], descriptors)}
