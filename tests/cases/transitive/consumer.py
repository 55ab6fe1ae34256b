"""A service library's package includes what the service's proto imports, transitively."""

from typing import reveal_type

from transitive import requests_pb2, service_pb2_grpc, types_pb2

reveal_type(requests_pb2.Request().types)  # Types


def reveal_answer(stub: service_pb2_grpc.ServiceStub) -> None:
    reveal_type(stub.Go(requests_pb2.Request()))  # Request


assert isinstance(requests_pb2.Request().types, types_pb2.Types)
