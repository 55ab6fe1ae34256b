"""Asks git what it ignores, and tells when the last answer still holds."""

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

# Variables that make git take another checkout than the folder's own. A git hook sets them.
_GIT_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")

# What changes the answer when it comes, goes or changes in a folder that is searched.
RULES = (".git", ".gitignore")


def find_checkouts(places: Iterable[str]) -> dict[str, list[str]]:
    """Returns the folders that are in git checkouts, by the top of the checkout. All paths are absolute."""
    checkouts: dict[str, list[str]] = {}
    for place in places:
        for top in (Path(place), *Path(place).parents):
            if (top / ".git").exists():
                checkouts.setdefault(os.fspath(top), []).append(place)
                break
    return checkouts


def ignored_files(checkouts: Mapping[str, Sequence[str]]) -> list[str] | None:
    """Returns the files that git ignores in folders of checkouts, and with a trailing slash the folders.

    What is in git is not ignored, so that everybody who has the checkout reads the same protos.

    Args:
      checkouts: as from find_checkouts.

    Returns:
      Absolute paths, or None if git fails or is not installed.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _GIT_PLACES}
    found = []
    for top, inside in checkouts.items():
        # Not the user's own ignored files, and also in a checkout of another user, as in a container.
        command = ["git", "-c", f"core.excludesFile={os.devnull}", "-c", "safe.directory=*", "-C", top]
        command += ["--literal-pathspecs", "ls-files", "-z", "--others", "--ignored"]
        command += ["--exclude-standard", "--directory", "--", *(os.path.relpath(place, top) for place in inside)]
        try:
            listed = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return None
        found += [os.path.join(top, os.fsdecode(path)) for path in listed.split(b"\0") if path]
    return found


def rule_files(checkouts: Mapping[str, Sequence[str]]) -> list[str]:
    """Returns the files outside of the folders of checkouts that decide what git ignores in them. Some may not exist.

    Args:
      checkouts: as from find_checkouts.

    Raises:
      OSError, ValueError: if a checkout is broken.
    """
    files = []
    for top, inside in checkouts.items():
        folder = Path(top, ".git")
        if folder.is_file():  # a worktree or a submodule
            folder = Path(top, folder.read_text(encoding="utf-8").removeprefix("gitdir:").strip())
        common = folder / "commondir"
        shared = folder / common.read_text(encoding="utf-8").strip() if common.is_file() else folder
        files += [folder / "index", shared / "info/exclude", shared / "config"]
        above = {parent for place in inside for parent in Path(place).parents if parent.is_relative_to(top)}
        files += [parent / ".gitignore" for parent in sorted(above)]
    return [os.fspath(file) for file in files]
