"""Repository rules and macros, for WORKSPACE."""

load("//bazel/private/repositories:default_toolchains.bzl", _py_grpc_repositories = "py_grpc_repositories", _ts_grpc_repositories = "ts_grpc_repositories")
load("//bazel/private/repositories:npm_repository.bzl", _npm_repository = "npm_repository")
load("//bazel/private/repositories:pip_repository.bzl", _pip_repository = "pip_repository")
load("//bazel/private/repositories:proto_repository.bzl", _proto_repository = "proto_repository")
load("//bazel/private/repositories:protobuf_repository.bzl", _protobuf_repository = "protobuf_repository")

npm_repository = _npm_repository
pip_repository = _pip_repository
proto_repository = _proto_repository
protobuf_repository = _protobuf_repository
py_grpc_repositories = _py_grpc_repositories
ts_grpc_repositories = _ts_grpc_repositories
