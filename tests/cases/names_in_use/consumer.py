"""Names that Python has for something else get an underscore; the proto's own exist at run time where they are free."""

from concurrent.futures import ThreadPoolExecutor
from typing import reveal_type

import grpc
from names_in_use import messages_pb2, service_pb2_grpc
from names_in_use.messages_pb2 import Column, Outer, Row, Same, sys


class Plain(service_pb2_grpc.SvcServicer):
    """The servicer of Svc."""

    def Get(self, request: sys, context: grpc.ServicerContext) -> Row:
        return Row(column=Column.Value(Column.Name(Column.ValueType_)), nodeId=request.x)


class Stub(service_pb2_grpc.SvcStubServicer):
    """The servicer of SvcStub."""

    def Get(self, request: Row, context: grpc.ServicerContext) -> sys:
        return sys(x=request.nodeId + 1)


class Builtins(service_pb2_grpc.NotImplementedErrorServicer):
    """The servicer of NotImplementedError."""

    def staticmethod_(self, request: Row, context: grpc.ServicerContext) -> Row:
        return Row(nodeId=request.nodeId + 2)


def _status(stub: service_pb2_grpc.warningsStub, request: Row) -> grpc.StatusCode | None:
    try:
        stub.Get(request)
    except grpc.RpcError as error:
        return error.code()
    return None


def main() -> None:
    with ThreadPoolExecutor() as pool:
        server = grpc.server(pool)
        service_pb2_grpc.add_SvcServicer_to_server(Plain(), server)
        service_pb2_grpc.add_SvcStubServicer_to_server(Stub(), server)
        service_pb2_grpc.add_NotImplementedErrorServicer_to_server(Builtins(), server)
        service_pb2_grpc.add_warningsServicer_to_server(service_pb2_grpc.warningsServicer(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            reveal_type(service_pb2_grpc.SvcStub(channel).Get(sys()))  # Row
            row = service_pb2_grpc.SvcStub(channel).Get(sys(x=3))
            assert (row.column, row.nodeId) == (1, 3)
            reveal_type(service_pb2_grpc.SvcStubStub(channel).Get(Row()))  # sys
            assert service_pb2_grpc.SvcStubStub(channel).Get(Row(nodeId=4)).x == 5
            assert service_pb2_grpc.NotImplementedErrorStub(channel).staticmethod_(Row(nodeId=5)).nodeId == 7
            assert _status(service_pb2_grpc.warningsStub(channel), Row()) is grpc.StatusCode.UNIMPLEMENTED
        server.stop(None).wait()
    assert [Column.ValueType_, Column.V_, Column.mro_, Column.keys_, Column.Name_, Column.Value_] == [1, 2, 3, 4, 5, 6]
    assert messages_pb2.V_ == 2 and Column.keys()[4] == "keys"
    assert (sys.CopyFrom_, sys.Kind.ByteSize_, sys.Plain) == (0, 2, 1)
    assert Outer(kind=Outer.Outer).kind == Outer.Kind.Outer == 0
    reveal_type(Same(same=Same.Same(same=Same.Same.ONE), kind=Same.ZERO).same.same)  # ValueType
    message = sys(clear=sys.Clear_(inner=sys(x=1)))
    assert message.clear.inner.x == 1
    assert Row(nodeId=1, NodeID="2", NODEID=True).NodeID == "2"


if __name__ == "__main__":
    main()
