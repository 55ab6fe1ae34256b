"""Finds the protos whose modules an installed package provides, by contents: without lists of names, without importing.

A generated `_pb2.py` contains its descriptor, and that names the proto. pip_repository runs this program after the
installation; it makes a proto_library of each proto.
"""

import argparse
import ast
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileOptions
from google.protobuf.message import DecodeError

from codegen.descriptors import imports_of
from codegen.errors import CodegenError
from codegen.python.names import protoc_files

# protobuf itself: its protos are those of the compiler.
_RUNTIME = "google/protobuf/"

_ADD = "AddSerializedFile"

# What Bazel and protoc take in a path without quoting.
_USABLE = re.compile(r"(?![/-])[\w+\-./]+\.proto", re.ASCII)


# Of a file, not of what it defines.
_FOREIGN_OPTIONS = [
    field.name
    for field in FileOptions.DESCRIPTOR.fields
    if field.name not in ("deprecated", "features", "uninterpreted_option")
]

# How to avoid a collision.
_TAKE = (
    "To import the installed one instead of generating it: provided_by, or --exclude with the path in "
    "scripts/generate_grpc_stubs.sh."
)


class Module(NamedTuple):
    """A generated module: its path below site-packages, and the descriptor in it."""

    path: str
    descriptor: FileDescriptorProto


class Provided(NamedTuple):
    """A proto that an installed package provides.

    `module` is the path of the module to import for it, below site-packages. `deps` are the protos that it imports.
    `problem` is why it cannot be compiled, or "".
    """

    proto: str
    module: str
    deps: list[str]
    problem: str


def read_descriptor(source: str) -> FileDescriptorProto | None:
    """Returns the descriptor in a generated module, or None if it has none.

    Args:
      source: the text of a `_pb2.py`.

    Raises:
      CodegenError: if it registers a descriptor, but not as protoc writes it.
    """
    if _ADD not in source:
        return None
    try:
        literals = [
            call.args[0].value
            for call in ast.walk(ast.parse(source))
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == _ADD
            if len(call.args) == 1 and isinstance(call.args[0], ast.Constant)
        ]
        (literal,) = (value for value in literals if isinstance(value, bytes))
        return FileDescriptorProto.FromString(literal)
    except (SyntaxError, ValueError, DecodeError) as error:
        raise CodegenError(f"no descriptor can be read from it ({' '.join(str(error).split())})") from error


def check_installed(compiled: Mapping[str, FileDescriptorProto], modules: Mapping[str, str]) -> None:
    """Checks that installed modules have what the sources of their protos say.

    Args:
      compiled: what protoc made of the sources, by import path.
      modules: the text of each `_pb2.py`, by import path. Those without a descriptor are skipped: they only re-export.

    Raises:
      CodegenError: naming the first proto that differs.
    """
    for proto, source in modules.items():
        descriptor = _read(proto, source) if proto in compiled else None
        # The encoding of custom options depends on the compiler.
        if descriptor and not _is_same(compiled[proto], descriptor, FileDescriptorProto.DiscardUnknownFields):
            raise CodegenError(
                f"{proto} and {protoc_files(proto).messages} of the package that provides it disagree. "
                "Lock another version of that package."
            )


def use_options_beside(file: FileDescriptorProto, source: str) -> None:
    """Gives a file the options of the installed one if nothing else differs, so that Python can import both.

    Python's descriptor pool takes a second file of the same name only if it is identical. Copies often differ in what
    other languages' generators read, such as java_package.

    Args:
      file: without source info. Modified in place.
      source: the text of the installed `_pb2.py`.
    """
    installed = _read(file.name, source)
    if installed and _is_same(file, installed, _without_options):
        file.options.CopyFrom(installed.options)
        if not installed.HasField("options"):
            file.ClearField("options")


