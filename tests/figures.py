"""Prints the figures that tests collect; for import in a conftest.py."""

from collections import Counter

import pytest

_COUNTED: Counter[str] = Counter()


@pytest.fixture(scope="session")
def figures() -> Counter[str]:
    """The tests' counters, in order of first use."""
    return _COUNTED


def pytest_unconfigure() -> None:
    """Prints the figures at the end of pytest's output."""
    print(", ".join(f"{number:,} {what}" for what, number in _COUNTED.items()))
