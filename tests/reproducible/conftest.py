"""The line of figures that the test ends with."""

from tests.supply_chain.conftest import figures, pytest_unconfigure

__all__ = ["figures", "pytest_unconfigure"]
