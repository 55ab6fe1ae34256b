"""The line of figures that a test ends with, for a conftest.py to import."""

from collections import Counter

import pytest

_COUNTED: Counter[str] = Counter()


@pytest.fixture(scope="session")
def figures() -> Counter[str]:
    """What the tests have counted, in the order in which they began to."""
    return _COUNTED


def pytest_unconfigure() -> None:
    """Prints the figures below everything that pytest has to say."""
    print(", ".join(f"{number:,} {what}" for what, number in _COUNTED.items()))
