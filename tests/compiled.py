"""Compiles protos as the build does: with one call of the driver for each proto_library."""

import functools
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import grpc_tools

from codegen.driver import main

_WELL_KNOWN = Path(os.path.dirname(str(grpc_tools.__file__)), "_proto")


class Compiled(NamedTuple):
    """What the driver writes for a library."""

    descriptors: Path
    interface: Path
    unused: Path


def compile_library(
    protos: Mapping[str, Path],
    out: Path,
    label: str = "//t:t_proto",
    importable: Iterable[str] = (),
    deps: Sequence[Compiled] = (),
    source_prefix: Sequence[str] = (),
) -> tuple[int, Compiled]:
    """Compiles a library, and returns the driver's exit status and the files.

    Args:
      protos: its protos, from import path to file.
      out: the folder to write to.
      label: its label.
      importable: what it may import, besides its own protos and the well-known types.
      deps: its transitive deps, without the well-known types.
      source_prefix: two paths: a folder, and how to show it in messages.
    """
    return _compile(protos, out, label, importable, [well_known_types(), *deps], source_prefix)


def _compile(
    protos: Mapping[str, Path],
    out: Path,
    label: str,
    importable: Iterable[str],
    deps: Sequence[Compiled],
    source_prefix: Sequence[str],
) -> tuple[int, Compiled]:
    out.mkdir(parents=True, exist_ok=True)
    made = Compiled(out / "descriptors.binpb", out / "interface.binpb", out / "unused")
    command = ["compile", "--label", label]
    command += [word for path, file in protos.items() for word in ("--proto", path, os.fspath(file))]
    command += [f"--importable={path}" for path in (*protos, *importable, *_well_known_files())]
    command += [f"--interface={dep.interface}" for dep in deps]
    command += [f"--imported={dep.descriptors}" for dep in deps]
    command += ["--source-prefix", *source_prefix] if source_prefix else []
    command += [f"--out-descriptors={made.descriptors}", f"--out-interface={made.interface}"]
    return main([*command, f"--out-unused={made.unused}"]), made


@functools.cache
def _well_known_files() -> Mapping[str, Path]:
    return {path.relative_to(_WELL_KNOWN).as_posix(): path for path in sorted(_WELL_KNOWN.rglob("*.proto"))}


@functools.cache
def well_known_types() -> Compiled:
    """Returns the compiled well-known types."""
    folder = Path(tempfile.mkdtemp())
    status, made = _compile(_well_known_files(), folder, "//well:known", (), (), ())
    assert status == 0
    return made
