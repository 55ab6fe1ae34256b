"""A proto written by a genrule keeps all its fields."""

from typing import reveal_type

from generated_proto import service_pb2_grpc
from generated_proto.fields_pb2 import TwoThousand

message = TwoThousand(field_1="a", field_2000="z")
reveal_type(message.field_2000)  # str
assert len(TwoThousand.DESCRIPTOR.fields) == 2000
assert TwoThousand.FromString(message.SerializeToString()).field_2000 == "z"
assert callable(service_pb2_grpc.WideStub)
