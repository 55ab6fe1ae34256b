"""The version is the same in all three files."""

import os
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])


@pytest.mark.parametrize("file", ["BUILD.bazel", "MODULE.bazel"])
def test_it_matches_pyproject_toml(file: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert re.findall(r'^ +version = "(.+)",$', (ROOT / file).read_text(), re.MULTILINE) == [project["version"]]
