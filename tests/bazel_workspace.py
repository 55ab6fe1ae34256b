"""A copy of this workspace with its own Bazel, for tests that run the commands that users type."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

# The toolchain's own wheels.
OWN_WHEELS = {"py_grpc_wheels": "py_grpc_wheels"}

# Variables of the outer Bazel that the inner one would take for its own.
_NOT_INHERITED = ("BAZEL_REAL", "PYTHONPATH", "RUNFILES_DIR", "TEST_SRCDIR", "TEST_TMPDIR", "TEST_WORKSPACE")


class BazelWorkspace:
    """A workspace folder and how to run commands in it."""

    def __init__(self, root: Path, home: Path) -> None:
        """Takes the workspace folder and a folder for Bazel's own files."""
        self.root = root
        self.home = home

    def run(
        self, *command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command, by default in the root of the workspace, and returns the completed process."""
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        environment |= {"HOME": str(self.home), "USER": "tester", **(env or {})}
        return subprocess.run(
            command, cwd=cwd or self.root, env=environment, capture_output=True, text=True, timeout=240, check=False
        )

    def bazel(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs Bazel."""
        return self.run("bazel", *arguments)

    def write(self, path: str, text: str) -> Path:
        """Writes a file below the root, creating parent folders, and returns its path."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target


@contextmanager
def bazel_workspace(folder: Path, wheels: Mapping[str, str] = OWN_WHEELS) -> Iterator[BazelWorkspace]:
    """Yields a copy of the workspace below a folder, and shuts down its Bazel server afterwards.

    Args:
      folder: where to put it.
      wheels: maps the repositories of wheels and npm packages that it uses to those of the outer Bazel, whose files
        are in the test's runfiles, so that nothing is fetched.
    """
    runfiles = Path(os.environ["TEST_SRCDIR"])
    workspace = BazelWorkspace(folder / "workspace", folder / "home")
    _copy_sources(runfiles / os.environ["TEST_WORKSPACE"], workspace.root)
    workspace.home.mkdir()
    overrides = (
        f"common --override_repository={name}={installed(runfiles / outer)}\n" for name, outer in wheels.items()
    )
    workspace.write(
        ".bazelrc.user",
        f"startup --output_user_root={folder / 'bazel'} --max_idle_secs=60\n"
        f"{''.join(overrides)}build --verbose_failures=false\n",
    )
    # As the script does for a user.
    code = "import bazel_version; bazel_version.write_version_rc('bazel')"
    written = workspace.run(sys.executable, "-B", "-c", code, env={"PYTHONPATH": "scripts"})
    assert written.returncode == 0, written.stderr
    try:
        yield workspace
    finally:
        workspace.bazel("shutdown")


def installed(repository: Path) -> Path:
    """Returns the real path of a repository of wheels or npm packages, which the runfiles link to."""
    file = next(path for name in ("*.py", "lib/*/node_modules") for path in repository.rglob(name))
    return file.resolve().parents[len(file.relative_to(repository).parts) - 1]


def _copy_sources(source: Path, target: Path) -> None:
    """Copies the workspace's files out of the runfiles, so that a test may change them."""
    names = (path for path in source.rglob("*") if path.is_file())
    for path in names:
        relative = path.relative_to(source)
        if relative.parts[0] == "tests":
            continue
        (target / relative).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target / relative)
        (target / relative).chmod(path.stat().st_mode | 0o200)
