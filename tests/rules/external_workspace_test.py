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


def test_a_message_shows_the_label_as_the_user_types_it(example: BazelWorkspace) -> None:
    proto = example.root / "protos/greeter.proto"
    text = proto.read_text()
    proto.write_text(text + "message {\n")
    result = example.bazel("build", "//protos:py_stubs")
    proto.write_text(text)
    line = text.count("\n") + 1
    assert f"//protos:greeter_proto: protoc failed\nprotos/greeter.proto:{line}:9: Expected" in result.stderr
