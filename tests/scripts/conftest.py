"""A copy of the workspace for the tests of the script."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace

# What the script reads and writes.
FOLDERS = ("clients", "protos", "src")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("script")) as made:
        yield made


@pytest.fixture
def workspace(shared: BazelWorkspace, tmp_path: Path) -> Iterator[BazelWorkspace]:
    """The workspace, as committed; changes made by a test are undone."""
    for folder in FOLDERS:
        shutil.copytree(shared.root / folder, tmp_path / "saved" / folder)
    yield shared
    for folder in FOLDERS:
        shutil.rmtree(shared.root / folder)
        shutil.copytree(tmp_path / "saved" / folder, shared.root / folder)
