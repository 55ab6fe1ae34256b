"""What the last run in this checkout saved, in the user's cache folder. It may be lost at any time."""

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

_CHECKOUT = Path(__file__).resolve().parents[1]


def load(name: str) -> dict[str, Any]:
    """Returns the JSON object that the last run saved under a name, or {} if there is none or it is damaged.

    Its contents are not checked: another version of the program may have written it.
    """
    try:
        value = json.loads(_place(name).read_bytes())
    # RuntimeError: no home folder. RecursionError is one too.
    except (OSError, ValueError, RuntimeError):
        return {}
    return value if isinstance(value, dict) else {}


def save(name: str, value: dict[str, Any]) -> None:
    """Saves a JSON object under a name. Atomic; does nothing if it cannot be written.

    Args:
      name: a file name without extension.
      value: the object; lone surrogates in its strings are fine.
    """
    with contextlib.suppress(OSError, RuntimeError):
        place = _place(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_name(f".{place.name}.{os.getpid()}.{os.urandom(4).hex()}")
        try:
            new.write_text(json.dumps(value, separators=(",", ":")), encoding="ascii")
            new.replace(place)
        finally:
            new.unlink(missing_ok=True)


def _place(name: str) -> Path:
    """Raises RuntimeError if there is no home folder."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(cache) if os.path.isabs(cache) else Path.home() / ".cache"
    return folder / "jts-grpc" / hashlib.sha256(os.fsencode(_CHECKOUT)).hexdigest()[:16] / f"{name}.json"