def collisions(compiled: Mapping[str, FileDescriptorProto], modules: Mapping[str, str]) -> dict[str, str]:
    """Returns a warning for each proto of which Python may be unable to import both this module and the installed one.

    Args:
      compiled: what protoc made of the sources, by import path.
      modules: the text of each installed `_pb2.py`, by import path.
    """
    warnings = {}
    for proto, source in sorted(modules.items()):
        installed = _read(proto, source)
        if not installed or _is_same(compiled[proto], installed):
            continue
        module = protoc_files(proto).messages
        problem = f"it differs from the installed {module}, and Python cannot import both in one process."
        if _is_same(compiled[proto], installed, _without_options):
            problem = (
                f"only its options differ from those of the installed {module}. The package has the latter, so that "
                "Python can import both in one process; that may not be so for other versions of it."
            )
        warnings[proto] = f"{problem} {_TAKE}"
    return warnings


def _read(proto: str, source: str) -> FileDescriptorProto | None:
    try:
        return read_descriptor(source)
    except CodegenError as error:
        raise CodegenError(f"{protoc_files(proto).messages}: {error}. Lock another version of its package.") from error


def _is_same(
    compiled: FileDescriptorProto,
    installed: FileDescriptorProto,
    simplify: Callable[[FileDescriptorProto], None] = lambda _: None,
) -> bool:
    """Returns whether two descriptors of a file are the same after a change of both."""
    one, other = FileDescriptorProto(), FileDescriptorProto()
    one.CopyFrom(compiled)
    other.CopyFrom(installed)
    for each in (one, other):
        each.ClearField("source_code_info")
        _drop_json_names([*each.message_type], each.extension)
        simplify(each)
    return one == other


def _without_options(file: FileDescriptorProto) -> None:
    """Clears what only the generators of other languages read."""
    kept = FileOptions()
    kept.CopyFrom(file.options)
    for name in _FOREIGN_OPTIONS:
        # The type stubs know no names in variables.
        kept.ClearField(name)  # type: ignore[arg-type]
    file.ClearField("options")
    if kept.ByteSize():
        file.options.CopyFrom(kept)


def _drop_json_names(messages: list[DescriptorProto], fields: Iterable[FieldDescriptorProto]) -> None:
    """Clears the derived JSON names, which protoc adds to descriptor sets and leaves out of code."""
    for field in fields:
        if field.json_name == _json_name(field.name):
            field.ClearField("json_name")
    for message in messages:
        _drop_json_names([*message.nested_type], [*message.field, *message.extension])


def _json_name(name: str) -> str:
    # https://protobuf.dev/programming-guides/json/#field-names
    return re.sub("_+(.?)", lambda match: match[1].upper(), name)


def find_provided(site_packages: Path, out: Path, others: Mapping[str, Path]) -> list[Provided]:
    """Returns the protos of installed packages, sorted, and writes their sources.

    A source is the wheel's own file if it has one, and otherwise printed from the descriptor.

    Args:
      site_packages: the installed packages.
      out: the folder for sources, laid out by import path.
      others: the protos that packages elsewhere provide, from import path to their site-packages.
    """
    modules, problems = _read_modules(site_packages)
    known: dict[str, Module | _Elsewhere] = {
        **{proto: _Elsewhere(folder) for proto, folder in others.items()},
        **modules,
    }
    printer = _Printer(known)
    provided = []
    for proto, module in modules.items():
        deps = imports_of(module.descriptor)
        problem = next(
            (
                f"{module.path}: its proto imports {dep}, which no package of the lock provides. Add the one that does."
                for dep in deps
                if dep not in known and not dep.startswith(_RUNTIME)
            ),
            "",
        )
        target = out / proto
        target.parent.mkdir(parents=True, exist_ok=True)
        source = next((path for path in _sources(site_packages, proto, module) if path.is_file()), None)
        if source:
            target.symlink_to(os.path.relpath(source, target.parent))
        elif not problem:
            try:
                target.write_text(printer.text(proto), encoding="utf-8")
            except Exception as error:  # whatever the lock's protobuf makes of a strange descriptor
                reason = " ".join(f"{type(error).__name__}: {error}".split())
                problem = f"{module.path}: its proto cannot be printed ({reason}). Lock another version of it."
        provided.append(Provided(proto, protoc_files(proto).messages, deps, problem))
    for module_path, problem in problems.items():
        proto = module_path.removesuffix("_pb2.py") + ".proto"
        if proto not in modules and _USABLE.fullmatch(proto):
            provided.append(Provided(proto, module_path, [], f"{module_path}: {problem}. Lock another version of it."))
    return sorted(provided)


