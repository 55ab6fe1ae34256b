"""Prints the figures after each test file."""

from tests.figures import figures, pytest_unconfigure

__all__ = ["figures", "pytest_unconfigure"]
