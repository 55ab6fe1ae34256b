"""Files and services whose names Python would mangle in a class."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import reveal_type

import grpc
from private_names import _shared_pb2, services_pb2, services_pb2_grpc

Parcel = _shared_pb2._Parcel
Label = Parcel._Label


class Post(services_pb2_grpc.__PostServicer):
    """Sends and prints."""

    def Send(self, request: Parcel, context: grpc.ServicerContext) -> services_pb2.Sent:
        return services_pb2.Sent(parcel=request, label=Label(text="sent"))

    def Print(self, request: Label, context: grpc.ServicerContext) -> Iterator[Parcel]:
        yield Parcel(weight=len(request.text))


server = grpc.server(ThreadPoolExecutor(1))
services_pb2_grpc.add___PostServicer_to_server(Post(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
    stub = services_pb2_grpc.__PostStub(channel)
    sent = stub.Send(Parcel(weight=3), timeout=30)
    (printed,) = stub.Print(Label(text="four"), timeout=30)
server.stop(None).wait()
reveal_type(sent.parcel.weight)  # int
reveal_type(sent.label.text)  # str
reveal_type(printed.weight)  # int
assert (sent.parcel.weight, sent.label.text, printed.weight) == (3, "sent", 4)
