"""What the last run in this checkout saved, in the user's cache folder. It may be lost at any time."""

import contextlib
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

_CHECKOUT = Path(__file__).resolve().parents[1]

# How long a file may change without a new time of change, at most: clocks tick, and some file systems only count
# seconds.
_TICK_NS = 50_000_000
_COARSE_TICK_NS = 2_500_000_000
_SECOND_NS = 1_000_000_000

# What changes if a file does.
Stamp = list[int]


def stamp(state: os.stat_result) -> Stamp:
    """Returns the stamp of a file in this state."""
    return [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]


def file_stamp(path: str) -> Stamp | None:
    """Returns the stamp of a file, or None if it cannot be had."""
    try:
        return stamp(os.stat(path))
    except OSError:
        return None


def is_settled(state: os.stat_result) -> bool:
    """Returns whether a file in this state has another stamp after any change.

    One that has just changed could change once more in the same tick, which would not show.
    """
    changed = state.st_ctime_ns
    return changed + (_TICK_NS if changed % _SECOND_NS else _COARSE_TICK_NS) < time.time_ns()


def load(name: str) -> dict[str, Any]:
    """Returns the JSON object that the last run saved under a name, or {} if there is none or it is damaged.

    Its contents are not checked: another version of the program may have written it.
    """
    try:
        digest, _, text = _place(name).read_bytes().partition(b"\n")
        value: dict[str, Any] = json.loads(text) if digest == _digest(text) else {}
    except (OSError, ValueError, _NoHomeError):
        return {}
    return value


def save(name: str, value: dict[str, Any]) -> None:
    """Saves a JSON object under a name. Atomic; does nothing if it cannot be written.

    Args:
      name: a file name without extension.
      value: the object; lone surrogates in its strings are fine.
    """
    with contextlib.suppress(OSError, _NoHomeError):
        place = _place(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_name(f".{place.name}.{os.getpid()}.{os.urandom(4).hex()}")
        try:
            text = json.dumps(value, separators=(",", ":")).encode()
            new.write_bytes(_digest(text) + b"\n" + text)
            new.replace(place)
        finally:
            new.unlink(missing_ok=True)


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()


class _NoHomeError(Exception):
    pass


def _place(name: str) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME", "")
    folder = cache if os.path.isabs(cache) else os.path.expanduser("~/.cache")
    if not os.path.isabs(folder):
        raise _NoHomeError
    return Path(folder, "jts-grpc", hashlib.sha256(os.fsencode(_CHECKOUT)).hexdigest()[:16], f"{name}.json")
