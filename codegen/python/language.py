"""Python as a language of the code generator (codegen/language.py).

descriptors ─┬─ own names ───── protoc ──────────► _pb2.py ──────┬─► relative imports ─► check
             └─ legal names ─┬─ protoc (gRPC) ───► _pb2_grpc.py ─┤
                             └─ mypy-protobuf ───► both .pyi ────┘
"""

import ast
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools.grpc_version import VERSION

from codegen.descriptors import matches
from codegen.errors import CodegenError, GeneratorError, about
from codegen.language import Generated, PackageRequest, Request, Warned
from codegen.plugins import run_builtins
from codegen.python import name_fixes
from codegen.python.descriptors import (
    drop_derived_json_names,
    drop_imports,
    escape_service_comments,
    prefix_files,
    public_names,
    without_module,
)
from codegen.python.imports import check_imports, fix_imports
from codegen.python.installed import check_installed, collisions, use_options_beside
from codegen.python.lazy_exports import exports_of, init_source
from codegen.python.legal_names import LegalNames, check_names, use_legal_names
from codegen.python.names import Files, module_of_file, modules_of, output_files, protoc_files, protoc_modules
from codegen.python.requirements import (
    check_runtime,
    read_installed,
    requirements_of,
    requirements_on,
    requirements_text,
)
from codegen.python.scopes import check_scopes
from codegen.python.type_stubs import MESSAGE_GENERATORS, MYPY_PROTOBUF, add_reexports, service_generators, write_stubs

# Nobody can act on what checkers say of generated files: that one deprecated message uses another, that DESCRIPTOR has
# another type than Message's, that types-grpcio lacks grpc.experimental. The settings of a project do not change these.
_CHECKER_SETTINGS = """\
# mypy: disable-error-code="deprecated"
# pyright: basic, reportAttributeAccessIssue=false
"""

# protoc's options for the generators of code.
_MESSAGES = "--python_out"
_SERVICES = "--grpc_python_out"

TOOLS = f"grpcio-tools {VERSION}, {MYPY_PROTOBUF}"


class Options(NamedTuple):
    """The attributes of py_grpc_library that affect generated files (bazel/private/python/py_grpc_language.bzl).

    The rule passes all of them. The defaults, the same as its own, are for other callers.
    """

    abstract_servicers: bool = False
    descriptor_prefix: str = ""
    type_stubs: str = "mypy-protobuf"


class Tree(NamedTuple):
    """The modules of one package, and those that it imports from elsewhere.

    `protos` are the import paths of all its protos. `siblings` and `prefixed_siblings` map the module names that
    generators use to the real ones; only protoc's own modules use prefixed file names. `installed` are the starts of
    the names of modules that are installed elsewhere.
    """

    protos: frozenset[str]
    siblings: Mapping[str, str]
    prefixed_siblings: Mapping[str, str]
    installed: Sequence[str]


def generate(request: Request) -> Generated:
    """Returns four files for every proto.

    Raises:
      CodegenError: if a proto has names that Python cannot have, or a generator writes code that would not work.
    """
    options = Options(**request.options)
    prefix = f"{options.descriptor_prefix}/" if options.descriptor_prefix else ""
    for descriptor in request.descriptors.file:
        if descriptor.name in request.files:
            check_names(descriptor)
    collided = [] if prefix else _collisions(request)
    tree = _find_tree(request, prefix)
    drop_imports(request.descriptors, without_module(file.name for file in request.descriptors.file))
    legal = use_legal_names(request.descriptors, tree.protos)
    message_stubs, service_stubs, warnings = _type_stubs(request, legal, options, tree)
    code = _code(request, legal, prefix, tree)
    messages, services = _messages(request, code, legal, prefix, tree), _services(request, code, legal, tree)
    texts: dict[str, str] = {}
    for file in request.files:
        made = Files(messages[file], message_stubs[file], services[file], service_stubs[file])
        texts.update(zip(output_files(file), (_CHECKER_SETTINGS + text for text in made), strict=True))
    return Generated(texts, [*collided, *warnings], TOOLS)


