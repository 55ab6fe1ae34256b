"""What BUILD files load: the rules and what they provide."""

load("//bazel/private/python:py_grpc_language.bzl", _PyGrpcInfo = "PyGrpcInfo")
load("//bazel/private/python:py_grpc_library.bzl", _py_grpc_library = "py_grpc_library")
load("//bazel/private/python:py_grpc_wheel.bzl", _py_grpc_wheel = "py_grpc_wheel")
load("//bazel/toolchains:py_grpc_toolchain.bzl", _PyGrpcToolchainInfo = "PyGrpcToolchainInfo", _py_grpc_toolchain = "py_grpc_toolchain")

PyGrpcInfo = _PyGrpcInfo
PyGrpcToolchainInfo = _PyGrpcToolchainInfo
py_grpc_library = _py_grpc_library
py_grpc_wheel = _py_grpc_wheel
py_grpc_toolchain = _py_grpc_toolchain
