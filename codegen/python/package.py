"""From descriptors to the finished files of a package."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools.grpc_version import VERSION

from codegen.errors import CodegenError, GeneratorError
from codegen.import_paths import matches
from codegen.python.aliases import add_aliases, restore_class_names, restore_service_names
from codegen.python.async_stubs import add_async_stubs, allow_async_stubs
from codegen.python.descriptor_prefix import prefix_files
from codegen.python.generators import run_generator
from codegen.python.import_check import check_imports
from codegen.python.import_fix import fix_imports
from codegen.python.json_names import drop_derived_json_names
from codegen.python.legal_names import LegalNames, use_legal_names
from codegen.python.module_name import use_module_name
from codegen.python.names import (
    MESSAGE_STUBS,
    MESSAGES,
    SERVICE_STUBS,
    SERVICES,
    module_of_file,
    modules_of,
    output_files,
    protoc_modules,
)
from codegen.python.private_names import use_getattr, use_plain_aliases
from codegen.python.public_imports import add_reexports, handed_on, keep_globals
from codegen.python.service_comments import escape_service_comments
from codegen.python.type_stubs import MESSAGE_GENERATORS, MYPY_PROTOBUF, service_generators, write_stubs

TOOLS = f"grpcio-tools {VERSION}, {MYPY_PROTOBUF}"


class Package(NamedTuple):
    """What a user may want of a package; the attributes of py_grpc_library.

    `provided` are import path prefixes that installed packages bring, `exclude` import paths or prefixes that nothing
    is generated for, `descriptor_prefix` goes before the names of files in descriptors, `type_stubs` is a key of
    type_stubs.MESSAGE_GENERATORS, `concrete_servicers` lets a servicer leave methods out.
    """

    provided: Sequence[str]
    exclude: Sequence[str] = ()
    descriptor_prefix: str = ""
    type_stubs: str = "mypy-protobuf"
    concrete_servicers: bool = False


def generate_package(
    files: Sequence[str], descriptors: FileDescriptorSet, package: Package
) -> tuple[dict[str, str], list[str]]:
    """Returns the finished files of some protos, from path below the package to text, and warnings.

    Args:
      files: the import paths to generate for.
      descriptors: those files and all that they import, with source info, in topological order.
      package: what is wanted.

    Raises:
      CodegenError: when a generator writes something that would not work.
    """
    tree = [file.name for file in descriptors.file if not matches(file.name, (*package.provided, *package.exclude))]
    # Only protoc's own modules know files by their prefixed names.
    siblings: dict[int, dict[str, str]] = dict.fromkeys((MESSAGE_STUBS, SERVICES, SERVICE_STUBS), _siblings(tree))
    siblings[MESSAGES] = _siblings(tree, package.descriptor_prefix)
    finished: dict[str, str] = {}

    def keep(kind: int, file: str, source: str) -> None:
        path = output_files(file)[kind]
        finished[path] = finish(source, path, siblings[kind], package.provided)

    legal = use_legal_names(descriptors, frozenset(tree))
    for file, source in _messages(files, descriptors, tree, package.descriptor_prefix).items():
        keep(MESSAGES, file, add_aliases(source, legal.aliases[file]))
    services = {file.name: [service.name for service in file.service] for file in descriptors.file}
    for file, source in _services(files, legal).items():
        keep(SERVICES, file, add_async_stubs(source, services[file]))
    return finished, _type_stubs(files, legal, services, package, keep)


def finish(source: str, path: str, siblings: Mapping[str, str], provided: Iterable[str]) -> str:
    """Returns a generated file as it is shipped, but for the header.

    Args:
      source: the text as the generator wrote it.
      path: where it lies below the root of the package, for example "a/b_pb2.py".
      siblings: from the dotted names of all modules of the package tree, as protoc has them, to their own ones.
      provided: import path prefixes that installed packages bring, for example ["google/protobuf/"].
    """
    fixed = fix_imports(source, module_of_file(path), siblings)
    installed = [protoc_modules(prefix.rstrip("/"))[0].removesuffix("_pb2") for prefix in provided]
    check_imports(fixed, path, siblings.keys(), installed)
    return fixed


def _siblings(tree: Sequence[str], descriptor_prefix: str = "") -> dict[str, str]:
    """Returns all modules of a tree: from what a generator that knows files by these names calls them to their own.

    Their own names are in it too, unless a generator means something else by one.
    """
    siblings = {module: module for file in tree for module in modules_of(file)}
    for file in tree:
        siblings.update(zip(protoc_modules(descriptor_prefix + file), modules_of(file), strict=True))
    return siblings


def _messages(files: Sequence[str], descriptors: FileDescriptorSet, tree: Iterable[str], prefix: str) -> dict[str, str]:
    """Returns protoc's `_pb2.py` of some files, by import path."""
    renamed = {prefix + file: file for file in files}
    plain = drop_derived_json_names(descriptors, frozenset(files))
    texts = _run("--python_out", list(renamed), prefix_files(plain, frozenset(tree), prefix), MESSAGES)
    return {
        renamed[name]: use_module_name(keep_globals(text), output_files(renamed[name])[MESSAGES])
        for name, text in texts.items()
    }


def _services(files: Sequence[str], legal: LegalNames) -> dict[str, str]:
    """Returns grpc's `_pb2_grpc.py` of some files, by import path."""
    escaped = escape_service_comments(legal.descriptors, frozenset(files))
    texts = _run("--grpc_python_out", files, escaped, SERVICES)
    return {
        file: restore_service_names(
            use_getattr(use_plain_aliases(text)), output_files(file)[SERVICES], legal.services[file]
        )
        for file, text in texts.items()
    }


def _type_stubs(
    files: Sequence[str],
    legal: LegalNames,
    services_of: Mapping[str, Sequence[str]],
    package: Package,
    keep: Callable[[int, str, str], None],
) -> list[str]:
    """Has the `.pyi` files written and kept, and returns warnings."""
    brought = handed_on(legal.descriptors)

    def keep_messages(file: str, source: str) -> None:
        keep(MESSAGE_STUBS, file, add_reexports(source, brought[file]))

    def keep_services(file: str, source: str) -> None:
        source = restore_class_names(source, legal.services[file])
        keep(SERVICE_STUBS, file, allow_async_stubs(source, services_of[file]))

    messages, services = MESSAGE_GENERATORS[package.type_stubs], service_generators(package.concrete_servicers)
    return [
        *write_stubs(messages, files, legal.descriptors, keep_messages),
        *write_stubs(services, files, legal.descriptors, keep_services),
    ]


def _run(option: str, files: Sequence[str], descriptors: FileDescriptorSet, kind: int) -> dict[str, str]:
    """Runs a generator that nobody can stand in for."""
    try:
        return run_generator(option, files, descriptors, kind)
    except GeneratorError as error:
        raise CodegenError(f"protoc {option} fails\n{error}") from error
