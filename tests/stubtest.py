"""Runs mypy's stubtest, which compares type stubs with the runtime, and parses its output."""

import os
import re
import sys
from pathlib import Path

from tests.type_checkers import run


class Allowlist:
    """Files of regular expressions, one per line, each of which must match a whole line of stubtest's output.

    stubtest's own allowlists have only names: a message class, listed because its metaclass differs, could be missing.
    """

    def __init__(self, *files: Path) -> None:
        """Reads the files; lines that begin with # are comments."""
        lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        self._patterns = [re.compile(line) for line in lines if line and not line.startswith("#")]

    def reject(self, lines: list[str]) -> list[str]:
        """Returns the lines that are not allowed."""
        return [line for line in lines if not any(pattern.fullmatch(line) for pattern in self._patterns)]

    def unused(self, lines: list[str]) -> list[str]:
        """Returns the expressions that match none of the lines."""
        return [pattern.pattern for pattern in self._patterns if not any(map(pattern.fullmatch, lines))]


def stubtest(project: Path, package: str) -> list[str]:
    """Returns stubtest's findings for a package in a writable folder."""
    result = run(
        [sys.executable, "-m", "mypy.stubtest", "--concise", package],
        cwd=project,
        MYPYPATH=str(project),
        # Only installed packages from the test's own path: mypy would find another copy of the package elsewhere on it.
        PYTHONPATH=os.pathsep.join(path for path in sys.path if path.endswith("site-packages")),
        # upb, the default runtime, keeps fields out of the classes, where stubtest would not find them.
        PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION="python",
    )
    assert not result.stderr, result.stderr
    return [line.removeprefix(f"{package}.") for line in result.stdout.splitlines()]
