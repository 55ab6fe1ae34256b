"""Times Python and TypeScript together against Python alone, on JTS's protos, in one run.

    python3 bench/languages.py [RUNS]

Each figure is the median of RUNS (default 10) complete `bazel build` commands, in seconds; the languages alternate.
They share a clone of the committed state, a running server and fetched repositories.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PYTHON = "Python"
TARGETS: Mapping[str, Sequence[str]] = {
    PYTHON: ["//protos:py_stubs"],
    "Python and TypeScript": ["//protos:py_stubs", "//protos:ts_stubs"],
}


class Workspace:
    """A clone of the repository with its own Bazel server."""

    def __init__(self, folder: Path) -> None:
        """Clones the committed state, and fetches and builds everything once."""
        self.root = folder / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, self.root], check=True)
        self.startup = f"--output_user_root={folder / 'bazel'}"
        for targets in TARGETS.values():
            self.build(targets)

    def build(self, targets: Sequence[str]) -> float:
        """Builds targets and returns the time in seconds."""
        start = time.monotonic()
        self.bazel("build", *targets)
        return time.monotonic() - start

    def bazel(self, *arguments: str) -> None:
        """Runs Bazel."""
        subprocess.run(["bazel", self.startup, *arguments], check=True, cwd=self.root, stderr=subprocess.DEVNULL)

    def edit(self, number: str) -> None:
        """Changes all protos of the contract."""
        for proto in (self.root / "protos").glob("*.proto"):
            with proto.open("a") as file:
                file.write(f"// {number}\n")


def all_edited(workspace: Workspace, targets: Sequence[str], run: str) -> float:
    """Returns the time in seconds of a build after an edit that makes the whole contract stale."""
    workspace.build(targets)
    workspace.edit(run)
    return workspace.build(targets)


def after_clean(workspace: Workspace, targets: Sequence[str], _: str) -> float:
    """Returns the time in seconds of a build that also lays out Node and the wheels."""
    workspace.bazel("clean")
    return workspace.build(targets)


def rows(workspace: Workspace, runs: int) -> list[str]:
    """Returns the rows of the table; the ratio is the median of the ratios per run."""
    table = ["| | languages | seconds | to Python alone |", "| --- | --- | --- | --- |"]
    for what, measure in (("all protos edited", all_edited), ("after bazel clean", after_clean)):
        seconds: dict[str, list[float]] = {languages: [] for languages in TARGETS}
        for run in range(runs):
            for languages, targets in TARGETS.items():
                seconds[languages].append(measure(workspace, targets, f"{languages} {run}"))
        for languages, measured in seconds.items():
            ratio = statistics.median(a / b for a, b in zip(measured, seconds[PYTHON], strict=True))
            table.append(f"| {what} | {languages} | {statistics.median(measured):.2f} | {ratio:.2f} |")
    return table


def main(runs: int) -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        try:
            print("\n".join(rows(workspace, runs)))
        finally:
            workspace.bazel("shutdown")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 10)
