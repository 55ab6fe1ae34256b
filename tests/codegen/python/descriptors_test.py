"""How the compiled descriptors are adapted for the Python generators."""

import ast
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    SourceCodeInfo,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from codegen.descriptors import imports_of
from codegen.proto_text import proto_text
from codegen.protoc import run_protoc
from codegen.python.descriptors import (
    drop_derived_json_names,
    escape_service_comments,
    prefix_files,
    public_names,
    without_module,
)

ANY = "google/protobuf/any.proto"


def _three_files(base: str, user: str) -> FileDescriptorSet:
    return FileDescriptorSet(
        file=[
            FileDescriptorProto(name=ANY),
            FileDescriptorProto(name=base, package="base"),
            FileDescriptorProto(
                name=user,
                package="user",
                dependency=[ANY, base],
                public_dependency=[1],
                option_dependency=[base],
                message_type=[DescriptorProto(name="M")],
            ),
        ]
    )


def _of_older_protobuf(descriptors: FileDescriptorSet) -> Any:
    """Returns descriptors as protobuf before 6.32 has them."""
    schema = FileDescriptorProto()
    descriptor_pb2.DESCRIPTOR.CopyToProto(schema)
    file = next(message for message in schema.message_type if message.name == "FileDescriptorProto")
    del file.field[next(at for at, field in enumerate(file.field) if field.name == "option_dependency")]
    pool = DescriptorPool()
    pool.Add(schema)
    older = GetMessageClass(pool.FindMessageTypeByName("google.protobuf.FileDescriptorSet"))
    result = older.FromString(descriptors.SerializeToString())
    result.DiscardUnknownFields()
    return result


def test_protobuf_without_option_imports() -> None:
    descriptors = _of_older_protobuf(_three_files("base.proto", "user.proto"))
    prefix_files(descriptors, frozenset({"base.proto", "user.proto"}), "jts/")
    expected = _of_older_protobuf(_three_files("jts/base.proto", "jts/user.proto"))
    assert descriptors.SerializeToString() == expected.SerializeToString()
    assert imports_of(descriptors.file[2]) == [ANY, "jts/base.proto"]
    assert 'import public "jts/base.proto";' in proto_text(descriptors.file[2], DescriptorPool())


def test_protos_of_the_runtime_that_it_has_no_module_for() -> None:
    protos = [ANY, "google/protobuf/go_features.proto", "acme/go_features.proto"]
    assert without_module(protos) == {"google/protobuf/go_features.proto"}


@pytest.mark.parametrize("prefix", ["jts/", "a/b-c/", ""])
def test_only_files_of_the_tree_and_their_imports_are_renamed(prefix: str) -> None:
    descriptors = _three_files("base.proto", "u/ser.proto")
    prefix_files(descriptors, frozenset({"base.proto", "u/ser.proto"}), prefix)
    assert descriptors == _three_files(prefix + "base.proto", prefix + "u/ser.proto")


ALL = """
syntax = "proto2";
message M {
  optional int32 plain = 1;
  optional int32 two_words = 2;
  optional int32 _leading = 3;
  optional int32 trailing_ = 4;
  optional int32 twice__over = 5;
  optional int32 with_1_digit = 6;
  optional int32 Capital_Word = 7;
  optional int32 own = 8 [json_name = "mine"];
  map<string, int32> by_name = 9;
  optional int32 in_CAPITALS = 10;
  optional int32 the_same = 11 [json_name = "theSame"];
  message Inner {
    optional int32 deep_down = 1;
    optional int32 own_too = 2 [json_name = "own_too"];
    message In { optional int32 it_is = 3 [json_name = "itIs"]; }
  }
  extensions 100 to 110;
  extend M { optional int32 in_scope = 100; }
}
extend M { optional int32 at_top = 101; }
"""


def test_descriptors_equal_those_in_code_generated_from_sources(tmp_path: Path) -> None:
    (tmp_path / "a.proto").write_text(ALL)
    descriptors = tmp_path / "descriptors"
    (tmp_path / "fixed").mkdir()
    assert run_protoc(
        [f"-I{tmp_path}", f"--python_out={tmp_path}", f"-o{descriptors}", "--include_source_info", "a.proto"]
    ) == (
        0,
        "",
    )
    fixed = FileDescriptorSet.FromString(descriptors.read_bytes())
    drop_derived_json_names(fixed, frozenset({"a.proto"}))
    descriptors.write_bytes(fixed.SerializeToString())
    assert run_protoc([f"--descriptor_set_in={descriptors}", f"--python_out={tmp_path / 'fixed'}", "a.proto"])[0] == 0
    assert (tmp_path / "fixed" / "a_pb2.py").read_text() == (tmp_path / "a_pb2.py").read_text()


