"""An rpc named `lambda` is `lambda_` in Python, in clients and servicers alike, and stays `lambda` on the wire."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, reveal_type

import grpc
from keyword_rpcs import rpcs_pb2_grpc
from keyword_rpcs.rpcs_pb2 import Request, Response


class Keywords(rpcs_pb2_grpc.KeywordsServicer):
    """Answers with the name of the call and the request it received."""

    def lambda_(self, request: Request, context: grpc.ServicerContext) -> Response:
        return Response(text=f"lambda {request.text}")

    def import_(self, request: Request, context: grpc.ServicerContext) -> Iterator[Response]:
        yield Response(text="import")
        yield Response(text=request.text)

    def None_(self, request_iterator: Iterator[Request], context: grpc.ServicerContext) -> Response:
        return Response(text="None " + " ".join(request.text for request in request_iterator))

    def class_(self, request_iterator: Iterator[Request], context: grpc.ServicerContext) -> Iterator[Response]:
        yield Response(text="class")
        for request in request_iterator:
            yield Response(text=request.text)

    def Ordinary(self, request: Request, context: grpc.ServicerContext) -> Response:
        return Response(text=f"Ordinary {request.text}")


class Taken(rpcs_pb2_grpc.TakenServicer):
    """Distinguishes the two calls."""

    def lambda_(self, request: Request, context: grpc.ServicerContext) -> Response:
        return Response(text="/keyword_rpcs.Taken/lambda_")

    def lambda__(self, request: Request, context: grpc.ServicerContext) -> Response:
        return Response(text="/keyword_rpcs.Taken/lambda")


class Soft(rpcs_pb2_grpc.SoftServicer):
    """Has rpcs whose names are keywords only in some contexts."""

    def match(self, request: Request, context: grpc.ServicerContext) -> Response:
        return Response(text="match")

    def type(self, request: Request, context: grpc.ServicerContext) -> Response:
        return Response(text="type")


def texts(responses: Iterator[Response]) -> list[str]:
    return [response.text for response in responses]


def check_types(stub: rpcs_pb2_grpc.KeywordsStub, requests: list[Request]) -> None:
    reveal_type(stub.lambda_(requests[0]))  # Response
    reveal_type(next(stub.import_(requests[0])))  # Response
    reveal_type(stub.None_(iter(requests)))  # Response
    reveal_type(next(stub.class_(iter(requests))))  # Response


def check_calls(stub: rpcs_pb2_grpc.KeywordsStub, requests: list[Request]) -> None:
    untyped: Any = stub
    for unary in (stub.lambda_, getattr(untyped, "lambda")):
        assert unary(requests[0]).text == "lambda a"
    for unary_stream in (stub.import_, getattr(untyped, "import")):
        assert texts(unary_stream(requests[0])) == ["import", "a"]
    for stream_unary in (stub.None_, getattr(untyped, "None")):
        assert stream_unary(iter(requests)).text == "None a b"
    for stream_stream in (stub.class_, getattr(untyped, "class")):
        assert texts(stream_stream(iter(requests))) == ["class", "a", "b"]
    assert getattr(untyped, "lambda") is stub.lambda_
    assert stub.Ordinary(requests[0]).text == "Ordinary a"


def check_wire(channel: grpc.Channel, service: str, name: str) -> str:
    call: Any = channel.unary_unary(
        f"/keyword_rpcs.{service}/{name}",
        request_serializer=Request.SerializeToString,
        response_deserializer=Response.FromString,
    )
    text: str = call(Request(text="a")).text
    return text


def check_taken(channel: grpc.Channel) -> None:
    stub = rpcs_pb2_grpc.TakenStub(channel)
    assert stub.lambda_(Request()).text == check_wire(channel, "Taken", "lambda_") == "/keyword_rpcs.Taken/lambda_"
    assert stub.lambda__(Request()).text == check_wire(channel, "Taken", "lambda") == "/keyword_rpcs.Taken/lambda"
    assert getattr(stub, "lambda") is stub.lambda__


def main() -> None:
    with ThreadPoolExecutor() as pool:
        server = grpc.server(pool)
        rpcs_pb2_grpc.add_KeywordsServicer_to_server(Keywords(), server)
        rpcs_pb2_grpc.add_TakenServicer_to_server(Taken(), server)
        rpcs_pb2_grpc.add_SoftServicer_to_server(Soft(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            requests = [Request(text="a"), Request(text="b")]
            stub = rpcs_pb2_grpc.KeywordsStub(channel)
            check_types(stub, requests)
            check_calls(stub, requests)
            assert check_wire(channel, "Keywords", "lambda") == "lambda a"
            check_taken(channel)
            assert rpcs_pb2_grpc.SoftStub(channel).match(Request()).text == "match"
        server.stop(None).wait()


if __name__ == "__main__":
    main()
