"""Protos that are printed from descriptors: protoc makes the same descriptors of them."""

import sys
from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

from codegen.proto_text import proto_text
from codegen.python.installed import find_provided, read_descriptor
from tests.codegen.python.packages import compile_protos

PROTO2 = """
syntax = "proto2";
package a.b;
import public "google/protobuf/any.proto";
import "google/protobuf/descriptor.proto";
option java_package = "a\\"\\\\\\n\\u00e9";
option optimize_for = CODE_SIZE;
option (file) = { name: "f" numbers: [1, 2] [a.b.more]: { name: "m" } any { [type.googleapis.com/a.b.Rule] {} } };
extend Rule { repeated group Rules = 101 { optional int32 x = 1; } }
message Rule {
  optional string name = 1;
  repeated int32 numbers = 2;
  optional google.protobuf.Any any = 3;
  extensions 100 to 199;
  extensions 300 [declaration = { number: 300 full_name: ".a.b.x" type: ".a.b.Rule" }];
  extensions 1000 to max;
}
extend Rule { optional Rule more = 100; }
extend google.protobuf.FileOptions { optional Rule file = 50000; }
extend google.protobuf.FieldOptions {
  repeated string notes = 50000;
  optional bytes raw = 50001;
  optional double ratio = 50002;
  optional Kind level = 50003;
}
enum Kind {
  option allow_alias = true;
  NONE = 0;
  ZERO = 0 [deprecated = true];
  LOW = -2147483648;
  reserved 5, 7 to 9, 100 to max;
  reserved "OLD";
}
message M {
  option deprecated = true;
  message Before {}
  optional string text = 1 [default = "tab\\t\\"q\\" \\u00e9", (notes) = "x", (notes) = "y", (raw) = "\\377\\000"];
  map<string, .a.b.M.Before> map = 2;
  message Between { extend M { optional group Inside = 101 {} } }
  optional group Group = 3 { required bytes data = 1 [default = "\\001\\377"]; oneof inner { int32 i = 2; } }
  message After {}
  oneof choice {
    option (pick) = true;
    int32 number = 4 [json_name = "nr"];
    group Other = 5 { optional bool b = 1 [default = true]; }
  }
  optional double infinite = 6 [default = -inf, (ratio) = 1e-7];
  optional Kind kind = 7 [default = LOW, (level) = NONE];
  repeated int32 packed = 8 [packed = true];
  reserved 20, 30 to 39, 1000 to max;
  reserved "gone";
  extensions 101;
  enum Nested { A = 1; }
}
extend google.protobuf.OneofOptions { optional bool pick = 50000; }
service S {
  option deprecated = true;
  rpc Unary(M) returns (Rule);
  rpc Streams(stream M) returns (stream .a.b.M.Before) { option idempotency_level = IDEMPOTENT; }
  rpc Empty(M) returns (M) {}
}
"""
PROTO3 = """
syntax = "proto3";
message Whole { optional int32 o = 1; int32 plain = 2; map<int64, Whole> wholes = 3; repeated string s = 4; }
"""
EDITION = """
edition = "2023";
package e;
option features.field_presence = IMPLICIT;
message E {
  int32 a = 1 [features.field_presence = EXPLICIT, default = 5];
  E child = 2 [features.message_encoding = DELIMITED];
  string needed = 3 [features.field_presence = LEGACY_REQUIRED];
  reserved gone;
}
enum Open { option features.enum_type = CLOSED; ONE = 1; reserved old; }
"""
EDITION_2024 = """
edition = "2024";
package e;
import option "google/protobuf/descriptor.proto";
export message Seen { local message Hidden {} }
local enum Kind { UNKNOWN = 0; }
"""


def _compiled(folder: Path, text: str) -> dict[str, FileDescriptorProto]:
    folder.mkdir()
    files = {file.name: file for file in compile_protos(folder, {"x.proto": text}).file}
    for file in files.values():
        file.ClearField("source_code_info")
    return files


@pytest.mark.parametrize("text", [PROTO2, PROTO3, EDITION, EDITION_2024], ids=["proto2", "proto3", "2023", "2024"])
def test_protoc_makes_the_same_descriptor_of_it(text: str, tmp_path: Path) -> None:
    files = _compiled(tmp_path / "source", text)
    pool = DescriptorPool()
    descriptor = FileDescriptorProto()
    descriptor_pb2.DESCRIPTOR.CopyToProto(descriptor)
    for file in {**{descriptor.name: descriptor}, **files}.values():
        pool.Add(file)
    for file in files.values():
        # protoc adds names for JSON, which may not be written for extensions.
        _drop_derived_json_names(file)
    printed = proto_text(files["x.proto"], pool)
    again = _compiled(tmp_path / "again", printed)["x.proto"]
    _drop_derived_json_names(again)
    assert again == files["x.proto"], printed


def test_the_protos_of_real_wheels(tmp_path: Path) -> None:
    site_packages = next(Path(root) for root in sys.path if Path(root, "opentelemetry/proto").is_dir())
    modules = tmp_path / "modules"
    for path in site_packages.rglob("*_pb2.py"):
        # Without the sources, so that all of them are printed.
        copy = modules / path.relative_to(site_packages)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    provided = find_provided(modules, tmp_path / "printed", {})
    assert not [each.problem for each in provided if each.problem]
    protos = [each.proto for each in provided]
    assert {
        "google/api/annotations.proto",
        "google/iam/v1/policy.proto",
        "google/longrunning/operations.proto",
        "grpc_channelz/v1/channelz.proto",
        "grpc_health/v1/health.proto",
        "grpc_reflection/v1alpha/reflection.proto",
        "opentelemetry/proto/trace/v1/trace.proto",
    } <= set(protos)
    texts = {proto: (tmp_path / "printed" / proto).read_text() for proto in protos}
    compiled = {file.name: file for file in compile_protos(tmp_path / "again", texts).file}
    found = filter(None, (read_descriptor(path.read_text()) for path in modules.rglob("*_pb2.py")))
    descriptors = {file.name: file for file in found if not file.name.startswith("google/protobuf/")}
    assert descriptors.keys() == set(protos)
    for proto in protos:
        # Without what protoc adds to a descriptor set.
        assert _plain(compiled[proto]) == _plain(descriptors[proto]), proto


def _fields(file: FileDescriptorProto) -> list[FieldDescriptorProto]:
    messages = list(file.message_type)
    for message in messages:
        messages += message.nested_type
    return [*file.extension, *(each for message in messages for each in [*message.field, *message.extension])]


def _drop_derived_json_names(file: FileDescriptorProto) -> None:
    for field in _fields(file):
        if field.json_name != "nr":
            field.ClearField("json_name")


def _plain(file: FileDescriptorProto) -> FileDescriptorProto:
    file.ClearField("source_code_info")
    for field in _fields(file):
        field.ClearField("json_name")
    # Custom options are encoded in any order.
    file.DiscardUnknownFields()
    return file