def _collisions(request: Request) -> list[Warned]:
    compiled = {file.name: file for file in request.descriptors.file}
    found = collisions(compiled, {proto: _read(path) for proto, path in request.beside.items()})
    return [Warned(proto, text) for proto, text in found.items()]


def _find_tree(request: Request, prefix: str) -> Tree:
    """Returns the tree of a request's package. `prefix` is prepended to file names in descriptors."""
    elsewhere = (*request.provided, *request.exclude)
    protos = [file.name for file in request.descriptors.file if not matches(file.name, elsewhere)]
    installed = [_module_prefix(pattern) for pattern in request.provided]
    return Tree(frozenset(protos), _siblings(protos), _siblings(protos, prefix), installed)


def _module_prefix(pattern: str) -> str:
    """Returns how module names of provided protos start: "a/b/" gives "a.b.", and "a/b.proto" gives "a.b_pb2"."""
    module = protoc_modules(pattern.rstrip("/"))[0]
    return module.removesuffix("_pb2") + "." if pattern.endswith("/") else module


def _siblings(protos: Sequence[str], prefix: str = "") -> dict[str, str]:
    """Returns all modules of a tree, from the names that a generator uses for prefixed files to the real ones.

    Real names map to themselves, unless the generator uses one for another module.
    """
    siblings = {module: module for file in protos for module in modules_of(file)}
    for file in protos:
        siblings.update(zip(protoc_modules(prefix + file), modules_of(file), strict=True))
    return siblings


def finish(source: str, path: str, siblings: Mapping[str, str], installed: Iterable[str]) -> str:
    """Returns a generated file as it ships, except for the header.

    Args:
      source: the generator's output.
      path: its path below the package root, for example "a/b_pb2.py".
      siblings: all modules of the package, from the dotted names that the generator uses to the real ones.
      installed: what the names of modules that are installed elsewhere start with: ["google.protobuf.", "a.b_pb2"].

    Raises:
      CodegenError: if it imports what it should not.
      GeneratorError: if it is not valid Python, or binds a name twice.
    """
    fixed = fix_imports(source, module_of_file(path), siblings)
    try:
        tree = ast.parse(fixed)
    except SyntaxError as error:
        raise GeneratorError(f"{path}:{error.lineno}: the generated file is not valid Python: {error.msg}") from error
    check_imports(fixed, tree, path, siblings.keys(), installed)
    check_scopes(tree, path)
    return fixed


def _code(request: Request, legal: LegalNames, prefix: str, tree: Tree) -> dict[str, str]:
    """Returns protoc's and grpc's modules by path. Modifies the comments in the legal descriptors.

    Messages are generated from descriptors with the proto's own names: they have these at run time.
    """
    descriptors = FileDescriptorSet()
    descriptors.CopyFrom(request.descriptors)
    drop_derived_json_names(descriptors, frozenset(request.files))
    if not prefix:
        for descriptor in descriptors.file:
            if descriptor.name in request.beside:
                use_options_beside(descriptor, _read(request.beside[descriptor.name]))
    files = frozenset(request.files)
    if not prefix and not legal.renames:
        escape_service_comments(descriptors, files)
        return _run([_MESSAGES, _SERVICES], request.files, descriptors)
    prefix_files(descriptors, tree.protos, prefix)
    escape_service_comments(legal.descriptors, files)
    return {
        **_run([_MESSAGES], [prefix + file for file in request.files], descriptors),
        **_run([_SERVICES], request.files, legal.descriptors),
    }


def _messages(request: Request, code: Mapping[str, str], legal: LegalNames, prefix: str, tree: Tree) -> dict[str, str]:
    """Returns the `_pb2.py` of each file."""
    finished = {}
    for file in request.files:
        with about(file):
            path = output_files(file).messages
            source = name_fixes.keep_globals(code[protoc_files(prefix + file).messages])
            source = name_fixes.use_module_name(source, path)
            source = name_fixes.add_aliases(source, legal.aliases[file])
            finished[file] = finish(source, path, tree.prefixed_siblings, tree.installed)
    return finished


