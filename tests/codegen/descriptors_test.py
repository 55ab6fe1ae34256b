"""Import paths: which ones a pattern matches, and which files may not be excluded."""

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.descriptors import check_excluded, matches
from codegen.errors import CodegenError

TREE = FileDescriptorSet(
    file=[
        FileDescriptorProto(name="base/b.proto"),
        FileDescriptorProto(name="t.proto", dependency=["base/b.proto"]),
        FileDescriptorProto(name="u.proto", dependency=["t.proto"]),
        FileDescriptorProto(name="o.proto", option_dependency=["base/b.proto"]),
    ]
)


@pytest.mark.parametrize(
    ("import_path", "expected"),
    [
        pytest.param("google/protobuf/any.proto", True, id="below-a-prefix"),
        pytest.param("google/protobufx/any.proto", False, id="a-longer-folder"),
        pytest.param("my/google/protobuf/a.proto", False, id="a-prefix-starts-at-the-root"),
        pytest.param("a/b.proto", True, id="import-path"),
        pytest.param("a/b.protocol.proto", False, id="an-import-path-is-no-prefix"),
        pytest.param("x/a/b.proto", False, id="an-import-path-is-no-ending"),
    ],
)
def test_matches(import_path: str, expected: bool) -> None:
    assert matches(import_path, ["google/protobuf/", "a/b.proto"]) is expected


def test_no_patterns_match_nothing() -> None:
    assert not matches("a.proto", [])


@pytest.mark.parametrize(
    ("files", "exclude", "provided"),
    [
        pytest.param({"t.proto"}, ["base/other.proto", "bas/", "b.proto"], [], id="something-else"),
        pytest.param({"base/b.proto"}, ["t.proto"], [], id="what-imports-it"),
        pytest.param({"t.proto"}, ["base/"], ["base/"], id="brought-by-an-installed-package"),
        pytest.param({"base/b.proto"}, ["t.proto", "u.proto"], [], id="what-is-left-out-imports-what-is-left-out"),
    ],
)
def test_files_that_may_be_excluded(files: set[str], exclude: list[str], provided: list[str]) -> None:
    check_excluded(files, TREE, exclude, provided)


@pytest.mark.parametrize("file", ["t.proto", "o.proto"])
@pytest.mark.parametrize("exclude", [["base/b.proto"], ["base/"]])
def test_excluded_files_must_not_be_imported(exclude: list[str], file: str) -> None:
    with pytest.raises(CodegenError) as caught:
        check_excluded({file}, TREE, exclude, [])
    assert str(caught.value).startswith(f"{file} imports base/b.proto, which exclude leaves out.")
    assert caught.value.proto == file
