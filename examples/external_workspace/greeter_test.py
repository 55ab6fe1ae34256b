"""A server and a client in one process."""

import unittest
from concurrent import futures

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from protos.py_stubs.protos import greeter_pb2, greeter_pb2_grpc


class Greeter(greeter_pb2_grpc.GreeterServicer):
    """Greets its callers."""

    def Greet(self, request: greeter_pb2.GreetRequest, context: grpc.ServicerContext) -> greeter_pb2.GreetResponse:
        return greeter_pb2.GreetResponse(greeting=f"Hello, {request.name}!", at=Timestamp(seconds=1))


class GreeterTest(unittest.TestCase):
    """Calls the server."""

    def setUp(self) -> None:
        server = grpc.server(futures.ThreadPoolExecutor(1))
        greeter_pb2_grpc.add_GreeterServicer_to_server(Greeter(), server)
        self.port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self.addCleanup(lambda: server.stop(None).wait())

    def test_a_call(self) -> None:
        with grpc.insecure_channel(f"127.0.0.1:{self.port}") as channel:
            answer = greeter_pb2_grpc.GreeterStub(channel).Greet(greeter_pb2.GreetRequest(name="JTS"), timeout=30)
        self.assertEqual((answer.greeting, answer.at.seconds), ("Hello, JTS!", 1))


if __name__ == "__main__":
    unittest.main()
