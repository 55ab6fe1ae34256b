"""The code generator of Python stubs."""
