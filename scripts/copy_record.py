"""Remembers which copied files equal the built ones, by what the file system says of both, as git's index does."""

import os
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import record

# How long a file may change without a new time of change, at most: clocks tick, and some file systems only count
# seconds.
_TICK_NS = 50_000_000
_COARSE_TICK_NS = 2_500_000_000
_SECOND_NS = 1_000_000_000


class CopyRecord:
    """What is known of a target and of the files it is copied from.

    If the saved record is lost or damaged, nothing is known, and all files are compared.
    """

    def __init__(self, target: Path) -> None:
        """Reads what the last run saved for a target."""
        self._name = f"copied_{sha256(os.fsencode(target)).hexdigest()[:16]}"
        self._saved = record.load(self._name)
        self._built: dict[str, os.stat_result] = {}
        self._equal: dict[str, os.stat_result] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not self._saved

    def knows_built(self, files: Mapping[str, str], since: int) -> bool:
        """Returns whether all files of a package are as the last run found them, or written since a time.

        Args:
          files: from paths below the target to the built files.
          since: the time, in nanoseconds.
        """
        states = {path: os.stat(source) for path, source in files.items()}
        now = time.time_ns()
        for path, state in states.items():
            saved = self._saved.get(path)
            if not (isinstance(saved, list) and saved[:4] == _stamp(state)) and not since <= state.st_ctime_ns <= now:
                return False
        self._built = states
        return True

    def built(self, path: str, source: str) -> os.stat_result:
        """Returns the state of a built file, from before it is read.

        Args:
          path: the path below the target.
          source: the built file.
        """
        state = self._built.get(path)
        if state is None:
            state = self._built[path] = os.stat(source)
        return state

    def knows_equal(self, path: str, copied: os.stat_result) -> bool:
        """Returns whether a file and its copy are still as they were when they were found to be equal."""
        if self._saved.get(path) != [*_stamp(self._built[path]), *_stamp(copied)]:
            return False
        self._equal[path] = copied
        return True

    def add_equal(self, path: str, copied: os.stat_result) -> None:
        """Adds a file and its copy, which are equal.

        Args:
          path: the path below the target.
          copied: the state of the copy: from before it was read, or from after it was written.
        """
        # A file that has just changed could change once more in the same tick, which would not show.
        if max(_settled(self._built[path]), _settled(copied)) < time.time_ns():
            self._equal[path] = copied

    def save(self) -> None:
        """Saves what is known for the next run, unless it is saved already."""
        known = {path: _stamp(state) for path, state in self._built.items()}
        for path, copied in self._equal.items():
            known[path] += _stamp(copied)
        if known != self._saved:
            record.save(self._name, known)


def _stamp(state: os.stat_result) -> list[int]:
    return [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]


def _settled(state: os.stat_result) -> int:
    """Returns the time from which on every change of a file changes its state."""
    changed = state.st_ctime_ns
    return changed + (_TICK_NS if changed % _SECOND_NS else _COARSE_TICK_NS)
