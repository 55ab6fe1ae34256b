"""Runs mypy and basedpyright, both strict, on a test's files, and parses their reports."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

CHECKERS = ("mypy", "basedpyright")

RUNFILES = Path(os.environ["TEST_SRCDIR"])
SITE_PACKAGES = RUNFILES / "py_grpc_wheels/site-packages"
# What the type checkers may see: the types that stubs import, and nothing else of the machine or the tests.
TYPES = {
    SITE_PACKAGES: ["google", "google-stubs", "grpc"],
    RUNFILES / "test_wheels/site-packages": ["grpc-stubs"],
}

# What a generated file tells pyright, so that it reports nothing.
_PYRIGHT_SETTINGS = re.compile(r"^# pyright: .*\n", re.MULTILINE)

# Errors in every file that mypy-protobuf writes, and why they are unavoidable.
_INHERENT = re.compile(
    # types-protobuf allows one of two classes, and a message's stub picks one.
    r'^"DESCRIPTOR" overrides symbol of same name in class "Message"'
    # mypy-protobuf and types-protobuf both do this.
    r'|^"(_EnumTypeWrapper|_ExtensionFieldDescriptor)" is private and used outside of the module'
)


class Finding(NamedTuple):
    """A line of a type checker's report."""

    path: Path
    line: int
    is_error: bool
    text: str


class Report(NamedTuple):
    """The type checkers' findings for the Python files of a folder."""

    root: Path
    findings: dict[str, list[Finding]]

    def errors(self, checker: str, *paths: Path) -> list[Finding]:
        """Returns the errors in some files and folders, except those inherent in stubs."""
        return [
            finding
            for finding in self.findings[checker]
            if finding.is_error
            and not _INHERENT.match(finding.text)
            and any(finding.path.is_relative_to(path) for path in paths)
        ]

    def complaints(self, checker: str, *paths: Path) -> list[str]:
        """Returns the same as readable lines."""
        return [
            f"{finding.path.relative_to(self.root)}:{finding.line}: {finding.text}"
            for finding in self.errors(checker, *paths)
        ]

    def revealed_types(self, checker: str, path: Path) -> dict[int, str]:
        """Returns a file's revealed types by line, in a common notation for both checkers, without modules."""
        return {
            finding.line: re.sub(r"[\w.]+\.(?=\w)", "", match[1]).replace("] | Literal[", ", ")
            for finding in self.findings[checker]
            if finding.path == path and (match := re.search(r'^(?:Revealed type|Type of ".*") is "(.*)"', finding.text))
        }


def expected_types(path: Path) -> dict[int, str]:
    """Returns the comments after each `reveal_type(…)` of a file, by line."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return {number: match[1] for number, line in lines if (match := re.search(r"\breveal_type\(.*\)  # (.*)", line))}


def check(root: Path, scratch: Path) -> Report:
    """Runs both type checkers on the stubs below a folder and on the programs in its top level.

    Args:
      root: the folder from which everything is imported. Of what makes pyright less
        strict on the stubs, only that they may use what is deprecated is kept.
      scratch: an empty folder.
    """
    for path in root.rglob("*_pb2*.pyi"):
        text = _PYRIGHT_SETTINGS.sub("# pyright: reportDeprecated=false\n", path.read_text(encoding="utf-8"))
        path.unlink()
        path.write_text(text, encoding="utf-8")
    strict = basedpyright(_sources(root), root, scratch, "strict")
    return Report(root, {"mypy": list(_mypy(root)), "basedpyright": strict})


def run(command: Iterable[str | Path], cwd: Path = Path("/"), **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command, by default in a folder with nothing to import, and returns the completed process."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def mypy(*arguments: str | Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Runs mypy --strict with a folder to import from, and returns the completed process."""
    options = ["--strict", f"--cache-dir={os.devnull}", "--config-file=", "--explicit-package-bases"]
    return run([sys.executable, "-m", "mypy", *options, *arguments], MYPYPATH=str(path))


def run_program(path: Path, **environment: str) -> None:
    """Runs a program that can import only from its folder and the runtime, and fails on any warning."""
    program = f"import runpy, sys; sys.path[:0] = [{str(path.parent)!r}, {str(SITE_PACKAGES)!r}]; "
    program += f"runpy.run_path({str(path)!r}, run_name='__main__')"
    result = run([sys.executable, "-I", "-W", "error", "-c", program], Path("/"), **environment)
    assert result.returncode == 0, result.stderr


def _sources(root: Path) -> list[Path]:
    """Returns the stubs below a folder, the modules without stubs, and the programs in its top level."""
    return [*root.rglob("*.pyi"), *root.rglob("__init__.py"), *root.glob("*.py")]


def _mypy(root: Path) -> Iterator[Finding]:
    result = mypy("--output=json", "--enable-error-code=deprecated", *_sources(root), path=root)
    assert result.returncode in (0, 1), result.stdout + result.stderr
    for line in result.stdout.splitlines():
        entry = json.loads(line)
        yield Finding(Path("/", entry["file"]), entry["line"], entry["severity"] == "error", entry["message"])


def basedpyright(files: Iterable[Path], root: Path, scratch: Path, mode: str) -> list[Finding]:
    """Runs basedpyright and returns its errors and warnings.

    Args:
      files: the files and folders to check.
      root: the folder from which everything is imported.
      scratch: a folder for its settings.
      mode: its typeCheckingMode: "strict", "recommended" (its default) or "standard" (pyright's).
    """
    types = scratch / "types"
    if not types.exists():
        types.mkdir()
        for folder, names in TYPES.items():
            for name in names:
                (types / name).symlink_to(folder / name)
    settings = {
        "include": [str(path) for path in files],
        "extraPaths": [str(root), str(types)],
        "typeCheckingMode": mode,
        "pythonVersion": "3.11",
    }
    project = scratch / "pyrightconfig.json"
    project.write_text(json.dumps(settings))
    options: list[str | Path] = ["--outputjson", "--project", project, "--pythonpath", sys.executable]
    result = run([sys.executable, "-m", "basedpyright", *options], HOME=str(scratch))
    assert result.returncode in (0, 1), result.stdout + result.stderr
    findings = []
    for entry in json.loads(result.stdout)["generalDiagnostics"]:
        text = f"{entry['message']} [{entry.get('rule', '')}]"
        line = entry["range"]["start"]["line"] + 1
        findings.append(Finding(Path(entry["file"]), line, entry["severity"] == "error", text))
    return findings
