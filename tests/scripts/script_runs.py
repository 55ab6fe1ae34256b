"""Runs scripts/generate_grpc_stubs.sh, and inspects its output and results."""

import subprocess
from pathlib import Path

from tests.bazel_workspace import BazelWorkspace

GENERATED = "src/infrastructure/grpc/generated"


def script(workspace: BazelWorkspace, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the script, by default in the root of the workspace."""
    return workspace.run(workspace.root / "scripts/generate_grpc_stubs.sh", *arguments, cwd=cwd)


def state(workspace: BazelWorkspace, package: str = GENERATED) -> dict[str, tuple[int, bytes]]:
    """Returns the modification time and content of every file of a package."""
    root = workspace.root / package
    return {
        path.relative_to(root).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in root.rglob("*")
        if path.is_file()
    }


def fetched(workspace: BazelWorkspace) -> set[str]:
    """Returns the repositories that Bazel has fetched or was given."""
    base = workspace.bazel("info", "output_base").stdout.strip()
    return {path.name for path in Path(base, "external").iterdir() if path.is_dir()}


def said(result: subprocess.CompletedProcess[str]) -> str:
    """Returns a run's standard error, without the lines that Debian's Bazel 7 prints about its own settings."""
    lines = result.stderr.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("WARNING: Option 'host_javabase'"))
