"""The requirements of generated code, derived from the versions stamped into it."""

import pytest

from codegen.errors import CodegenError
from codegen.python.requirements import (
    Requirement,
    check_runtime,
    read_installed,
    requirements_of,
    requirements_on,
    requirements_text,
)

MESSAGES = "# source: a.proto\n# Protobuf Python Version: 7.35.1\nimport x\n"
SERVICES = "import grpc\nGRPC_GENERATED_VERSION = '1.85.1'\n"
NEEDED = [Requirement("grpcio", "1.85.1"), Requirement("protobuf", "7.35.1", "9")]


def test_stamped_versions_are_found() -> None:
    assert requirements_of([MESSAGES, SERVICES]) == NEEDED


@pytest.mark.parametrize("sources", [[], [MESSAGES], [SERVICES]], ids=["nothing", "no-grpc", "no-protobuf"])
def test_code_without_stamped_versions(sources: list[str]) -> None:
    with pytest.raises(
        CodegenError, match=r"does not say which grpcio and protobuf it needs: lock grpcio-tools 1\.72 or"
    ):
        requirements_of(sources)


def test_the_file_is_readable_by_pip() -> None:
    lines = requirements_text("# @generated\n", NEEDED).splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["grpcio>=1.85.1", "protobuf>=7.35.1,<9"]


def test_the_floor_of_a_local_build_is_its_public_version() -> None:
    assert requirements_on({"x": ["1.0+cu1"]}) == [Requirement("x", "1.0")]


def test_metadata_is_read() -> None:
    text = "Metadata-Version: 2.4\nName: {}\nVersion: 1.2\nRequires-Dist: x\n\nVersion: 3\n"
    assert read_installed([text.format("Grpcio"), text.format("protobuf")]) == {"grpcio": ["1.2"], "protobuf": ["1.2"]}
    assert read_installed([text.format("a"), text.format("a"), "no header"]) == {"a": ["1.2", "1.2"], "none": ["None"]}


@pytest.mark.parametrize(
    "installed",
    [
        pytest.param({}, id="unknown"),
        pytest.param({"protobuf": "7.35.1", "grpcio": "1.85.1"}, id="the-floors"),
        pytest.param({"protobuf": "7.35.1.post1"}, id="after-the-floor"),
        pytest.param({"protobuf": "7.35.1+abc", "grpcio": "1.85.1+dev"}, id="somebodys-own-build-of-the-floor"),
        pytest.param({"protobuf": "7.36.0rc1"}, id="before-a-later-one"),
        pytest.param({"protobuf": "7.35.1.0"}, id="a-zero-more"),
        pytest.param({"protobuf": "8.0.0"}, id="the-next-major-version"),
        pytest.param({"protobuf": "7.100"}, id="numbers-are-no-text"),
        pytest.param({"setuptools": "1"}, id="another-library"),
    ],
)
def test_a_compatible_runtime(installed: dict[str, str]) -> None:
    check_runtime(NEEDED, {name: [version] for name, version in installed.items()})


def test_trailing_zeros_do_not_count() -> None:
    assert Requirement("grpcio", "1.85.0").fits("1.85") and Requirement("grpcio", "1.80").fits("1.80.0")
    assert not Requirement("protobuf", "7.35.1", "9").fits("9.0.0") and Requirement("x", "10.0").fits("10.0.0")


def test_two_versions_of_one_library() -> None:
    with pytest.raises(CodegenError, match=r"two protobuf would be in the runfiles: 7\.35\.1 and 7\.36\.2: of the"):
        check_runtime(NEEDED, {"protobuf": ["7.35.1", "7.36.2"]})
    check_runtime(NEEDED, {"protobuf": ["7.36.2", "7.36.2"]})


@pytest.mark.parametrize(
    ("installed", "message"),
    [
        pytest.param({"protobuf": "6.33.6"}, "need protobuf>=7.35.1,<9, and .* has protobuf 6.33.6", id="older"),
        pytest.param({"protobuf": "9.0.0"}, "need protobuf>=7.35.1,<9, and .* has protobuf 9.0.0", id="too-new"),
        pytest.param({"protobuf": "7.35.1rc1"}, "has protobuf 7.35.1rc1", id="before-the-floor"),
        pytest.param({"protobuf": "7.35.1rc1+abc"}, r"has protobuf 7.35.1rc1\+abc", id="somebodys-own-build-of-it"),
        pytest.param({"protobuf": "7.35.1.dev2"}, "has protobuf 7.35.1.dev2", id="in-development"),
        pytest.param({"protobuf": "7.35"}, "has protobuf 7.35", id="fewer-numbers"),
        pytest.param({"grpcio": "1.85.0"}, r"need grpcio>=1.85.1, and .* has grpcio 1.85.0\. Install that", id="grpc"),
    ],
)
def test_an_incompatible_runtime(installed: dict[str, str], message: str) -> None:
    with pytest.raises(CodegenError, match=message):
        check_runtime(NEEDED, {name: [version] for name, version in installed.items()})
