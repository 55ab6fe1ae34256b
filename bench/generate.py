"""Times the generation of stubs against other tools that generate them, side by side in one run.

    python3 bench/generate.py [--runs N] [--sizes 3,100,1000,1000c,7000] [--only NAME]… [--output FOLDER]

Prints its progress. Writes to the folder: results.json, every measured time and memory peak, after each command;
performance.md, the tables of medians and ratios; performance.svg and .png, the plot; profiles/, Bazel's own profile of
each of its runs. docs/performance.md says what is measured.

Requires Bazel, npm, and pip for Python packages, which are installed once into a scratch folder in $TMPDIR.
"""

import argparse
import contextlib
import dataclasses
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import IO

import measure
import trees
from compared_tools import OTHERS, TOOLS, Tool
from edits import ROWS, Edits, Row

ROOT = Path(__file__).resolve().parent.parent


@dataclasses.dataclass(frozen=True)
class Installation:
    """A tool in a tree: the environment of its commands, its folder and the log of its commands."""

    tool: Tool
    environment: Mapping[str, str]
    work: Path
    log: IO[str]

    def run(self, command: str, watched: bool = False) -> measure.Cost:
        """Runs a command of the tool; if it fails, shows what it printed and raises CalledProcessError."""
        server = self.work / self.tool.server if watched and self.tool.server else None
        start = Path(self.log.name).stat().st_size
        try:
            return measure.run(command, self.environment, self.log, server)
        except subprocess.CalledProcessError:
            print(Path(self.log.name).read_bytes()[start:].decode(errors="replace"), file=sys.stderr)
            raise

    def generate(self, first: bool) -> measure.Cost | None:
        """Generates the stubs, at first without any; returns None if that fails."""
        try:
            if first:
                self.run(self.tool.forget)
            return self.run(self.tool.generate, watched=True)
        except subprocess.CalledProcessError:
            return None


@contextlib.contextmanager
def installation(tool: Tool, scratch: Path, tree: Path, small: Path, log: Path) -> Iterator[Installation]:
    """Installs a tool in a folder of its own; stops it and removes the folder at the end."""
    work = scratch / tool.name.replace(" ", "_")
    work.mkdir()
    paths = {"root": ROOT, "work": work, "tree": tree, "out": scratch / f"{work.name}.out", "small": small}
    with log.open("a") as file:
        made = Installation(tool, {**os.environ, **{name: str(path) for name, path in paths.items()}}, work, file)
        try:
            made.run(tool.install)
            yield made
        finally:
            made.run(tool.stop)
            made.run('chmod -R u+w "$work"; rm -rf "$work" "$out"')


def parse_size(size: str) -> tuple[int, bool]:
    """Returns the number of protos and whether folders are in cycles: "1000c" gives 1000 and true."""
    return int(size.removesuffix("c")), size.endswith("c")


def measure_tree(
    size: str, runs: int, tools: Sequence[Tool], rows: Sequence[Row], output: Path
) -> Iterator[dict[str, object]]:
    """Yields a result for each tool, row and round: labels, and the cost unless the command fails."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder, contextlib.ExitStack() as stack:
        scratch = Path(folder)
        # In another process: the kernel counts the peak of this one for every process that it starts.
        with ProcessPoolExecutor(1) as pool:
            tree = pool.submit(trees.write, parse_size(size)[0], scratch / "tree", parse_size(size)[1]).result()
            pool.submit(trees.write, 3, scratch / "small").result()
        edits = Edits(scratch / "tree", tree)
        installations = [
            stack.enter_context(installation(each, scratch, scratch / "tree", scratch / "small", output / "log.txt"))
            for each in tools
        ]
        for each in installations if not rows[0].first else ():
            each.generate(first=True)
        for number in range(runs):
            for row in rows:
                row.edit(edits)
                # Nobody is always the first to read what was edited.
                for each in installations[number % len(installations) :] + installations[: number % len(installations)]:
                    cost = each.generate(row.first)
                    labels = {"size": size, "row": row.name, "tool": each.tool.name, "round": number}
                    keep_profile(each, output / "profiles" / (" ".join(map(str, labels.values())) + ".gz"))
                    yield {**labels, **(dataclasses.asdict(cost) if cost else {})}


def keep_profile(each: Installation, target: Path) -> None:
    """Moves Bazel's profile of the last run, if it was run."""
    profile = each.work / each.tool.profile
    if profile.is_file():
        target.parent.mkdir(exist_ok=True)
        shutil.move(profile, target)


def machine() -> dict[str, str]:
    """Returns what the figures depend on."""
    bazel = printed(os.environ.get("BAZEL", "bazel"), "--version").removeprefix("bazel ")
    return {
        "commit": printed("git", "rev-parse", "--short", "HEAD"),
        "cpus": str(os.cpu_count()),
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
        "python": platform.python_version(),
        "bazel": bazel.replace("no_version", "4.2"),  # Debian's does not report its version
    }


def printed(*command: str) -> str:
    """Returns the last line that a command prints."""
    result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return result.stdout.splitlines()[-1]


def report(output: Path) -> None:
    """Writes the tables and the plot, in an environment that has matplotlib."""
    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/bin/python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        lock = ROOT / "bench/requirements.txt"
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
        subprocess.run([python, ROOT / "bench/report.py", output / "results.json", output], check=True)


def main() -> int:
    """Reads the command line and measures; returns 1 if a tool failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [each.name for each in TOOLS + OTHERS]
    parser.add_argument("--runs", type=int, default=5, help="rounds; every round has every row. Default: 5")
    parser.add_argument("--sizes", default="3,100,1000,1000c,7000", help="protos in a tree; c: folders in cycles")
    parser.add_argument(
        "--only",
        action="append",
        choices=names,
        help="compare only these; may be repeated. Default: all but those for other languages",
    )
    parser.add_argument("--rows", action="append", choices=[row.name for row in ROWS], help="measure only these")
    parser.add_argument("--output", type=Path, default=ROOT / "bench/results")
    arguments = parser.parse_args()
    output = arguments.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    tools = [each for each in TOOLS + OTHERS if each.name in arguments.only] if arguments.only else TOOLS
    rows = [row for row in ROWS if not arguments.rows or row.name in arguments.rows]
    results: list[dict[str, object]] = []
    data = {"machine": machine(), "results": results}
    for size in arguments.sizes.split(","):
        for result in measure_tree(size, arguments.runs, tools, rows, output):
            results.append(result)
            line = "{size:>6}  round {round}  {row:20}{tool:24}".format_map(result)
            print(line, f"{result['seconds']:8.2f} s" if "seconds" in result else "  failed", flush=True)
            (output / "results.json").write_text(json.dumps(data, indent=1))
    report(output)
    return 0 if all("seconds" in result for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
