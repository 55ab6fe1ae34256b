"""The code generator of TypeScript stubs."""
