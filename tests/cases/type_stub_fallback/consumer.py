"""protoc's own type stubs are the fallback for a file that mypy-protobuf cannot handle."""

from typing import reveal_type

from type_stub_fallback import odd_pb2, user_pb2

price = odd_pb2.Price(amount="1")
reveal_type(price.amount)  # str
reveal_type(user_pb2.Order(price=price).price)  # Price
reveal_type(odd_pb2.Lot.Price(each=price).each.amount)  # str
reveal_type(odd_pb2.UNIT_FIELD_NUMBER)  # int
assert odd_pb2.Price.FromString(price.SerializeToString()) == price
