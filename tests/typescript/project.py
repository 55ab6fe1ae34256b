"""A project in a folder, with the Node, compiler and packages of @test_npm, and nothing from the machine."""

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

RUNFILES = Path(os.environ["TEST_SRCDIR"])
NODE = (RUNFILES / "test_npm/node").resolve()
# The real location of the packages, where they find each other.
_PACKAGES = next((RUNFILES / "test_npm/lib").glob("*/node_modules")).resolve()

# Maps module systems to package.json's values.
MODULE_SYSTEMS = {"esm": "module", "commonjs": "commonjs"}

# As strict as a project can be (https://www.typescriptlang.org/tsconfig). ESM and CommonJS follow Node's own rules.
_OPTIONS = {
    "declaration": True,
    "emitDecoratorMetadata": True,
    "experimentalDecorators": True,
    "module": "nodenext",
    "noFallthroughCasesInSwitch": True,
    "noImplicitOverride": True,
    "outDir": "dist",
    "rootDir": ".",
    "strict": True,
    "target": "es2022",
    "types": ["node"],
}


class Project:
    """A folder with its own package.json and node_modules."""

    def __init__(self, folder: Path, module_system: str | None = None) -> None:
        """Creates what is missing; `module_system`, for a new package.json, is a key of MODULE_SYSTEMS."""
        self.folder = folder
        self.modules = folder / "node_modules"
        # Programs that npm and packages find by name: this Node, and the compiler.
        self.bin = self.modules / ".bin"
        self.bin.mkdir(parents=True)
        (self.bin / "node").symlink_to(NODE)
        (self.bin / "tsc").symlink_to(_PACKAGES / "typescript/bin/tsc")
        if module_system:
            self.write({"package.json": json.dumps({"type": MODULE_SYSTEMS[module_system]})})

    def install(self, packages: Iterable[str] | None = None) -> None:
        """Links packages and their dependencies. Default: all packages."""
        for name in packages or [path.name for path in _PACKAGES.iterdir()]:
            (self.modules / name).parent.mkdir(exist_ok=True)
            (self.modules / name).symlink_to(_PACKAGES / name)

    def write(self, files: dict[str, str]) -> None:
        """Writes files."""
        for path, text in files.items():
            (self.folder / path).write_text(text)

    def compile(self) -> list[str]:
        """Runs the strict compiler on all files, with output to the folder dist. Returns its messages."""
        self.write({"tsconfig.json": json.dumps({"compilerOptions": _OPTIONS, "exclude": ["dist"]})})
        result = self.run(self.bin / "tsc", "--project", ".")
        messages = [line for line in result.stdout.splitlines() if line]
        # A killed compiler prints nothing either.
        assert (result.returncode, result.stderr) == (2 if messages else 0, ""), result
        return messages

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs a command in the folder."""
        environment = {"HOME": str(self.folder), "PATH": f"{self.bin}:/usr/bin:/bin"}
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=240, check=False
        )

    def output(self, *command: str | Path) -> str:
        """Runs a command that must succeed, and returns its output."""
        result = self.run(*command)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout
