"""Reads a folder of `.proto` files that nobody prepared, and groups them into libraries. It knows nothing of Bazel."""
