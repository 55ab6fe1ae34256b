"""A module re-exports what its file imports publicly, including transitively and for well-known types."""

from typing import reveal_type

from google.protobuf import timestamp_pb2
from public_imports import a_pb2, c_pb2, newest_pb2, only_public_pb2, two_pb2, user_of_two_pb2, user_pb2, user_pb2_grpc
from public_imports.folder import b_pb2

reveal_type(a_pb2.C(text="a"))  # C
reveal_type(a_pb2.C.Nested())  # Nested
reveal_type(a_pb2.B())  # B
reveal_type(a_pb2.COLOUR_RED)  # ValueType
reveal_type(a_pb2.Colour.Name(a_pb2.COLOUR_RED))  # str
reveal_type(b_pb2.C().text)  # str
reveal_type(only_public_pb2.A().c)  # C
reveal_type(only_public_pb2.C())  # C
reveal_type(two_pb2.Timestamp())  # Timestamp
reveal_type(user_pb2.User().nested)  # Nested
reveal_type(user_pb2.User().b.c)  # C
reveal_type(user_of_two_pb2.UserOfTwo().time)  # Timestamp
reveal_type(newest_pb2.C().text)  # str


def reveal_answer(stub: user_pb2_grpc.UsersStub) -> None:
    reveal_type(stub.Go(a_pb2.C()))  # Nested


assert a_pb2.C is b_pb2.C is only_public_pb2.C is two_pb2.C is c_pb2.C
assert a_pb2.B is only_public_pb2.B is b_pb2.B and only_public_pb2.A is a_pb2.A
assert a_pb2.COLOUR_RED == only_public_pb2.COLOUR_RED == c_pb2.Colour.COLOUR_RED == 1
assert a_pb2.Colour is c_pb2.Colour
assert two_pb2.Timestamp is timestamp_pb2.Timestamp
assert isinstance(user_pb2.User().nested, c_pb2.C.Nested)
assert newest_pb2.C is c_pb2.C
