"""What is deprecated is there, and the type stubs themselves are no use of it."""

from typing import reveal_type

from deprecated import deprecated_pb2, deprecated_pb2_grpc, user_pb2

new = deprecated_pb2.New(b=1)
reveal_type(new.WhichOneof("which"))  # Literal['a', 'b'] | None
reveal_type(user_pb2.User().inners)  # MessageMap[int, Inner]
assert new.b == 1
assert hasattr(deprecated_pb2_grpc.NewServiceServicer, "Got")
