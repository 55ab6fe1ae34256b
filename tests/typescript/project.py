"""A TypeScript project in a folder, with the compiler and the packages of @test_npm."""

import json
import os
import subprocess
from pathlib import Path

RUNFILES = Path(os.environ["TEST_SRCDIR"])
NPM = RUNFILES / "test_npm"

# As strict as a project can be (https://www.typescriptlang.org/tsconfig). ESM and CommonJS by Node's own rules.
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

# From the name of a module system to what a package.json calls it.
MODULE_SYSTEMS = {"esm": "module", "commonjs": "commonjs"}


class Project:
    """A folder with a package.json, a tsconfig.json and node_modules."""

    def __init__(self, root: Path, module_system: str) -> None:
        """Makes the folder; `module_system` is a key of MODULE_SYSTEMS."""
        self.root = root
        root.mkdir(parents=True)
        (root / "node_modules").symlink_to(_node_modules())
        (root / "package.json").write_text(json.dumps({"type": MODULE_SYSTEMS[module_system]}))
        (root / "tsconfig.json").write_text(json.dumps({"compilerOptions": _OPTIONS, "exclude": ["dist"]}))

    def compile(self) -> list[str]:
        """Runs the compiler and returns its messages; what it makes is in the folder dist."""
        result = self._run(NPM / "node_modules/typescript/bin/tsc", "-p", ".")
        assert result.stderr == "", result.stderr
        return [line for line in result.stdout.splitlines() if line]

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a compiled program, dist/<program>."""
        return self._run(self.root / "dist" / program, *arguments)

    def _run(self, program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [node(), program, *arguments],
            cwd=self.root,
            env={},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )


def node() -> Path:
    """Returns the Node of @test_npm."""
    return (NPM / ".nodejs/node").resolve()


def _node_modules() -> Path:
    """Returns where the packages lie, not the links to their files that the runfiles are."""
    file = NPM / "node_modules/typescript/package.json"
    return file.resolve().parents[1]