def _services(request: Request, code: Mapping[str, str], legal: LegalNames, tree: Tree) -> dict[str, str]:
    """Returns the `_pb2_grpc.py` of each file."""
    names = _service_names(request)
    finished = {}
    for file in request.files:
        with about(file):
            path = output_files(file).services
            source = name_fixes.use_plain_module_names(code[protoc_files(file).services])
            source = name_fixes.restore_service_names(source, path, legal.services[file])
            source = name_fixes.add_async_stubs(source, names[file])
            finished[file] = finish(source, path, tree.siblings, tree.installed)
    return finished


def _type_stubs(
    request: Request, legal: LegalNames, options: Options, tree: Tree
) -> tuple[dict[str, str], dict[str, str], list[Warned]]:
    """Returns the type stubs of messages and of services, each by import path, and warnings."""
    reexports, names = public_names(legal.descriptors), _service_names(request)

    def finish_messages(file: str, source: str) -> str:
        source = add_reexports(source, reexports[file])
        return finish(source, output_files(file).message_stubs, tree.siblings, tree.installed)

    def finish_services(file: str, source: str) -> str:
        source = name_fixes.restore_class_names(source, legal.services[file])
        source = name_fixes.allow_async_stubs(source, names[file])
        return finish(source, output_files(file).service_stubs, tree.siblings, tree.installed)

    generators = MESSAGE_GENERATORS[options.type_stubs], service_generators(options.abstract_servicers)
    messages, warnings = write_stubs(generators[0], request.files, legal.descriptors, finish_messages)
    services, more = write_stubs(generators[1], request.files, legal.descriptors, finish_services)
    return messages, services, [*warnings, *more]


def _service_names(request: Request) -> dict[str, list[str]]:
    """Returns the service names of each file, as in the proto."""
    return {file.name: [service.name for service in file.service] for file in request.descriptors.file}


def _run(options: Sequence[str], files: Sequence[str], descriptors: FileDescriptorSet) -> dict[str, str]:
    """Runs generators that have no fallback."""
    try:
        return run_builtins(options, files, descriptors)
    except GeneratorError as error:
        raise CodegenError(f"protoc {' '.join(options)} fails\n{error}") from error


class PackageOptions(NamedTuple):
    """py_grpc_library's options for the package, and the files of the wheels that it will run on.

    `installed` are the modules that it imports, by import path.
    `installed_metadata` are the METADATA files of the distributions of the former, `runtime_metadata` all of them.
    """

    installed: Mapping[str, str] = {}
    installed_metadata: Sequence[str] = ()
    lazy_exports: bool = False
    runtime_metadata: Sequence[str] = ()


def package_texts(request: PackageRequest) -> tuple[dict[str, str], list[str]]:
    """Returns an `__init__.py` for every folder, requirements.txt and py.typed, and warnings.

    They are about left-out names.

    Raises:
      CodegenError: if the package would not run on the wheels.
    """
    options = PackageOptions(**request.options)
    compiled = {file.name: file for file in request.descriptors.file}
    check_installed(compiled, {proto: _read(Path(path)) for proto, path in options.installed.items()})
    requirements = requirements_of(_read(path) for path in request.generated if path.suffix == ".py")
    requirements += requirements_on(read_installed(_read(Path(path)) for path in options.installed_metadata))
    check_runtime(requirements, read_installed(_read(Path(path)) for path in options.runtime_metadata))
    texts = dict.fromkeys(request.outputs, request.header)
    texts["requirements.txt"] = requirements_text(request.header, sorted(requirements))
    texts["py.typed"] = ""
    if not options.lazy_exports:
        return texts, []
    exports, left_out = exports_of(request.descriptors, request.files)
    header = request.header + _CHECKER_SETTINGS
    texts |= {folder + "__init__.py": init_source(header, names) for folder, names in exports.items() if names}
    return texts, left_out


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
