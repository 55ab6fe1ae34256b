"""Public rules and providers, for BUILD files."""

load("//bazel/private:proto_libraries.bzl", _proto_libraries = "proto_libraries")
load("//bazel/private/python:py_grpc_language.bzl", _PyGrpcInfo = "PyGrpcInfo")
load("//bazel/private/python:py_grpc_library.bzl", _py_grpc_library = "py_grpc_library")
load("//bazel/private/python:py_grpc_wheel.bzl", _py_grpc_wheel = "py_grpc_wheel")
load("//bazel/private/repositories:node_modules.bzl", _NodeModulesInfo = "NodeModulesInfo")
load("//bazel/private/typescript:ts_grpc_language.bzl", _TsGrpcInfo = "TsGrpcInfo")
load("//bazel/private/typescript:ts_grpc_library.bzl", _ts_grpc_library = "ts_grpc_library")
load("//bazel/toolchains:py_grpc_toolchain.bzl", _PyGrpcToolchainInfo = "PyGrpcToolchainInfo", _py_grpc_toolchain = "py_grpc_toolchain")
load("//bazel/toolchains:ts_grpc_toolchain.bzl", _TsGrpcToolchainInfo = "TsGrpcToolchainInfo", _ts_grpc_toolchain = "ts_grpc_toolchain")

NodeModulesInfo = _NodeModulesInfo
PyGrpcInfo = _PyGrpcInfo
PyGrpcToolchainInfo = _PyGrpcToolchainInfo
TsGrpcInfo = _TsGrpcInfo
TsGrpcToolchainInfo = _TsGrpcToolchainInfo
proto_libraries = _proto_libraries
py_grpc_library = _py_grpc_library
py_grpc_wheel = _py_grpc_wheel
py_grpc_toolchain = _py_grpc_toolchain
ts_grpc_library = _ts_grpc_library
ts_grpc_toolchain = _ts_grpc_toolchain
