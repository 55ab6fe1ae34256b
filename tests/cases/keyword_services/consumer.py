"""A service named `class` is accessed by name where `class` is only part of an identifier, otherwise by getattr."""

from concurrent.futures import ThreadPoolExecutor
from typing import reveal_type

import grpc
from keyword_services import services_pb2_grpc
from keyword_services.services_pb2 import Request, Response


class Servicer(services_pb2_grpc.classServicer):
    """Echoes the request."""

    def Go(self, request: Request, context: grpc.ServicerContext) -> Response:
        return Response(text=request.text)


class Both(services_pb2_grpc.inServicer):
    """Also has an rpc named after a keyword."""

    def is_(self, request: Request, context: grpc.ServicerContext) -> Response:
        return Response(text=f"is {request.text}")


def main() -> None:
    with ThreadPoolExecutor() as pool:
        server = grpc.server(pool)
        services_pb2_grpc.add_classServicer_to_server(Servicer(), server)
        services_pb2_grpc.add_inServicer_to_server(Both(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            reveal_type(services_pb2_grpc.classStub(channel).Go(Request()))  # Response
            assert services_pb2_grpc.classStub(channel).Go(Request(text="a")).text == "a"
            assert services_pb2_grpc.inStub(channel).is_(Request(text="a")).text == "is a"
        server.stop(None).wait()
    assert callable(getattr(services_pb2_grpc, "class").Go)
    names = [services_pb2_grpc.inAsyncStub_.__name__, services_pb2_grpc.inAsyncStub.__name__]
    assert names == ["inStub", "inAsyncStub"]
    assert callable(getattr(services_pb2_grpc, "None").Go)
    assert all(map(callable, [services_pb2_grpc.NoneStub, services_pb2_grpc.NoneServicer]))
    assert callable(services_pb2_grpc.add_NoneServicer_to_server)


if __name__ == "__main__":
    main()
