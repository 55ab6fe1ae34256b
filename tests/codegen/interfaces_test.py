"""Interfaces of protos: what they lack, and that what they have is enough."""

import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet

from codegen.errors import CodegenError
from codegen.interfaces import interface_of, merge, messages_by_name, option_types
from tests.codegen.python.packages import compile_protos
from tests.compiled import Compiled, compile_library

HUB = """
// About the file.
syntax = "proto3";
package hub;
// About a message.
message M {
  int32 kept = 1;
  map<string, M> all = 2;
  oneof either { string a = 3; M b = 4; }
  message Inner { Kind kind = 1; }
  enum Kind { UNKNOWN = 0; }
}
service S { rpc Get(M) returns (M); }
"""


def _interface(text: str, folder: Path) -> bytes:
    folder.mkdir()
    (file,) = compile_protos(folder, {"hub.proto": text}).file
    return interface_of(file, set()).SerializeToString(deterministic=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("// About a message.", "// Another comment.", id="comment"),
        pytest.param("int32 kept = 1;", "int32 kept = 1; string added = 9;", id="field added"),
        pytest.param("int32 kept = 1;", "int64 kept = 5 [deprecated = true];", id="field changed"),
        pytest.param("map<string, M> all = 2;", "", id="map removed"),
        pytest.param("oneof either {", "oneof other {", id="oneof renamed"),
        pytest.param("int32 kept = 1;", "int32 kept = 1; reserved 20 to 30; reserved 'gone';", id="reserved"),
        pytest.param("Kind kind = 1;", "", id="field of an inner message"),
        pytest.param("rpc Get(M)", "rpc Fetch(stream M)", id="method"),
    ],
)
def test_what_dependents_cannot_see(old: str, new: str, tmp_path: Path) -> None:
    assert old in HUB
    assert _interface(HUB.replace(old, new), tmp_path / "new") == _interface(HUB, tmp_path / "old")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("message Inner", "message Other", id="message renamed"),
        pytest.param("UNKNOWN = 0;", "UNKNOWN = 0; KNOWN = 1;", id="value added"),
        pytest.param("service S", "service T", id="service renamed"),
        pytest.param("package hub;", "package hubs;", id="package"),
        # Python's replacement for a message called None avoids it.
        pytest.param("int32 kept = 1;", "int32 None_ = 1;", id="field with an underscore"),
    ],
)
def test_what_dependents_see(old: str, new: str, tmp_path: Path) -> None:
    assert _interface(HUB.replace(old, new), tmp_path / "new") != _interface(HUB, tmp_path / "old")


OPTIONS = {
    # The option's type is in one library, the option in another, its use in a third.
    "rule.proto": 'syntax = "proto3"; package r; message Rule { Part part = 1; map<string, Part> parts = 2; }'
    " message Part { int32 max = 1; } message Unused { int32 x = 1; }",
    "option.proto": 'syntax = "proto3"; package r; import "google/protobuf/descriptor.proto"; import "rule.proto";'
    " extend google.protobuf.FieldOptions { Rule rule = 50001; }",
    "used.proto": 'syntax = "proto3"; package u; import "option.proto";'
    ' message M { int32 a = 1 [(r.rule) = {part: {max: 3}, parts: [{key: "k", value: {max: 4}}]}]; }',
}


def _compile_in_turn(protos: dict[str, str], folder: Path) -> list[Compiled]:
    """Compiles each proto as a library that depends on the ones before it."""
    compiled: list[Compiled] = []
    for name, text in protos.items():
        (folder / name).write_text(text)
        status, made = compile_library({name: folder / name}, folder / name[:-6], "//t", protos, compiled)
        assert status == 0
        compiled.append(made)
    return compiled


def test_a_custom_option_is_read_by_interfaces_alone(tmp_path: Path) -> None:
    *_, used = _compile_in_turn(OPTIONS, tmp_path)
    (compiled,) = FileDescriptorSet.FromString(used.descriptors.read_bytes()).file
    (tmp_path / "whole").mkdir()
    whole = {file.name: file for file in compile_protos(tmp_path / "whole", OPTIONS).file}
    assert compiled == whole["used.proto"]


def test_only_a_library_that_defines_options_reads_descriptors_of_its_deps(tmp_path: Path) -> None:
    rule, option, used = _compile_in_turn(OPTIONS, tmp_path)
    assert str(rule.descriptors) not in option.unused.read_text().splitlines()
    assert {str(rule.descriptors), str(option.descriptors)} <= set(used.unused.read_text().splitlines())


