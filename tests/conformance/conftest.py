"""The line of figures that the test ends with."""

from tests.figures import figures, pytest_unconfigure

__all__ = ["figures", "pytest_unconfigure"]
