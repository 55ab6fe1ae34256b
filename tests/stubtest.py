"""Runs mypy's stubtest, which compares type stubs with what is there at run time, and reads what it says."""

import os
import re
import sys
from pathlib import Path

from tests.type_checkers import run


class Allowlist:
    """Files of regular expressions, one a line, each for the whole of a line that stubtest may print.

    stubtest's own lists have names only: a message on one of those, because its metaclass differs, could be missing.
    """

    def __init__(self, *files: Path) -> None:
        """Reads the files; lines that begin with a # are comments."""
        lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        self._patterns = [re.compile(line) for line in lines if line and not line.startswith("#")]

    def reject(self, lines: list[str]) -> list[str]:
        """Returns the lines that are not allowed."""
        return [line for line in lines if not any(pattern.fullmatch(line) for pattern in self._patterns)]

    def unused(self, lines: list[str]) -> list[str]:
        """Returns the expressions that allow none of the lines."""
        return [pattern.pattern for pattern in self._patterns if not any(map(pattern.fullmatch, lines))]


def stubtest(project: Path, package: str) -> list[str]:
    """Returns what stubtest says of a package in a folder that can be written to."""
    result = run(
        [sys.executable, "-m", "mypy.stubtest", "--concise", package],
        cwd=project,
        MYPYPATH=str(project),
        # Of what the test itself can import, only what is installed: mypy would find another copy of the package there.
        PYTHONPATH=os.pathsep.join(path for path in sys.path if path.endswith("site-packages")),
        # upb, which people have, keeps fields out of the classes: stubtest would not find one of them.
        PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION="python",
    )
    assert not result.stderr, result.stderr
    return [line.removeprefix(f"{package}.") for line in result.stdout.splitlines()]
