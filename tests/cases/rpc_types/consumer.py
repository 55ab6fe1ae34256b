"""A well-known type that is a whole request or response is the message itself, in calls of every kind."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import reveal_type

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.wrappers_pb2 import Int64Value, StringValue
from rpc_types import rpc_types_pb2, rpc_types_pb2_grpc


class Unary(rpc_types_pb2_grpc.UnaryServicer):
    """Answers with what it got."""

    def EchoEmpty(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        return request

    def EchoInt64Value(self, request: Int64Value, context: grpc.ServicerContext) -> Int64Value:
        return request


class Bidi(rpc_types_pb2_grpc.BidiStreamServicer):
    """Answers with what it got."""

    def EchoInt64Value(
        self, request_iterator: Iterator[Int64Value], context: grpc.ServicerContext
    ) -> Iterator[Int64Value]:
        return request_iterator


class Mixed(rpc_types_pb2_grpc.MixedServicer):
    """Has messages of both files that are called the same."""

    def Wrap(self, request: StringValue, context: grpc.ServicerContext) -> rpc_types_pb2.StringValue:
        return rpc_types_pb2.StringValue(value=request)


def check_calls(channel: grpc.Channel) -> None:
    unary = rpc_types_pb2_grpc.UnaryStub(channel)
    reveal_type(unary.EchoEmpty(Empty()))  # Empty
    reveal_type(unary.EchoInt64Value(Int64Value(value=-(2**63))))  # Int64Value
    assert unary.EchoInt64Value(Int64Value(value=-(2**63))).value == -(2**63)
    numbers = [Int64Value(value=number) for number in range(3)]
    assert list(rpc_types_pb2_grpc.BidiStreamStub(channel).EchoInt64Value(iter(numbers))) == numbers
    wrapped = rpc_types_pb2_grpc.MixedStub(channel).Wrap(StringValue(value="x"))
    reveal_type(wrapped.value)  # StringValue
    assert wrapped.value.value == "x"


def main() -> None:
    with ThreadPoolExecutor() as pool:
        server = grpc.server(pool)
        rpc_types_pb2_grpc.add_UnaryServicer_to_server(Unary(), server)
        rpc_types_pb2_grpc.add_BidiStreamServicer_to_server(Bidi(), server)
        rpc_types_pb2_grpc.add_MixedServicer_to_server(Mixed(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            check_calls(channel)
        server.stop(None).wait()


if __name__ == "__main__":
    main()
