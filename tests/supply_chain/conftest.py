"""Prints the figures after the tests."""

from tests.figures import figures, pytest_unconfigure

__all__ = ["figures", "pytest_unconfigure"]
