"""JSON names, in descriptor sets and in the code that protoc makes of sources."""

from pathlib import Path

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet

from codegen.protoc import run_protoc
from codegen.python.json_names import drop_derived_json_names

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


def test_descriptors_are_those_of_code_that_is_made_of_sources(tmp_path: Path) -> None:
    (tmp_path / "a.proto").write_text(ALL)
    descriptors = tmp_path / "descriptors"
    (tmp_path / "fixed").mkdir()
    assert run_protoc(
        [f"-I{tmp_path}", f"--python_out={tmp_path}", f"-o{descriptors}", "--include_source_info", "a.proto"]
    ) == (
        0,
        "",
    )
    fixed = drop_derived_json_names(FileDescriptorSet.FromString(descriptors.read_bytes()), frozenset({"a.proto"}))
    descriptors.write_bytes(fixed.SerializeToString())
    assert run_protoc([f"--descriptor_set_in={descriptors}", f"--python_out={tmp_path / 'fixed'}", "a.proto"])[0] == 0
    assert (tmp_path / "fixed" / "a_pb2.py").read_text() == (tmp_path / "a_pb2.py").read_text()


def test_files_that_nothing_is_generated_for_stay_as_they_are() -> None:
    message = DescriptorProto(field=[FieldDescriptorProto(name="x", json_name="x")])
    before = FileDescriptorSet(file=[FileDescriptorProto(name="a.proto", message_type=[message])])
    assert drop_derived_json_names(before, frozenset({"b.proto"})) == before
    assert drop_derived_json_names(before, frozenset({"a.proto"})) != before
    assert before.file[0].message_type[0].field[0].json_name == "x", "the argument was changed"
