"""A project of examples/ that is in TypeScript, made from the packed npm package as a person makes it."""

import shutil
from pathlib import Path

from tests.examples.servers import EXAMPLES
from tests.typescript.packed import pack
from tests.typescript.project import Project


def compiled(name: str, folder: Path) -> Project:
    """Returns a copy of an example in a folder, installed and compiled."""
    package = pack(EXAMPLES.parent / "clients/typescript", folder / "package")
    shutil.copytree(EXAMPLES / name, folder / name)
    project = Project(folder / name)
    project.install()
    shutil.copytree(package, project.modules / "jts-grpc")
    assert project.output(project.bin / "tsc") == ""
    return project
