"""From a generated tree to its package, in this process, by the programs that the script and the build run."""

import contextlib
import io
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen import driver, package_files
from codegen.python import package
from codegen.python.import_fix import fix_imports
from codegen.python.names import output_files
from codegen.protoc import run_protoc
from proto_tree.folder import read_folder
from proto_tree.imports import Import
from proto_tree.libraries import Library, make_libraries
from tests.fuzz.proto_text import Tree

WELL_KNOWN = next(root for path in sys.path if (root := Path(path, "grpc_tools", "_proto")).is_dir())
_LABEL = "//t:t_proto"


class Fix(NamedTuple):
    """A call of fix_imports: its arguments and its result."""

    source: str
    module: str
    siblings: Mapping[str, str]
    fixed: str


class Made(NamedTuple):
    """What came of a tree: `folder` is the package, `warnings` one a line."""

    folder: Path
    imports: dict[str, list[Import]]
    fixes: list[Fix]
    warnings: list[str]


class MakeError(Exception):
    """A program that failed, and what it said."""


def write(tree: Tree, root: Path) -> Path:
    """Writes the protos of a tree to a folder below the root and returns it."""
    for path, text in tree.protos.items():
        target = root / "protos" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8"))
    return root / "protos"


def compile_all(tree: Tree, protos: Path) -> FileDescriptorSet | None:
    """Returns protoc's own descriptors of a tree, without source info, or None when it refuses the tree.

    Its own Python is written to the folder "python" beside the protos.
    """
    output, python = protos.parent / "descriptors.bin", protos.parent / "python"
    python.mkdir()
    roots = [f"--proto_path={root}" for root in (protos, WELL_KNOWN)]
    status, _ = run_protoc([*roots, "--include_imports", f"-o{output}", f"--python_out={python}", *tree.protos])
    return FileDescriptorSet.FromString(output.read_bytes()) if status == 0 else None


def make(tree: Tree, protos: Path) -> Made:
    """Generates the package of a tree, a library at a time.

    Raises:
      ProtoTreeError: when the folder cannot be read.
      MakeError: when another program ends with a message.
    """
    folder = protos.parent / "made" / tree.package.replace(".", "/")
    imports = read_folder(protos, WELL_KNOWN)
    libraries = make_libraries({path: [found.path for found in found_there] for path, found_there in imports.items()})
    sources = {(library.folder, library.name): library.srcs for library in libraries}
    warnings = [protos.parent / f"{number}.warnings" for number in range(len(libraries))]
    with _recorded_fixes() as fixes:
        for library, file in zip(libraries, warnings, strict=True):
            allowed = [*library.srcs, *library.runtime, *(path for dep in library.deps for path in sources[dep])]
            _run(
                driver.main,
                [*_driver_arguments(tree, library, allowed, protos), f"--out={folder}", f"--warnings={file}"],
            )
    _run(package_files.main, _package_arguments(tree, protos, folder, warnings))
    return Made(folder, imports, fixes, (protos.parent / "warnings").read_text("utf-8").splitlines())


def _driver_arguments(tree: Tree, library: Library, allowed: list[str], protos: Path) -> list[str]:
    arguments = [f"--label={_LABEL}", "--provided=google/protobuf/", f"--type-stubs={tree.type_stubs}"]
    arguments += [f"--proto-path={protos}", f"--proto-path={WELL_KNOWN}", "--source-prefix", str(protos), "src"]
    arguments += [f"--descriptor-prefix={tree.descriptor_prefix}"]
    arguments += ["--concrete-servicers"] if tree.concrete_servicers else []
    arguments += [f"--importable={path}" for path in allowed]
    return arguments + [word for path in library.srcs for word in ("--proto", path, str(protos / path))]


def _package_arguments(tree: Tree, protos: Path, folder: Path, warnings: list[Path]) -> list[str]:
    outputs = [path for proto in tree.protos for path in output_files(proto)]
    above = {"/".join(path.split("/")[:end]) + "/" for path in outputs for end in range(1, path.count("/") + 1)}
    arguments = [f"--label={_LABEL}", f"--proto-path={protos}", f"--proto-path={WELL_KNOWN}", f"--out={folder}"]
    arguments += [f"--warnings-out={protos.parent / 'warnings'}", *(["--lazy-exports"] if tree.lazy_exports else [])]
    arguments += [f"--proto={path}" for path in tree.protos]
    arguments += [f"--generated={folder / path}" for path in outputs if path.endswith(".py")]
    arguments += [f"--warnings={file}" for file in warnings]
    return arguments + [f"--folder={path}" for path in ("", *sorted(above))]


def _run(program: Callable[[list[str]], int], arguments: list[str]) -> None:
    said = io.StringIO()
    # In a build warnings are none of the errors that they are in a test.
    with contextlib.redirect_stderr(said), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        status = program(arguments)
    if status != 0:
        raise MakeError(said.getvalue())


@contextlib.contextmanager
def _recorded_fixes() -> Iterator[list[Fix]]:
    """Yields what is going to hold every call of fix_imports."""
    fixes = []

    def record(source: str, module: str, siblings: Mapping[str, str]) -> str:
        fixes.append(Fix(source, module, siblings, fix_imports(source, module, siblings)))
        return fixes[-1].fixed

    with mock.patch.object(package, "fix_imports", record):
        yield fixes
