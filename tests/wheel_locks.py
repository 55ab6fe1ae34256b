"""Locks of wheels that a test has made, and a repository that is installed from one."""

import hashlib
from pathlib import Path

from tests.bazel_workspace import BazelWorkspace


def sha256(path: Path) -> str:
    """Returns the digest of a file, as `--hash=sha256:` has it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lock_line(wheel: Path) -> str:
    """Returns the line of a lock that a wheel fits, without its end."""
    name, version, *_ = wheel.name.split("-")
    return f"{name.replace('_', '-')}=={version} --hash=sha256:{sha256(wheel)}"


def add_wheels(workspace: BazelWorkspace) -> None:
    """Declares the repository @wheels, of what lock.txt at the top of the workspace will lock."""
    with (workspace.root / "WORKSPACE").open("a") as file:
        file.write('pip_repository(name = "wheels", requirements_lock = "//:lock.txt")\n')
    with (workspace.root / "BUILD.bazel").open("a") as file:
        file.write('exports_files(["lock.txt"])\n')