ANY = {
    "opt.proto": 'syntax = "proto2"; package p; import "google/protobuf/any.proto";'
    ' import "google/protobuf/descriptor.proto"; message Foo { optional google.protobuf.Any any = 1;'
    " extensions 100 to 200; } extend google.protobuf.MessageOptions { optional Foo foo = 50001; }",
    "bar.proto": 'syntax = "proto2"; package p; import "opt.proto"; message Bar { optional int32 x = 1; }'
    " extend Foo { optional Bar bar = 100; }",
    "plain.proto": 'syntax = "proto2"; package p; message Plain { optional int32 x = 1; }',
}


@pytest.mark.parametrize(
    "option",
    [
        pytest.param("(foo) = { [p.bar] { x: 1 } }", id="extension of an option's message"),
        pytest.param("(foo).(bar).x = 1", id="path through an extension"),
        pytest.param("(foo) = { any { [type.googleapis.com/p.Plain] { x: 1 } } }", id="any"),
    ],
)
def test_options_that_need_more_than_interfaces(option: str, tmp_path: Path) -> None:
    imports = "".join(f'import "{path}";' for path in ANY)
    used = f'syntax = "proto2"; package p; {imports} message M {{ option {option}; }}'
    *deps, made = _compile_in_turn({**ANY, "used.proto": used}, tmp_path)
    (compiled,) = FileDescriptorSet.FromString(made.descriptors.read_bytes()).file
    (tmp_path / "whole").mkdir()
    whole = {file.name: file for file in compile_protos(tmp_path / "whole", {**ANY, "used.proto": used}).file}
    assert compiled == whole["used.proto"]
    assert not {str(dep.descriptors) for dep in deps} & set(made.unused.read_text().splitlines())


def test_of_different_files_with_one_import_path_the_first_counts() -> None:
    one = FileDescriptorProto(name="x", message_type=[DescriptorProto(name="M")])
    more = DescriptorProto(name="M", field=[FieldDescriptorProto(name="a")])
    other = FileDescriptorProto(name="x", message_type=[more, DescriptorProto(name="N")])
    sets = [FileDescriptorSet(file=[file]) for file in (one, other)]
    assert merge(sets) == {"x": one} and merge(sets[::-1]) == {"x": other}


def test_what_a_process_has_imported_changes_nothing(tmp_path: Path) -> None:
    # 1151 is the number of mypy-protobuf's own option.
    (tmp_path / "a.proto").write_text(
        'syntax = "proto2"; import "google/protobuf/descriptor.proto"; message O { optional string type = 1; }'
        " extend google.protobuf.FieldOptions { optional int32 low = 1000; optional O o = 1151; }"
        ' message M { optional int32 a = 1 [(low) = 3, (o).type = "x.Y"]; }'
    )
    outputs = []
    for first in ("codegen.driver", "codegen.python.language"):
        program = f"""
import sys; sys.path[:0] = {sys.path!r}
import {first}
from pathlib import Path
from tests.compiled import compile_library
assert compile_library({{"a.proto": Path("a.proto")}}, Path("{first}"))[0] == 0
"""
        subprocess.run([sys.executable, "-I", "-B", "-c", program], cwd=tmp_path, check=True)
        outputs.append([(tmp_path / first / name).read_bytes() for name in ("descriptors.binpb", "interface.binpb")])
    assert outputs[0] == outputs[1]


def test_the_messages_of_options_keep_their_members(tmp_path: Path) -> None:
    files = {file.name: file for file in compile_protos(tmp_path, OPTIONS).file}
    messages = {f".r.{message.name}": message for message in files["rule.proto"].message_type}
    used = option_types(files.values(), messages)
    assert used == {".r.Rule", ".r.Part"}
    interface = interface_of(files["rule.proto"], used)
    assert [len(message.field) for message in interface.message_type] == [2, 1, 0]


def test_merging_keeps_what_either_has(tmp_path: Path) -> None:
    (file,) = compile_protos(tmp_path, {"hub.proto": HUB}).file
    sets = [FileDescriptorSet(file=[interface_of(file, whole)]) for whole in (set(), {".hub.M"}, {".hub.M.Inner"})]
    for each in (sets, sets[::-1]):
        members = {name: len(message.field) for name, message in messages_by_name(merge(each).values()).items()}
        assert members == {".hub.M": 4, ".hub.M.Inner": 1, ".hub.M.AllEntry": 2}


def test_dependencies_come_first() -> None:
    files = [
        FileDescriptorProto(name="c", dependency=["b"]),
        FileDescriptorProto(name="b", dependency=["a", "elsewhere"]),
        FileDescriptorProto(name="a"),
    ]
    assert list(merge([FileDescriptorSet(file=files)])) == ["a", "b", "c"]


def test_different_files_of_one_name_that_import_each_other() -> None:
    files = [FileDescriptorProto(name="a", dependency=["b"]), FileDescriptorProto(name="b", dependency=["a"])]
    with pytest.raises(CodegenError, match="a, b import each other"):
        merge([FileDescriptorSet(file=files)])
