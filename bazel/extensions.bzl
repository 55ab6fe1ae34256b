"""Module extensions, for MODULE.bazel."""

load("//bazel/private/repositories:extension.bzl", _py_grpc = "py_grpc")

py_grpc = _py_grpc
