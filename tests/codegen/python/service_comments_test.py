"""Comments of services, escaped for the docstrings that grpc's generator makes of them."""

import ast

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet, SourceCodeInfo

from codegen.python.service_comments import escape_service_comments

SERVICE, METHOD, MESSAGE = (6, 0), (6, 0, 2, 0), (4, 0)


def _descriptors(name: str, path: tuple[int, ...], comment: str) -> FileDescriptorSet:
    location = SourceCodeInfo.Location(
        path=path, leading_comments=comment, trailing_comments=comment, leading_detached_comments=[comment, comment]
    )
    return FileDescriptorSet(
        file=[FileDescriptorProto(name=name, source_code_info=SourceCodeInfo(location=[location]))]
    )


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param(" Plain.\n", id="plain"),
        pytest.param(" A \\n that is no newline, and C:\\new\\x.\n", id="backslashes"),
        pytest.param(' The end: """\n', id="three-quotes"),
        pytest.param(' """"""" seven\n', id="seven-quotes"),
        pytest.param(' \\""" a backslash before quotes\n', id="backslash-and-quotes"),
        pytest.param(' Says "hi"\n', id="two-quotes-stay"),
        pytest.param(" caf\u00e9 \U0001f600 \\N{BULLET}\n", id="beyond-ascii"),
        pytest.param(" ends with a backslash\\", id="backslash-at-the-end"),
    ],
)
@pytest.mark.parametrize("path", [pytest.param(SERVICE, id="service"), pytest.param(METHOD, id="method")])
def test_a_docstring_of_it_equals_the_comment(comment: str, path: tuple[int, ...]) -> None:
    before = _descriptors("a.proto", path, comment)
    location = escape_service_comments(before, frozenset({"a.proto"})).file[0].source_code_info.location[0]
    texts = [location.leading_comments, location.trailing_comments, *location.leading_detached_comments]
    assert [ast.literal_eval(f'"""{text}\n"""') for text in texts] == [comment + "\n"] * 4
    assert before == _descriptors("a.proto", path, comment), "the argument was changed"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        pytest.param("a.proto", MESSAGE, id="message"),
        pytest.param("a.proto", (), id="file"),
        pytest.param("other.proto", SERVICE, id="a-file-that-nothing-is-generated-for"),
    ],
)
def test_other_comments_stay_as_they_are(name: str, path: tuple[int, ...]) -> None:
    before = _descriptors(name, path, ' """ \\\n')
    assert escape_service_comments(before, frozenset({"a.proto"})) == before
