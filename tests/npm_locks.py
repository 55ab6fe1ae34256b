"""A workspace with a repository @npm, of packages that a test creates."""

import itertools
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bazel_workspace import OWN_WHEELS, BazelWorkspace, bazel_workspace
from tests.npm_registry import Json, Registry, lock_entry, lock_of, npm_registry, read_manifest

# Node from the wheel in the test's runfiles.
WITH_NODE = {**OWN_WHEELS, "ts_grpc_node": "ts_grpc_node"}

_NUMBERS = itertools.count()


@dataclass
class NpmWorkspace:
    """A workspace, and the registry that its npm uses."""

    workspace: BazelWorkspace
    registry: Registry

    def lock(self, packages: Mapping[str, Json], **dependencies: str) -> None:
        """Writes package.json and a lock file that differs from every earlier one, so that Bazel installs it again."""
        project, lock = lock_of(packages, dependencies=dependencies, name=f"project-{next(_NUMBERS)}")
        self.workspace.write("package.json", project)
        self.workspace.write("package-lock.json", lock)

    def lock_all(self, *tarballs: Path, **entry: object) -> None:
        """Serves tarballs and locks them, each as a direct dependency, with the given changes to their entries."""
        entries = {read_manifest(path)["name"]: lock_entry(self.registry.add(path)) for path in tarballs}
        self.lock(
            {f"node_modules/{name}": {**found, **entry} for name, found in entries.items()},
            **{name: found["version"] for name, found in entries.items()},
        )

    def bazel(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Runs Bazel; npm uses the registry unless the settings, passed as variables, override it."""
        ours = {
            "npm_config_fetch_retries": "0",
            "npm_config_globalconfig": os.devnull,  # not the machine's
            "npm_config_registry": self.registry.address,
        }
        return self.workspace.run("bazel", *arguments, env={**ours, **settings})

    def installed(self, repository: str = "npm") -> Path:
        """Returns the folder of the repository."""
        return Path(self.workspace.bazel("info", "output_base").stdout.strip(), "external", repository)


@contextmanager
def npm_workspace(folder: Path) -> Iterator[NpmWorkspace]:
    """Yields a workspace below a folder that declares @npm from the lock file in its root."""
    with bazel_workspace(folder, WITH_NODE) as workspace, npm_registry() as registry:
        with (workspace.root / "WORKSPACE").open("a") as file:
            file.write(declaration("npm"))
        with (workspace.root / "BUILD.bazel").open("a") as file:
            file.write('exports_files(["package.json", "package-lock.json"])\n')
        yield NpmWorkspace(workspace, registry)


def declaration(name: str) -> str:
    """Returns the WORKSPACE code that declares a repository from the lock file in the root."""
    return f'npm_repository(name = "{name}", package_json = "//:package.json", package_lock = "//:package-lock.json")\n'
