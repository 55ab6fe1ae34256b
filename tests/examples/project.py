"""A TypeScript project of examples/, set up from the packed npm package as a user does it."""

import shutil
from pathlib import Path

from tests.examples.servers import EXAMPLES
from tests.typescript.packed import pack
from tests.typescript.project import Project


def compiled(name: str, folder: Path) -> Project:
    """Copies an example to a folder, installs and compiles it, and returns the project."""
    package = pack(EXAMPLES.parent / "clients/typescript", folder / "package")
    shutil.copytree(EXAMPLES / name, folder / name)
    project = Project(folder / name)
    project.install()
    shutil.copytree(package, project.modules / "jts-grpc")
    assert project.output(project.bin / "tsc") == ""
    return project
