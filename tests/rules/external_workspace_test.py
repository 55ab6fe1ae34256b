"""examples/external_workspace, and the README that quotes it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
EXAMPLE = "examples/external_workspace"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    """The example, laid out as in a checkout."""
    with bazel_workspace(tmp_path_factory.mktemp("external")) as ours:
        theirs = BazelWorkspace(ours.root / EXAMPLE, ours.home)
        theirs.write(".bazelrc.user", (ours.root / ".bazelrc.user").read_text())
        yield theirs
        theirs.bazel("shutdown")


def test_the_readme_quotes_the_example() -> None:
    blocks = re.findall(
        r"^```starlark\n# (\S+)\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert [path for path, _ in blocks] == [f"{EXAMPLE}/protos/BUILD.bazel"]
    for path, text in blocks:
        assert text.strip() == (ROOT / path).read_text().strip(), path


def test_the_example_builds_and_its_test_makes_a_call(example: BazelWorkspace) -> None:
    result = example.bazel("test", "--test_output=all", "//...")
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"//:greeter_test +PASSED", result.stdout + result.stderr)
    package = example.root / "bazel-bin/protos/py_stubs"
    assert (package / "protos/greeter_pb2_grpc.pyi").is_file() and (package / "py.typed").is_file()


BUILD = """\
load("@jts_grpc//bazel:defs.bzl", "proto_libraries", "py_grpc_library")
load(":imports.bzl", "IMPORTS")

py_grpc_library(
    name = "py_stubs",
    deps = proto_libraries(IMPORTS),
)
"""
DECLARE = "bazel run @jts_grpc//proto_tree:declare -- schemas/v1"
ITEM = 'syntax = "proto3"; import "google/protobuf/any.proto"; message Item { google.protobuf.Any any = 1; }'
ORDER = 'syntax = "proto3"; import "item.proto"; message Order { Item item = 1; }'


def test_declared_protos_in_another_workspace(example: BazelWorkspace) -> None:
    example.write("schemas/v1/item.proto", ITEM)
    example.write("schemas/v1/BUILD.bazel", BUILD)
    result = example.run(*DECLARE.split())
    assert result.returncode == 0, result.stderr
    result = example.bazel("build", "//schemas/v1:py_stubs")
    assert result.returncode == 0, result.stderr
    example.write("schemas/v1/shop/order.proto", ORDER)
    result = example.bazel("build", "//schemas/v1:py_stubs")
    assert f"//schemas/v1: shop/order.proto is in no proto_library. Type: {DECLARE}\n" in result.stderr
    result = example.run(*DECLARE.replace("schemas/", "").split(), cwd=example.root / "schemas")
    assert result.returncode == 0, result.stderr
    result = example.bazel("build", "//schemas/v1:py_stubs")
    assert result.returncode == 0, result.stderr
    assert (example.root / "bazel-bin/schemas/v1/py_stubs/shop/order_pb2.pyi").is_file()
    # Fresh: not even rewritten.
    before = (example.root / "schemas/v1/imports.bzl").stat()
    assert example.run(*DECLARE.split()).returncode == 0
    assert (example.root / "schemas/v1/imports.bzl").stat() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Usage: bazel run @jts_grpc//proto_tree:declare -- FOLDER"),
        (["nowhere"], "/nowhere: No such file or directory. Name a folder of .proto files"),
    ],
)
def test_what_cannot_be_declared(example: BazelWorkspace, arguments: list[str], message: str) -> None:
    result = example.bazel("run", "@jts_grpc//proto_tree:declare", "--", *arguments)
    assert result.returncode == 2 and message in result.stderr, result.stderr


def test_a_message_shows_the_label_as_the_user_types_it(example: BazelWorkspace) -> None:
    proto = example.root / "protos/greeter.proto"
    text = proto.read_text()
    proto.write_text(text + "message {\n")
    result = example.bazel("build", "//protos:py_stubs")
    proto.write_text(text)
    line = text.count("\n") + 1
    # Of a Debian whose bazel.bazelrc turns --sandbox_debug on.
    assert "linux-sandbox-pid1" not in result.stderr
    assert f"//protos:greeter_proto: protoc failed\nprotos/greeter.proto:{line}:9: Expected" in result.stderr
