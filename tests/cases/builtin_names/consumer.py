"""Messages may be named after Python builtins, and the builtins keep their meaning."""

from typing import reveal_type

import grpc
from builtin_names import messages_pb2, service_pb2, service_pb2_grpc

holder = messages_pb2.Holder(texts=["a"], numbers={"b": messages_pb2.int(text="c")}, number=1)
reveal_type(holder.texts[0])  # str
reveal_type(holder.number)  # int
reveal_type(messages_pb2.List().text)  # str
reveal_type(holder.lists[0] if holder.lists else messages_pb2.List())  # List
reveal_type(holder.WhichOneof("choice"))  # Literal['str_choice', 'any_choice'] | None
assert isinstance(holder.numbers["b"], messages_pb2.int) and holder.numbers["b"].text == "c"


def reveal_answers(stub: service_pb2_grpc.NamesStub, generic: service_pb2_grpc.StubStub) -> None:
    reveal_type(stub.Stub(messages_pb2.str()).text)  # str
    reveal_type(stub.property(iter([messages_pb2.type()])).text)  # str
    reveal_type(generic.Go(service_pb2.Channel()))  # Server


assert all(map(callable, [service_pb2_grpc.StubStub, service_pb2_grpc.StubServicer]))
assert vars(service_pb2_grpc)["grpc"] is grpc
