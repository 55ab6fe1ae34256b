"""Detects whether this Bazel supports modules."""

def with_modules(files):
    """Returns the files if Bazel supports MODULE.bazel, and none on Bazel 4."""
    return files if hasattr(native, "module_name") else []
