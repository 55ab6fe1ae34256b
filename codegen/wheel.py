"""Builds the wheel of a project that has a generated package in it, with the backend that its pyproject.toml names.

The project is laid out in a scratch folder: its own files, and the package as the build has made it, where the
checkout has the committed copy. The same backend (https://peps.python.org/pep-0517/) then does what it does for pip.
"""

import argparse
import contextlib
import importlib
import os
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from codegen.errors import CodegenError
from codegen.flagfile import expand

# 1980-01-01, the first moment that a zip file can name (https://reproducible-builds.org/specs/source-date-epoch/).
_EPOCH = "315532800"


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Returns the program's arguments."""
    parser = argparse.ArgumentParser(prog="wheel", allow_abbrev=False)
    parser.add_argument("--label", required=True, help="the py_grpc_wheel, for messages")
    parser.add_argument("--distribution", required=True, help="the name that pyproject.toml has to give")
    parser.add_argument("--version", required=True, help="the version that pyproject.toml has to give")
    parser.add_argument("--out", required=True, type=Path, help="the wheel to write")
    parser.add_argument(
        "--file", action="append", default=[], nargs=2, metavar=("PATH", "FILE"), help="a file of the project"
    )
    return parser.parse_args(expand(argv))


def main(argv: list[str]) -> int:
    """Builds a wheel. Returns 0, or 1 after a message on standard error."""
    arguments = parse_arguments(argv)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            project = Path(scratch, "project")
            lay_out(project, dict(arguments.file))
            settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
            check_identity(settings, arguments.distribution, arguments.version)
            wheel = _build(project, settings, Path(scratch))
            if wheel.name != arguments.out.name:
                raise CodegenError(f"its backend builds {wheel.name}, and the rule is for {arguments.out.name}.")
            shutil.copyfile(wheel, arguments.out)
    except (CodegenError, tomllib.TOMLDecodeError) as error:
        print(f"{arguments.label}: pyproject.toml: {error}", file=sys.stderr)
        return 1
    return 0


def lay_out(project: Path, files: Mapping[str, str]) -> None:
    """Copies files to where a project has them, all with one mode, so that no umask shows in the wheel.

    Args:
      project: the folder of the project.
      files: from path below it to file.
    """
    for path, file in files.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, project / path)
        (project / path).chmod(0o644)


def check_identity(settings: Mapping[str, Any], distribution: str, version: str) -> None:
    """Makes sure that the wheel will have the file name that the build has promised.

    Args:
      settings: what pyproject.toml says.
      distribution: the name that the rule gives.
      version: the version that the rule gives.

    Raises:
      CodegenError: naming both values.
    """
    project = settings.get("project", {})
    wanted = {"name": distribution, "version": version}
    for key, value in wanted.items():
        found = str(project.get(key, ""))
        if _normalized(found) != _normalized(value):
            attribute = "distribution" if key == "name" else key
            raise CodegenError(f'{key} is "{found}", and {attribute} of the rule is "{value}". Make them the same.')


def _build(project: Path, settings: Mapping[str, Any], scratch: Path) -> Path:
    """Returns the wheel that the project's backend builds."""
    entry = settings.get("build-system", {}).get("build-backend", "setuptools.build_meta")
    module, _, attribute = entry.partition(":")
    try:
        backend = importlib.import_module(module)
    except ImportError as error:
        raise CodegenError(f"build-backend {entry}: {error}. Add what has it to build_deps.") from error
    with _inside(project):
        name: str = (getattr(backend, attribute) if attribute else backend).build_wheel(str(scratch))
    return scratch / name


@contextlib.contextmanager
def _inside(project: Path) -> Iterator[None]:
    """Has a backend find what PEP 517 promises it, the project as the working directory; what it prints is dropped."""
    os.environ["SOURCE_DATE_EPOCH"] = _EPOCH
    before = Path.cwd()
    os.chdir(project)
    try:
        with contextlib.redirect_stdout(None):
            yield
    finally:
        os.chdir(before)


def _normalized(name: str) -> str:
    # https://packaging.python.org/en/latest/specifications/name-normalization/
    return re.sub(r"[-_.]+", "-", name).lower()