def test_files_that_are_not_generated_stay_unchanged() -> None:
    message = DescriptorProto(field=[FieldDescriptorProto(name="x", json_name="x")])
    before = FileDescriptorSet(file=[FileDescriptorProto(name="a.proto", message_type=[message])])
    after = FileDescriptorSet.FromString(before.SerializeToString())
    drop_derived_json_names(after, frozenset({"b.proto"}))
    assert after == before
    drop_derived_json_names(after, frozenset({"a.proto"}))
    assert after != before


SERVICE, METHOD, MESSAGE = (6, 0), (6, 0, 2, 0), (4, 0)


def _commented(name: str, path: tuple[int, ...], comment: str) -> FileDescriptorSet:
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
def test_a_docstring_equals_its_comment(comment: str, path: tuple[int, ...]) -> None:
    descriptors = _commented("a.proto", path, comment)
    escape_service_comments(descriptors, frozenset({"a.proto"}))
    location = descriptors.file[0].source_code_info.location[0]
    texts = [location.leading_comments, location.trailing_comments, *location.leading_detached_comments]
    assert [ast.literal_eval(f'"""{text}\n"""') for text in texts] == [comment + "\n"] * 4


@pytest.mark.parametrize(
    ("name", "path"),
    [
        pytest.param("a.proto", MESSAGE, id="message"),
        pytest.param("a.proto", (), id="file"),
        pytest.param("other.proto", SERVICE, id="a-file-that-nothing-is-generated-for"),
    ],
)
def test_other_comments_stay_unchanged(name: str, path: tuple[int, ...]) -> None:
    descriptors = _commented(name, path, ' """ \\\n')
    escape_service_comments(descriptors, frozenset({"a.proto"}))
    assert descriptors == _commented(name, path, ' """ \\\n')


# Maps each file to its imports ("+" marks a public import) and its messages.
_Files = dict[str, tuple[list[str], list[str]]]


def _importing(files: _Files) -> FileDescriptorSet:
    descriptors = FileDescriptorSet()
    for name, (paths, messages) in files.items():
        descriptors.file.add(
            name=name,
            dependency=[path.removeprefix("+") for path in paths],
            public_dependency=[position for position, path in enumerate(paths) if path.startswith("+")],
            message_type=[DescriptorProto(name=message) for message in messages],
        )
    return descriptors


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"c": ([], ["C"]), "b": (["+c"], ["B"])}, {"C": "c"}, id="one-step"),
        pytest.param({"c": ([], ["C"]), "b": (["+c"], ["B"]), "a": (["+b"], [])}, {"B": "b", "C": "c"}, id="two-steps"),
        pytest.param({"c": ([], ["C"]), "b": (["+c"], []), "a": (["b"], [])}, {}, id="an-ordinary-import"),
        pytest.param({"c": ([], ["C"]), "b": (["c"], ["B"]), "a": (["+b"], [])}, {"B": "b"}, id="only-what-is-public"),
        pytest.param({"b": ([], ["M", "B"]), "a": (["+b"], ["M"])}, {"B": "b"}, id="its-own-name-wins"),
        pytest.param({"b": ([], ["M"]), "c": ([], ["M"]), "a": (["+b", "+c"], [])}, {"M": "c"}, id="the-last-one-wins"),
        pytest.param(
            {"b": ([], ["M"]), "o": (["+b"], ["M"]), "c": (["+b"], []), "a": (["+o", "+c"], [])},
            {"M": "b"},
            id="a-diamond",
        ),
        pytest.param({"b": ([], ["_M"]), "a": (["+b"], [])}, {}, id="no-name-that-starts-with-an-underscore"),
    ],
)
def test_public_names_are_what_import_star_brings(files: _Files, expected: dict[str, str]) -> None:
    assert list(public_names(_importing(files)).values())[-1] == expected


def test_enum_values_and_extensions_are_public_names() -> None:
    file = FileDescriptorProto(name="b", enum_type=[EnumDescriptorProto(name="E")])
    file.enum_type[0].value.add(name="ONE", number=0)
    file.extension.add(name="more")
    importing = FileDescriptorProto(name="a", dependency=["b"], public_dependency=[0])
    assert set(public_names(FileDescriptorSet(file=[file, importing]))["a"]) == {"E", "ONE", "more"}
