"""Wheels and lock files that a test creates, and a repository that installs one."""

import base64
import csv
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.bazel_workspace import BazelWorkspace


def sha256(path: Path) -> str:
    """Returns a file's digest in the form of `--hash=sha256:`."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lock_line(wheel: Path) -> str:
    """Returns the lock file line that matches a wheel, without its line ending."""
    name, version, *_ = wheel.name.split("-")
    return f"{name.replace('_', '-')}=={version} --hash=sha256:{sha256(wheel)}"


def make_wheel(folder: Path, name: str, files: Mapping[str, str], version: str = "1.0") -> Path:
    """Creates a wheel for any platform in a folder, and returns its path.

    Args:
      folder: an existing folder.
      name: of the distribution, in the form used in file names.
      files: from path to text.
      version: of the distribution.
    """
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n"
    tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members = {**files, f"{info}/METADATA": metadata, f"{info}/WHEEL": tags}
    record = "".join(f"{path},sha256={_record(text)},{len(text.encode())}\n" for path, text in members.items())
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in {**members, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(path, text)
    return wheel


def _record(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def make_wheels(site_packages: Path, folder: Path, names: str = "*") -> str:
    """Makes a wheel of every installed distribution whose name matches. Returns a lock file for them."""
    lock = []
    for info in sorted(site_packages.glob(f"{names}-*.dist-info")):
        tag = next(line for line in (info / "WHEEL").read_text().splitlines() if line.startswith("Tag: "))
        wheel = folder / f"{info.stem}-{tag.removeprefix('Tag: ')}.whl"
        with zipfile.ZipFile(wheel, "w") as archive, (info / "RECORD").open(newline="") as record:
            for path, *_ in csv.reader(record):
                if not path.startswith(".."):  # a program in bin/, which pip generates
                    archive.write(site_packages / path, path)
        lock.append(f"{lock_line(wheel)}\n")
    return "".join(lock)


def add_wheels(workspace: BazelWorkspace) -> None:
    """Declares the repository @wheels, whose lock file will be lock.txt in the workspace root."""
    with (workspace.root / "WORKSPACE").open("a") as file:
        file.write('pip_repository(name = "wheels", requirements_lock = "//:lock.txt")\n')
    with (workspace.root / "BUILD.bazel").open("a") as file:
        file.write('exports_files(["lock.txt"])\n')
