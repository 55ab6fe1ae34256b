"""What BUILD files load: the rules and what they provide."""

load("//bazel/private:nodejs_binary.bzl", _nodejs_binary = "nodejs_binary")
load("//bazel/private:npm_package.bzl", _NpmPackageInfo = "NpmPackageInfo")
load("//bazel/private:py_grpc_info.bzl", _PyGrpcInfo = "PyGrpcInfo")
load("//bazel/private:py_grpc_library.bzl", _py_grpc_library = "py_grpc_library")
load("//bazel/private:py_grpc_wheel.bzl", _py_grpc_wheel = "py_grpc_wheel")
load("//bazel/toolchains:py_grpc_toolchain.bzl", _PyGrpcToolchainInfo = "PyGrpcToolchainInfo", _py_grpc_toolchain = "py_grpc_toolchain")

NpmPackageInfo = _NpmPackageInfo
PyGrpcInfo = _PyGrpcInfo
PyGrpcToolchainInfo = _PyGrpcToolchainInfo
nodejs_binary = _nodejs_binary
py_grpc_library = _py_grpc_library
py_grpc_wheel = _py_grpc_wheel
py_grpc_toolchain = _py_grpc_toolchain
