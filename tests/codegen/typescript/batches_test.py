"""Which protos go through one run of ts-proto."""

import pytest
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

from codegen.typescript.batches import batches

A = FileDescriptorProto(name="a.proto", message_type=[DescriptorProto(name="A")])
IMPORTED = FileDescriptorProto(name="i.proto", message_type=[DescriptorProto(name="Shared")])


@pytest.mark.parametrize(
    ("other", "together"),
    [
        pytest.param({"message_type": [DescriptorProto(name="B")]}, True, id="names-of-their-own"),
        pytest.param({"message_type": [DescriptorProto(name="A")]}, False, id="a-message-of-one-name"),
        pytest.param({"enum_type": [EnumDescriptorProto(name="A")]}, False, id="an-enum-called-like-a-message"),
        pytest.param({"service": [ServiceDescriptorProto(name="A")]}, False, id="a-service-called-like-a-message"),
        pytest.param({"message_type": [DescriptorProto(name="Shared")]}, False, id="called-like-what-is-imported"),
        pytest.param({"message_type": [DescriptorProto(name="Metadata")]}, False, id="called-like-what-grpc-js-has"),
        pytest.param(
            {"message_type": [DescriptorProto(name="B", nested_type=[DescriptorProto(name="A")])]},
            True,
            id="nested-in-another",
        ),
    ],
)
def test_batches(other: dict[str, list[object]], together: bool) -> None:
    descriptors = FileDescriptorSet(file=[IMPORTED, A, FileDescriptorProto(name="b.proto", **other)])  # type: ignore[arg-type]
    expected = [["a.proto", "b.proto"]] if together else [["a.proto"], ["b.proto"]]
    assert batches(["a.proto", "b.proto"], descriptors) == expected


def test_nothing() -> None:
    assert batches([], FileDescriptorSet(file=[A])) == []
