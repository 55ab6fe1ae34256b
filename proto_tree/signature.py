"""Tells whether a file is what it was in the last run without reading it, as git does for its index."""

import os
import time

# A change within one tick of a file system's clock may not show: what is newer than this is read again.
_TICK = 2_000_000_000


def settled_time() -> int:
    """Returns a time, in ns: signatures of files that changed before it can be compared in later runs.

    Ask for it before the first file is read.
    """
    return time.time_ns() - _TICK


def signature(path: str) -> list[int]:
    """Returns a file's size, mtime and ctime in ns, and inode.

    Raises:
      OSError: if there is no such file.
    """
    found = os.stat(path)
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def is_settled(found: list[int], before: int) -> bool:
    """Returns whether a file's signature is older than a settled time."""
    return found[1] < before and found[2] < before
