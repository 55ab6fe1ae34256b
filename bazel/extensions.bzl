"""What a MODULE.bazel uses."""

load("//bazel/private:py_grpc_extension.bzl", _py_grpc = "py_grpc")

py_grpc = _py_grpc
