"""Repacks installed distributions as wheels, for a pip without a network."""

import csv
import zipfile
from pathlib import Path

from tests.wheel_locks import lock_line


def make_wheels(site_packages: Path, folder: Path) -> str:
    """Makes a wheel of every distribution in a folder of installed ones. Returns a lock file for them."""
    lock = []
    for info in sorted(site_packages.glob("*.dist-info")):
        tag = next(line for line in (info / "WHEEL").read_text().splitlines() if line.startswith("Tag: "))
        wheel = folder / f"{info.stem}-{tag.removeprefix('Tag: ')}.whl"
        with zipfile.ZipFile(wheel, "w") as archive, (info / "RECORD").open(newline="") as record:
            for path, *_ in csv.reader(record):
                if not path.startswith(".."):  # a program in bin/, which pip generates
                    archive.write(site_packages / path, path)
        lock.append(f"{lock_line(wheel)}\n")
    return "".join(lock)
