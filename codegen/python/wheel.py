"""Builds the wheel of a project that contains a generated package, with the backend that its pyproject.toml names.

The project is laid out in a scratch folder: its own files, and the freshly built package in place of the committed
copy. The same backend (https://peps.python.org/pep-0517/) then does what it does for pip.
"""

import argparse
import contextlib
import importlib
import io
import os
import shutil
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from codegen.errors import CodegenError

# 1980-01-01, the earliest time in a zip file (https://reproducible-builds.org/specs/source-date-epoch/).
_EPOCH = "315532800"


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Returns the program's arguments."""
    parser = argparse.ArgumentParser(prog="wheel", allow_abbrev=False)
    parser.add_argument("--label", required=True, help="the py_grpc_wheel, for error messages")
    parser.add_argument("--package-dir", required=True, help="the package's folder in the project")
    parser.add_argument("--out", required=True, type=Path, help="the wheel to write")
    parser.add_argument(
        "--file", action="append", default=[], nargs=2, metavar=("PATH", "FILE"), help="a file of the project"
    )
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Builds a wheel. Returns 0, or 1 after printing an error."""
    arguments = parse_arguments(argv)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            project = Path(scratch, "project")
            lay_out(project, dict(arguments.file))
            settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
            wheel = _build(project, settings, Path(scratch))
            _check_wheel(wheel, arguments.out.name, arguments.package_dir)
            shutil.copyfile(wheel, arguments.out)
    except (CodegenError, tomllib.TOMLDecodeError) as error:
        print(f"{arguments.label}: pyproject.toml: {error}", file=sys.stderr)
        return 1
    return 0


def lay_out(project: Path, files: Mapping[str, str]) -> None:
    """Copies files into a project, all with one mode to keep the umask out of the wheel.

    Args:
      project: the project's folder.
      files: from path below it to file.
    """
    for path, file in files.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, project / path)
        (project / path).chmod(0o644)


def _build(project: Path, settings: Mapping[str, Any], scratch: Path) -> Path:
    """Returns the wheel that the project's backend builds."""
    entry = settings.get("build-system", {}).get("build-backend", "setuptools.build_meta")
    module, _, attribute = entry.partition(":")
    output = io.StringIO()
    try:
        with _build_environment(project), contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            backend = importlib.import_module(module)
            name: str = (getattr(backend, attribute) if attribute else backend).build_wheel(str(scratch))
    except ModuleNotFoundError as error:
        raise CodegenError(
            f"build-backend {entry}: {error}. Add the distribution that contains it to build_deps."
        ) from error
    except (Exception, SystemExit) as error:
        print(output.getvalue(), end="", file=sys.stderr)
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise CodegenError(f"build-backend {entry} fails: {reason}") from error
    return scratch / name


def _check_wheel(wheel: Path, wanted: str, package_dir: str) -> None:
    """Checks that a wheel has the declared name and contains the package."""
    if wheel.name != wanted:
        raise CodegenError(
            f"its backend builds {wheel.name}, and the rule is for {wanted}. Use the same name and normalized version "
            'in both, and set in pyproject.toml requires-python = ">=3.11" or the like.'
        )
    marker = Path(package_dir).name + "/py.typed"
    if not any(name == marker or name.endswith("/" + marker) for name in zipfile.ZipFile(wheel).namelist()):
        raise CodegenError(f"its backend leaves {package_dir} out of the wheel. Configure it to include that folder.")


@contextlib.contextmanager
def _build_environment(project: Path) -> Iterator[None]:
    """Runs the block in the project's folder, as PEP 517 requires, with a fixed umask and timestamp."""
    os.environ["SOURCE_DATE_EPOCH"] = _EPOCH
    before, umask = Path.cwd(), os.umask(0o022)
    os.chdir(project)
    try:
        yield
    finally:
        os.chdir(before)
        os.umask(umask)
