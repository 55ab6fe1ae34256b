"""The code generator for Python stubs."""