def _read_modules(site_packages: Path) -> tuple[dict[str, Module], dict[str, str]]:
    """Returns the modules of protos, by import path, and what is wrong with others, by their own path."""
    modules: dict[str, Module] = {}
    problems: dict[str, str] = {}
    for path in sorted(site_packages.rglob("*_pb2.py")):
        relative = path.relative_to(site_packages).as_posix()
        if relative.startswith(_RUNTIME):
            continue
        try:
            descriptor = read_descriptor(path.read_bytes().decode("utf-8", "replace"))
        except CodegenError as error:
            problems[relative] = str(error)
            continue
        # A copy of a module in another folder is not imported under the proto's name. The module that is may only
        # re-export another one.
        if descriptor and _is_importable(site_packages, descriptor.name):
            module = Module(relative, descriptor)
            is_imported = relative == protoc_files(descriptor.name).messages
            modules[descriptor.name] = module if is_imported else modules.get(descriptor.name, module)
    return modules, problems


def _is_importable(site_packages: Path, proto: str) -> bool:
    usable = _USABLE.fullmatch(proto) and ".." not in proto.split("/") and not proto.startswith(_RUNTIME)
    return bool(usable) and (site_packages / protoc_files(proto).messages).is_file()


def _sources(site_packages: Path, proto: str, module: Module) -> Iterator[Path]:
    """Yields where a wheel may have the source: by import path, or beside the module (google/longrunning)."""
    yield site_packages / proto
    yield site_packages / (module.path.removesuffix("_pb2.py") + ".proto")


class _Elsewhere(NamedTuple):
    """A proto of a package in another site-packages."""

    site_packages: Path


class _Printer:
    """Prints protos, and reads only the descriptors that this takes."""

    def __init__(self, known: Mapping[str, Module | _Elsewhere]) -> None:
        from google.protobuf import descriptor_pool

        self._known = known
        self._pool = descriptor_pool.DescriptorPool()
        self._added: dict[str, FileDescriptorProto] = {}

    def text(self, proto: str) -> str:
        """Returns the source of a known proto."""
        # Only here, because it needs a newer protobuf than reading does.
        from codegen.proto_text import proto_text

        self._add("google/protobuf/descriptor.proto")
        return proto_text(self._add(proto), self._pool)

    def _add(self, proto: str) -> FileDescriptorProto:
        if proto not in self._added:
            self._added[proto] = descriptor = self._descriptor(proto)
            for dep in imports_of(descriptor):
                self._add(dep)
            self._pool.Add(descriptor)
        return self._added[proto]

    def _descriptor(self, proto: str) -> FileDescriptorProto:
        entry = self._known.get(proto)
        if isinstance(entry, Module):
            return entry.descriptor
        folder = entry.site_packages if entry else Path(str(sys.modules["google.protobuf"].__file__)).parents[2]
        path = folder / protoc_files(proto).messages
        descriptor = read_descriptor(path.read_text(encoding="utf-8"))
        if not descriptor:
            raise CodegenError(f"{path} has no descriptor")
        return descriptor


def main(argv: Sequence[str]) -> int:
    """Prints what is provided, as JSON. Returns 0."""
    parser = argparse.ArgumentParser(prog="installed", allow_abbrev=False)
    parser.add_argument("site_packages", type=Path)
    parser.add_argument("out", type=Path, help="the folder to write sources to")
    parser.add_argument("others", type=Path, nargs="*", help="the protos.json of other repositories")
    arguments = parser.parse_args(argv)
    others = {
        proto: path.parent / "site-packages"
        for path in arguments.others
        for proto in json.loads(path.read_text(encoding="utf-8"))
    }
    provided = find_provided(arguments.site_packages, arguments.out, others)
    json.dump([each._asdict() for each in provided], sys.stdout)
    return 0
