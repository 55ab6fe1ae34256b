"""Remembers which copied files equal the built ones, by what the file system says of both, as git's index does."""

import os
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import record
from record import Stamp, is_settled, stamp


class CopyRecord:
    """What is known of a target and of the files it is copied from.

    If the saved record is lost or damaged, nothing is known, and all files are compared.
    """

    def __init__(self, target: Path) -> None:
        """Reads what the last run saved for a target."""
        self._name = f"copied_{sha256(os.fsencode(target)).hexdigest()[:16]}"
        saved = record.load(self._name)
        # From paths below the target to the states that the last run found, and that this one has found.
        self._saved_built = _mapping(saved.get("built"))
        self._saved_equal = _mapping(saved.get("equal"))
        self._states: dict[str, os.stat_result] = {}
        self._built: dict[str, Stamp] = {}
        self._equal: dict[str, Stamp] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not self._saved_built

    def read_built(self, files: Mapping[str, str], output: str) -> None:
        """Reads the states of the built files, before anything else reads the files.

        Args:
          files: from paths below the target to paths below a folder.
          output: that folder.
        """
        descriptor = os.open(output, os.O_RDONLY)
        try:
            self._states = {path: os.stat(below, dir_fd=descriptor) for path, below in files.items()}
        except OSError as error:
            error.filename = f"{output}/{error.filename}"
            raise
        finally:
            os.close(descriptor)
        self._built = {path: stamp(state) for path, state in self._states.items()}

    def knows_built(self, since: int) -> bool:
        """Returns whether all built files are as the last run found them, or written since a time in nanoseconds."""
        now, saved = time.time_ns(), self._saved_built
        return all(
            saved.get(path) == found or since <= self._states[path].st_ctime_ns <= now
            for path, found in self._built.items()
        )

    def size(self, path: str) -> int:
        """Returns the size of a built file."""
        return self._states[path].st_size

    def knows_equal(self, path: str, copied: os.stat_result) -> bool:
        """Returns whether a file and its copy are still as they were when they were found to be equal."""
        found = stamp(copied)
        if self._saved_equal.get(path) != found or self._saved_built.get(path) != self._built[path]:
            return False
        self._equal[path] = found
        return True

    def add_equal(self, path: str, copied: os.stat_result) -> None:
        """Adds a file and its copy, which are equal.

        Args:
          path: the path below the target.
          copied: the state of the copy: from before it was read, or from after it was written.
        """
        if is_settled(self._states[path]) and is_settled(copied):
            self._equal[path] = stamp(copied)

    def save(self) -> None:
        """Saves what is known for the next run, unless it is saved already."""
        if (self._built, self._equal) != (self._saved_built, self._saved_equal):
            record.save(self._name, {"built": self._built, "equal": self._equal})


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
