"""Checks that docs/guarantees.md covers every test folder, and that all test targets in it exist."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

PAGE = "docs/guarantees.md"


def problems(page: str, files: Iterable[str]) -> Iterator[str]:
    """Yields the page's problems, and the test files without a target.

    Args:
      page: its text, with labels like `//tests/cases:cases_test`.
      files: the tracked files, for example "tests/cases/cases_test.py" for that target.
    """
    tests = {PurePosixPath(file) for file in files if re.fullmatch(r"tests/.*_test\.py", file)}
    named = {PurePosixPath(*label) for label in re.findall(r"`//(tests[^:`]*):(\w+)`", page)}
    for test in sorted(named - {test.with_suffix("") for test in tests}):
        yield f"//{test.parent}:{test.name} does not exist. Fix or remove it."
    for folder in sorted({test.parent for test in tests} - {test.parent for test in named}):
        yield f"no guarantee names a test of //{folder}. Say what its tests hold."
    for test in sorted(tests):
        build = Path(test.with_name("BUILD.bazel")).read_text(encoding="utf-8")
        if not re.search(rf'"({test.stem}|{test.name}|\*_test\.py)"', build):
            yield f"{test} has no target. Add one, or delete it."


def main() -> int:
    """Prints the problems; returns 1 if there are any."""
    files = subprocess.run(["git", "ls-files", "tests"], check=True, capture_output=True, text=True).stdout.splitlines()
    with open(PAGE, encoding="utf-8") as page:
        found = list(problems(page.read(), files))
    for problem in found:
        print(f"{PAGE}: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
