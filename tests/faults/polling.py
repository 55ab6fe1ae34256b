"""Waits until a condition holds."""

import time
from collections.abc import Callable


def until(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Returns once a condition holds; fails after a timeout."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not after {seconds} s: {what}"
        time.sleep(0.02)
