"""Reads git's index: what the next commit will hold."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from package_sync import SyncError


@contextmanager
def staged_files(folder: Path) -> Iterator[Path]:
    """Yields a copy of a folder's files as they are in git's index. Changes neither the index nor the folder.

    The copy is inside the git directory, always in the same place, so that Bazel may reuse what it knows of it. In a
    hook, git says in GIT_INDEX_FILE which index the commit is made of.

    Raises:
      SyncError: if the folder is not in a git repository, or git cannot read the index.
    """
    copy = Path(_git(folder, "rev-parse", "--absolute-git-dir"), "jts-grpc-staged")
    prefix = _git(folder, "rev-parse", "--show-prefix")
    shutil.rmtree(copy, ignore_errors=True)
    try:
        _git(folder, "checkout-index", "--all", "--force", f"--prefix={copy}/")
        yield copy / prefix
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _git(folder: Path, *words: str) -> str:
    """Runs git in a folder. Returns the line that it prints."""
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise SyncError("git is not installed: --staged asks it for the index. Leave --staged out.") from error
    if done.returncode != 0:
        lines = os.fsdecode(done.stderr).strip().splitlines() or ["git failed"]
        raise SyncError(f"git cannot read the index of {folder}: {lines[0]}. Leave --staged out, or fix that.")
    return os.fsdecode(done.stdout).removesuffix("\n")
