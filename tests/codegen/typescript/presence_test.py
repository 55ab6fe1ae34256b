"""What proto2 and editions say of fields, in proto3's words."""

from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from codegen.typescript.presence import as_proto3
from tests.codegen.typescript.protos import compile_protos

PROTO2 = 'syntax = "proto2"; '
EDITION = 'edition = "2023"; '


def field_of(tmp_path: Path, source: str) -> FieldDescriptorProto:
    file = as_proto3(compile_protos(tmp_path, a=source)).file[0]
    assert (file.syntax, file.edition) == ("proto3", 0)
    return file.message_type[0].field[0]


@pytest.mark.parametrize(
    ("source", "optional"),
    [
        pytest.param(PROTO2 + "message M { optional int32 x = 1 [default = 5]; }", True, id="proto2-optional"),
        pytest.param(PROTO2 + "message M { required int32 x = 1; }", True, id="proto2-required"),
        pytest.param(PROTO2 + "message M { oneof o { int32 x = 1; } }", False, id="proto2-oneof"),
        pytest.param(PROTO2 + "message M { optional M x = 1; }", False, id="proto2-message"),
        pytest.param(PROTO2 + "message M { repeated int32 x = 1; }", False, id="proto2-repeated"),
        pytest.param(EDITION + "message M { int32 x = 1; }", True, id="edition"),
        pytest.param(EDITION + "message M { int32 x = 1 [features.field_presence = IMPLICIT]; }", False, id="implicit"),
        pytest.param(
            EDITION + "message M { int32 x = 1 [features.field_presence = LEGACY_REQUIRED]; }", True, id="required"
        ),
        pytest.param(
            EDITION + "option features.field_presence = IMPLICIT; message M { int32 x = 1; }", False, id="implicit-file"
        ),
    ],
)
def test_presence(tmp_path: Path, source: str, optional: bool) -> None:
    field = field_of(tmp_path, source)
    assert field.proto3_optional == optional
    assert field.label != FieldDescriptorProto.LABEL_REQUIRED
    assert not field.HasField("default_value")


@pytest.mark.parametrize(
    ("source", "packed"),
    [
        pytest.param(PROTO2 + "message M { repeated int32 x = 1; }", False, id="proto2"),
        pytest.param(PROTO2 + "message M { repeated int32 x = 1 [packed = true]; }", True, id="proto2-packed"),
        pytest.param(EDITION + "message M { repeated int32 x = 1; }", True, id="edition"),
        pytest.param(
            EDITION + "message M { repeated int32 x = 1 [features.repeated_field_encoding = EXPANDED]; }",
            False,
            id="expanded",
        ),
    ],
)
def test_packing(tmp_path: Path, source: str, packed: bool) -> None:
    assert field_of(tmp_path, source).options.packed == packed


@pytest.mark.parametrize(
    ("source", "group"),
    [
        pytest.param(PROTO2 + "message M { optional group X = 1 {} }", True, id="group"),
        pytest.param(EDITION + "message M { M x = 1; }", False, id="edition"),
        pytest.param(EDITION + "message M { M x = 1 [features.message_encoding = DELIMITED]; }", True, id="delimited"),
        pytest.param(
            EDITION + "option features.message_encoding = DELIMITED; message M { map<string, M> x = 1; }",
            False,
            id="map",
        ),
        pytest.param(
            EDITION + "package p; option features.message_encoding = DELIMITED; "
            "message M { repeated Other.AEntry b = 2; map<string, M> a = 1; } message Other { message AEntry {} }",
            True,
            id="called-as-the-entry-of-a-map",
        ),
        pytest.param(
            EDITION + "package p; option features.message_encoding = DELIMITED; message M { map<string, M> x = 1; }",
            False,
            id="map-in-a-package",
        ),
    ],
)
def test_groups(tmp_path: Path, source: str, group: bool) -> None:
    assert (field_of(tmp_path, source).type == FieldDescriptorProto.TYPE_GROUP) == group


def test_proto3_stays_as_it_is(tmp_path: Path) -> None:
    descriptors = compile_protos(tmp_path, a='syntax = "proto3"; message M { int32 x = 1; optional int32 y = 2; }')
    assert as_proto3(descriptors) == descriptors
