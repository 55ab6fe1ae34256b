"""A well-known type used directly as request or response is not confused with other messages of the same name."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import reveal_type

import grpc
from google.protobuf import empty_pb2, wrappers_pb2
from rpc_types import rpc_types_pb2_grpc
from rpc_types.rpc_types_pb2 import Empty, StringValue


class Mixed(rpc_types_pb2_grpc.MixedServicer):
    """Has messages of the same name from both files."""

    def Wrap(self, request: wrappers_pb2.StringValue, context: grpc.ServicerContext) -> StringValue:
        return StringValue(value=request)

    def Unwrap(
        self, request_iterator: Iterator[StringValue], context: grpc.ServicerContext
    ) -> wrappers_pb2.StringValue:
        return wrappers_pb2.StringValue(value="".join(request.value.value for request in request_iterator))

    def Forget(self, request: Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def Watch(self, request_iterator: Iterator[empty_pb2.Empty], context: grpc.ServicerContext) -> Iterator[Empty]:
        return (Empty() for _ in request_iterator)


def reveal_answers(channel: grpc.Channel) -> None:
    number = wrappers_pb2.Int64Value(value=-(2**63))
    reveal_type(rpc_types_pb2_grpc.UnaryStub(channel).EchoInt64Value(number))  # Int64Value
    reveal_type(rpc_types_pb2_grpc.ClientStreamStub(channel).EchoInt64Value(iter([number])))  # Int64Value


def check_calls(stub: rpc_types_pb2_grpc.MixedStub) -> None:
    text = wrappers_pb2.StringValue(value="x")
    wrapped = stub.Wrap(text)
    reveal_type(wrapped)  # StringValue
    reveal_type(wrapped.value)  # StringValue
    assert wrapped == StringValue(value=text)
    assert stub.Unwrap(iter([wrapped, wrapped])).value == "xx"
    assert stub.Forget(Empty()) == empty_pb2.Empty()
    assert list(stub.Watch(iter([empty_pb2.Empty()] * 2))) == [Empty(), Empty()]


def main() -> None:
    with ThreadPoolExecutor() as pool:
        server = grpc.server(pool)
        rpc_types_pb2_grpc.add_MixedServicer_to_server(Mixed(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            check_calls(rpc_types_pb2_grpc.MixedStub(channel))
        server.stop(None).wait()


if __name__ == "__main__":
    main()
