"""What a release says of itself: pyproject.toml decides, and the other files agree."""

import json
import os
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Where the version is, by file: what this matches.
VERSIONS = {
    "BUILD.bazel": r'^ +version = "(.+)",$',
    "CHANGELOG.md": r"\A(?:.*\n)*?## (\d.*)",
    "MODULE.bazel": r'^ +version = "(.+)",$',
    "clients/typescript/package-lock.json": r'\A(?:.*\n){2} +"version": "(.+)"',
    "clients/typescript/package.json": r'^  "version": "(.+)"',
}
PACKAGES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("package.json"))


@pytest.mark.parametrize("file", VERSIONS)
def test_the_version(file: str) -> None:
    found = re.findall(VERSIONS[file], (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert set(found) == {PROJECT["version"]}, f"{file} has another version than pyproject.toml"


@pytest.mark.parametrize("file", PACKAGES)
def test_the_license(file: str) -> None:
    assert json.loads((ROOT / file).read_text(encoding="utf-8"))["license"] == PROJECT["license"]


def test_every_package_was_found() -> None:
    assert len(PACKAGES) == 6


def test_the_npm_package_has_the_text_of_the_license() -> None:
    assert (ROOT / "clients/typescript/LICENSE").read_text() == (ROOT / "LICENSE").read_text()
