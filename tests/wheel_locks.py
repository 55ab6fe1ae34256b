"""Lock files for wheels that a test creates, and a repository that installs one."""

import hashlib
from pathlib import Path

from tests.bazel_workspace import BazelWorkspace


def sha256(path: Path) -> str:
    """Returns a file's digest in the form of `--hash=sha256:`."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lock_line(wheel: Path) -> str:
    """Returns the lock file line that matches a wheel, without its line ending."""
    name, version, *_ = wheel.name.split("-")
    return f"{name.replace('_', '-')}=={version} --hash=sha256:{sha256(wheel)}"


def add_wheels(workspace: BazelWorkspace) -> None:
    """Declares the repository @wheels, whose lock file will be lock.txt in the workspace root."""
    with (workspace.root / "WORKSPACE").open("a") as file:
        file.write('pip_repository(name = "wheels", requirements_lock = "//:lock.txt")\n')
    with (workspace.root / "BUILD.bazel").open("a") as file:
        file.write('exports_files(["lock.txt"])\n')
