"""What this Bazel has of modules."""

def with_modules(files):
    """Returns the files where Bazel knows MODULE.bazel, and none of them in Bazel 4."""
    return files if hasattr(native, "module_name") else []
