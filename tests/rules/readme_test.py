"""The README's snippets for another workspace, typed into one."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace

README = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "README.md")

PROTO = """
syntax = "proto3";
package hello;
import "google/protobuf/timestamp.proto";
message Hello { google.protobuf.Timestamp at = 1; }
service Greeter { rpc Greet(Hello) returns (Hello); }
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    """Somebody's workspace, with this repository beside it."""
    folder = tmp_path_factory.mktemp("readme")
    with bazel_workspace(folder) as ours:
        ours.root.rename(folder / "jts_grpc")
        theirs = BazelWorkspace(folder / "theirs", ours.home)
        for path, text in _snippets().items():
            theirs.write(path, text)
        theirs.write("protos/hello.proto", PROTO)
        theirs.write(".bazelrc", (folder / "jts_grpc/.bazelrc.user").read_text())
        yield theirs
        theirs.bazel("shutdown")
        (folder / "jts_grpc").rename(ours.root)


def _snippets() -> dict[str, str]:
    """Returns the README's Starlark by the file that its first line names."""
    blocks = re.findall(r"^```starlark\n# (\S+)\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    return dict(blocks)


def test_the_snippets_build(workspace: BazelWorkspace) -> None:
    assert set(_snippets()) == {"WORKSPACE", "protos/BUILD.bazel"}
    result = workspace.bazel("build", "//protos:py_stubs")
    assert result.returncode == 0, result.stderr
    package = workspace.root / "bazel-bin/protos/py_stubs"
    assert (package / "protos/hello_pb2_grpc.pyi").is_file() and (package / "py.typed").is_file()


def test_a_message_names_the_label_as_it_is_typed(workspace: BazelWorkspace) -> None:
    workspace.write("protos/hello.proto", PROTO + "message {")
    result = workspace.bazel("build", "//protos:py_stubs")
    workspace.write("protos/hello.proto", PROTO)
    assert "//protos:hello_proto: protoc refuses it\nprotos/hello.proto:7:9: Expected message name." in result.stderr
