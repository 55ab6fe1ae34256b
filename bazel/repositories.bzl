"""What a WORKSPACE loads."""

load("//bazel/private:pip_repository.bzl", _pip_repository = "pip_repository")
load("//bazel/private:proto_repository.bzl", _proto_repository = "proto_repository")
load("//bazel/private:protobuf_repository.bzl", _protobuf_repository = "protobuf_repository")
load("//bazel/private:py_grpc_repositories.bzl", _py_grpc_repositories = "py_grpc_repositories")

pip_repository = _pip_repository
proto_repository = _proto_repository
protobuf_repository = _protobuf_repository
py_grpc_repositories = _py_grpc_repositories
