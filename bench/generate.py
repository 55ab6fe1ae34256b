"""Times the generation of stubs against the script that one would write by hand (handwritten.sh), in one run.

    python3 bench/generate.py [RUNS]

Each figure is the median of RUNS (default 5) complete commands, in seconds; the two scripts alternate. Both start from
a clone of the committed state and share pip's cache, which is warmed first. Bazel gets its own server and output
folder.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = "scripts/generate_grpc_stubs.sh"


class Contestant:
    """A clone of the repository and the command that generates the stubs in it."""

    def __init__(self, name: str, folder: Path) -> None:
        """Clones the committed state into a folder."""
        self.name = name
        self.folder = folder
        subprocess.run(["git", "clone", "--quiet", ROOT, folder / "clone"], check=True)

    def edit(self, number: int) -> None:
        """Changes a proto that the other two import."""
        with (self.folder / "clone/protos/common.proto").open("a") as file:
            file.write(f"// {number}\n")

    def run(self) -> float:
        """Generates the stubs and returns the time in seconds."""
        start = time.monotonic()
        subprocess.run(self.command(), check=True, cwd=self.folder / "clone", stdout=subprocess.DEVNULL)
        return time.monotonic() - start

    def command(self) -> list[str | Path]:
        """Returns the command."""
        raise NotImplementedError

    def close(self) -> None:
        """Stops what the command left running."""


class Ours(Contestant):
    """scripts/generate_grpc_stubs.sh."""

    def __init__(self, folder: Path) -> None:
        """Clones, and keeps Bazel's server and outputs in the folder."""
        super().__init__("generate_grpc_stubs.sh", folder)
        (folder / "clone/.bazelrc.user").write_text(f"startup --output_user_root={folder / 'bazel'}\n")

    def command(self) -> list[str | Path]:
        """Returns the command, as in the README."""
        return [self.folder / "clone" / SCRIPT]

    def close(self) -> None:
        """Stops the server."""
        subprocess.run(["bazel", "shutdown"], check=True, cwd=self.folder / "clone", stderr=subprocess.DEVNULL)


class Handwritten(Contestant):
    """bench/handwritten.sh."""

    def __init__(self, folder: Path) -> None:
        """Clones."""
        super().__init__("handwritten.sh", folder)

    def command(self) -> list[str | Path]:
        """Returns the command."""
        requirements = ROOT / "third_party/requirements.txt"
        return [ROOT / "bench/handwritten.sh", "protos", self.folder / "out", self.folder / "venv", requirements]


def first_run(make: Callable[[Path], Contestant]) -> float:
    """Returns the time of a first run in seconds: no environment, no server, no output."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        contestant = make(Path(folder))
        try:
            return contestant.run()
        finally:
            contestant.close()


def row(what: str, ours: list[float], theirs: list[float]) -> str:
    """Returns a row of the table; the ratio is the median of the pairwise ratios."""
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return f"| {what} | {statistics.median(ours):.2f} | {statistics.median(theirs):.2f} | {ratio:.2f} |"


def measure(runs: int) -> list[str]:
    """Returns the rows of the table."""
    makers = (Ours, Handwritten)
    for make in makers:
        first_run(make)  # warms pip's cache
    rows = ["| | generate_grpc_stubs.sh | handwritten.sh | ratio |", "| --- | --- | --- | --- |"]
    firsts = [[first_run(make) for make in makers] for _ in range(runs)]
    rows.append(row("first run, warm pip cache", [a for a, _ in firsts], [b for _, b in firsts]))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        pair = (Ours(Path(one)), Handwritten(Path(other)))
        for contestant in pair:
            contestant.run()
        idle = [[contestant.run() for contestant in pair] for _ in range(runs)]
        rows.append(row("nothing changed", [a for a, _ in idle], [b for _, b in idle]))
        edited = []
        for number in range(runs):
            for contestant in pair:
                contestant.edit(number)
            edited.append([contestant.run() for contestant in pair])
        rows.append(row("one proto edited, two import it", [a for a, _ in edited], [b for _, b in edited]))
        pair[0].close()
    return rows


if __name__ == "__main__":
    print("\n".join(measure(int(sys.argv[1]) if sys.argv[1:] else 5)))
