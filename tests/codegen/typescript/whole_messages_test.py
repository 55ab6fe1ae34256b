"""What ts-proto is told of rpcs whose requests and responses are well-known types."""

from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.errors import CodegenError
from codegen.typescript.whole_messages import check_whole_messages, use_whole_messages
from tests.codegen.typescript.protos import compile_protos

TREATED_AS_SOMETHING_ELSE = [
    *("BoolValue", "BytesValue", "DoubleValue", "FloatValue", "Int32Value", "Int64Value", "StringValue"),
    *("UInt32Value", "UInt64Value", "Empty", "FieldMask", "ListValue", "Struct", "Value"),
]
HEAD = 'syntax = "proto3"; package p; message Empty {} ' + " ".join(
    f'import "google/protobuf/{file}.proto";'
    for file in ("any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers")
)


def _compile(folder: Path, source: str) -> FileDescriptorSet:
    return compile_protos(folder, a=f"{HEAD} {source}")


@pytest.mark.parametrize("kind", ["{0}|{0}", "stream {0}|{0}", "{0}|stream {0}", "stream {0}|stream {0}"])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        *((f"google.protobuf.{name}", f".google.protobuf.$whole.{name}") for name in TREATED_AS_SOMETHING_ELSE),
        *((f"google.protobuf.{name}",) * 2 for name in ("Any", "Duration", "Timestamp")),
        ("Empty", ".p.Empty"),
    ],
)
def test_types_of_rpcs(tmp_path: Path, kind: str, name: str, told: str) -> None:
    request, _, response = kind.format(name).partition("|")
    descriptors = _compile(tmp_path, f"service S {{ rpc Do({request}) returns ({response}); }}")
    (method,) = use_whole_messages(descriptors).file[-1].service[0].method
    assert (method.input_type, method.output_type) == (f".{told.lstrip('.')}",) * 2
    assert method.client_streaming is request.startswith("stream")
    assert method.server_streaming is response.startswith("stream")


@pytest.mark.parametrize("name", TREATED_AS_SOMETHING_ELSE)
def test_fields_keep_their_types(tmp_path: Path, name: str) -> None:
    whole = use_whole_messages(_compile(tmp_path, f"message M {{ google.protobuf.{name} x = 1; }}"))
    assert whole.file[-1].message_type[-1].field[0].type_name == f".google.protobuf.{name}"


def test_every_type_that_is_named_is_there_in_the_module_of_its_file(tmp_path: Path) -> None:
    rpcs = " ".join(f"rpc Do{name}(google.protobuf.{name}) returns (Empty);" for name in TREATED_AS_SOMETHING_ELSE)
    descriptors = _compile(tmp_path, f"service S {{ {rpcs} }}")
    before, after = (
        {f".{file.package}.{message.name}": file.name for file in protos.file for message in file.message_type}
        for protos in (descriptors, use_whole_messages(descriptors))
    )
    for name in TREATED_AS_SOMETHING_ELSE:
        assert after[f".google.protobuf.$whole.{name}"] == before[f".google.protobuf.{name}"]


def test_nothing_else_changes(tmp_path: Path) -> None:
    source = 'syntax = "proto3"; package p; message M { string x = 1; } service S { rpc Do(M) returns (M); }'
    descriptors = compile_protos(tmp_path, a=source)
    assert use_whole_messages(descriptors) == descriptors


WHOLE = """    requestSerialize: (value: Int64Value): Buffer => Buffer.from(Int64Value.encode(value).finish()),
    requestDeserialize: (value: Buffer): Int64Value => Int64Value.decode(value),
    responseSerialize: (
      value: Empty1,
    ): Buffer =>
      Buffer.from(
        Empty1.encode(value).finish(),
      ),
"""
PLAIN = """    requestSerialize: (value: bigint | undefined): Buffer =>
      Buffer.from(Int64Value.encode({ value: value ?? 0n }).finish()),
"""
OTHER = "    requestSerialize: (value: string[]): Buffer => Buffer.from(FieldMask.encode(value).finish()),\n"


def _service(rpcs: int) -> FileDescriptorProto:
    file = FileDescriptorProto(name="a.proto")
    service = file.service.add(name="S")
    for number in range(rpcs):
        service.method.add(name=f"Do{number}")
    return file


@pytest.mark.parametrize(
    ("source", "rpcs"),
    [
        pytest.param(WHOLE, 1, id="both"),
        pytest.param(WHOLE * 2, 2, id="two-rpcs"),
        pytest.param(WHOLE + "  get(request: Empty): Promise<Empty> | Observable<Empty> | Empty;\n", 1, id="handler"),
        pytest.param(WHOLE + "   * get(): void | Promise<void>;\n", 1, id="comment"),
        pytest.param("", 0, id="no-rpcs"),
    ],
)
def test_whole(source: str, rpcs: int) -> None:
    check_whole_messages(source, _service(rpcs))


@pytest.mark.parametrize(
    ("source", "rpcs", "what"),
    [
        pytest.param("", 1, "0 of 2 requests and responses as they are", id="nothing"),
        pytest.param(PLAIN + OTHER, 1, "0 of 2 requests and responses as they are", id="plain"),
        pytest.param(WHOLE + PLAIN + OTHER, 2, "2 of 4 requests and responses as they are", id="half"),
        pytest.param(
            WHOLE + "  get(request: Empty, metadata?: Metadata): void | Promise<void>;\n",
            1,
            "handlers that return nothing",
            id="nothing-returned",
        ),
        pytest.param(
            WHOLE + "  get(\n    request: Observable<Empty>,\n  ): void | Promise<void>;\n",
            1,
            "handlers that return nothing",
            id="wrapped",
        ),
    ],
)
def test_another_ts_proto_is_an_error(source: str, rpcs: int, what: str) -> None:
    with pytest.raises(CodegenError) as error:
        check_whole_messages(source, _service(rpcs))
    assert str(error.value) == (
        f"a.proto: ts-proto wrote something else than this version knows: {what}. "
        "Use the version of ts-proto that third_party/ locks."
    )
