"""An action whose command line exceeds the system's limit reads its arguments from a file."""

import re
from collections.abc import Iterator

import pytest

from tests.bazel_workspace import OWN_WHEELS, BazelWorkspace, bazel_workspace

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

# The threshold: either even the shortest arguments go to a file, or hardly any do.
ALWAYS, NEVER = "--min_param_file_size=1", "--min_param_file_size=1000000"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    wheels = {**OWN_WHEELS, "build_wheels": "build_wheels"}
    with bazel_workspace(tmp_path_factory.mktemp("long"), wheels) as made:
        made.write("long/BUILD.bazel", BUILD)
        made.write("long/thing.proto", 'syntax = "proto3"; message Thing {}')
        yield made


def test_a_command_line_longer_than_any_system_allows(workspace: BazelWorkspace) -> None:
    assert FOLDERS * LENGTH > 6 << 20
    result = workspace.bazel("build", "--extra_toolchains=//long:toolchain", "//long:stubs")
    assert result.returncode == 0, result.stderr[-2000:]
    assert (workspace.root / "bazel-bin/long/stubs/long/thing_pb2.py").exists()


def test_every_action_generates_the_same_from_arguments_in_a_file(
    workspace: BazelWorkspace,
) -> None:
    wheels = []
    for option, from_a_file in ((ALWAYS, True), (NEVER, False)):
        assert workspace.bazel("clean").returncode == 0
        result = workspace.bazel("build", "--subcommands", option, "//:wheel")
        assert result.returncode == 0, result.stderr
        starts = [line for line in result.stderr.splitlines() if " codegen." in line]
        assert {re.findall(r" codegen\.([\w.]+)", line)[0] for line in starts} == {
            "driver",
            "python.wheel",
        }
        assert {"--flagfile=" in line for line in starts} == {from_a_file}
        (wheel,) = (workspace.root / "bazel-bin").glob("*.whl")
        wheels.append(wheel.read_bytes())
    assert wheels[0] == wheels[1]
