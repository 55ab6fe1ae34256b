"""Public API for adding a language. tests/languages/words/ is a minimal example."""

load("//bazel/private/engine:aspect.bzl", _grpc_aspect_arguments = "grpc_aspect_arguments", _grpc_aspect_impl = "grpc_aspect_impl")
load("//bazel/private/engine:language.bzl", _INFO_FIELDS = "INFO_FIELDS", _grpc_language = "grpc_language")
load("//bazel/private/engine:library.bzl", _grpc_library = "grpc_library", _library_attrs = "library_attrs")
load("//bazel/private/engine:options.bzl", _option = "option")
load("//bazel/private/engine:toolchain.bzl", _GrpcToolchainInfo = "GrpcToolchainInfo", _grpc_toolchain = "grpc_toolchain")

GrpcToolchainInfo = _GrpcToolchainInfo
INFO_FIELDS = _INFO_FIELDS
grpc_aspect_arguments = _grpc_aspect_arguments
grpc_aspect_impl = _grpc_aspect_impl
grpc_language = _grpc_language
grpc_library = _grpc_library
grpc_toolchain = _grpc_toolchain
library_attrs = _library_attrs
option = _option
