"""An action whose command line exceeds the system's limit reads its arguments from a file."""

from collections.abc import Iterator

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace

# More than Linux allows at most, which is 6 MB; macOS allows 1 MB, Windows 32 kB.
FOLDERS, LENGTH = 35_000, 200
BUILD = f"""
load("//bazel:defs.bzl", "py_grpc_library", "py_grpc_toolchain")

proto_library(name = "thing", srcs = ["thing.proto"])

py_grpc_library(
    name = "stubs",
    deps = [":thing"],
)

py_grpc_toolchain(
    name = "wide",
    codegen_deps = ["@py_grpc_wheels//:grpcio_tools", "@py_grpc_wheels//:mypy_protobuf", "@py_grpc_wheels//:protobuf"],
    python = "@py_grpc_wheels//:python",
    runtime = ["@py_grpc_wheels//:grpcio"],
    provided = ["google/protobuf/"] + ["{{}}/{{}}/".format("x" * {LENGTH}, number) for number in range({FOLDERS})],
)

toolchain(
    name = "toolchain",
    toolchain = ":wide",
    toolchain_type = "//bazel/toolchains:py_toolchain_type",
)
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("long")) as made:
        made.write("long/BUILD.bazel", BUILD)
        made.write("long/thing.proto", 'syntax = "proto3"; message Thing {}')
        yield made


def test_a_command_line_longer_than_any_system_allows(workspace: BazelWorkspace) -> None:
    assert FOLDERS * LENGTH > 6 << 20
    result = workspace.bazel("build", "--extra_toolchains=//long:toolchain", "//long:stubs")
    assert result.returncode == 0, result.stderr[-2000:]
    assert (workspace.root / "bazel-bin/long/stubs/long/thing_pb2.py").exists()
