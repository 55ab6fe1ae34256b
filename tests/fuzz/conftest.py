"""The line of figures that each of the tests ends with."""

from tests.figures import figures, pytest_unconfigure

__all__ = ["figures", "pytest_unconfigure"]
