"""Imports up, down and across folders resolve to one class per message."""

from typing import reveal_type

from nested_packages import all_pb2, top_pb2
from nested_packages.a.b import middle_pb2, neighbour_pb2
from nested_packages.a.b.c.d import deep_pb2
from nested_packages.x.y import across_pb2_grpc

reveal_type(all_pb2.All().middle.innermost.top)  # Top
reveal_type(all_pb2.All().deep)  # Deep
reveal_type(middle_pb2.Middle().neighbour)  # Neighbour
reveal_type(deep_pb2.Deep.Inner.Innermost().top.name)  # str


def reveal_answer(stub: across_pb2_grpc.AcrossStub) -> None:
    reveal_type(stub.Go(middle_pb2.Middle()))  # Top


assert isinstance(all_pb2.All().middle.innermost.top, top_pb2.Top)
assert isinstance(middle_pb2.Middle().neighbour, neighbour_pb2.Neighbour)
