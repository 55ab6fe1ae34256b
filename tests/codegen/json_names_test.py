"""JSON names, in descriptor sets and in the code that protoc makes of sources."""

from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet

from codegen.json_names import drop_derived_json_names
from codegen.protoc import run_protoc

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
  message Inner { optional int32 deep_down = 1; optional int32 own_too = 2 [json_name = "own_too"]; }
  extensions 100 to 110;
  extend M { optional int32 in_scope = 100; }
}
extend M { optional int32 at_top = 101; }
"""


def test_descriptors_are_those_of_code_that_is_made_of_sources(tmp_path: Path) -> None:
    (tmp_path / "a.proto").write_text(ALL)
    descriptors = tmp_path / "descriptors"
    (tmp_path / "fixed").mkdir()
    assert run_protoc([f"-I{tmp_path}", f"--python_out={tmp_path}", f"-o{descriptors}", "a.proto"]) == (0, "")
    fixed = drop_derived_json_names(FileDescriptorSet.FromString(descriptors.read_bytes()), frozenset({"a.proto"}))
    descriptors.write_bytes(fixed.SerializeToString())
    assert run_protoc([f"--descriptor_set_in={descriptors}", f"--python_out={tmp_path / 'fixed'}", "a.proto"])[0] == 0
    assert (tmp_path / "fixed" / "a_pb2.py").read_text() == (tmp_path / "a_pb2.py").read_text()


def _descriptors(field: FieldDescriptorProto) -> FileDescriptorSet:
    message = DescriptorProto(field=[field], nested_type=[DescriptorProto(field=[field], extension=[field])])
    return FileDescriptorSet(file=[FileDescriptorProto(name="a.proto", message_type=[message], extension=[field])])


@pytest.mark.parametrize(
    ("json_name", "kept"),
    [
        pytest.param("twoWords", False, id="derived"),
        pytest.param("two_words", True, id="the-name-itself"),
        pytest.param("TwoWords", True, id="another"),
    ],
)
def test_only_a_name_that_follows_goes_wherever_the_field_is(json_name: str, kept: bool) -> None:
    with_it = _descriptors(FieldDescriptorProto(name="two_words", json_name=json_name))
    without = _descriptors(FieldDescriptorProto(name="two_words"))
    assert drop_derived_json_names(with_it, frozenset({"a.proto"})) == (with_it if kept else without)
    assert with_it.file[0].extension[0].json_name == json_name, "the argument was changed"


def test_files_that_nothing_is_generated_for_stay_as_they_are() -> None:
    before = _descriptors(FieldDescriptorProto(name="x", json_name="x"))
    assert drop_derived_json_names(before, frozenset({"b.proto"})) == before
