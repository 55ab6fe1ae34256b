"""Dashes become underscores, dots become folders."""

from typing import reveal_type

from dashes_and_dots import dash_ed_pb2, under_score__x_pb2
from dashes_and_dots.a import b_pb2
from dashes_and_dots.dash_folder.x_y import z_1_pb2, z_1_pb2_grpc
from dashes_and_dots.dot.com import c_pb2

reveal_type(under_score__x_pb2.Under().site)  # Site
reveal_type(c_pb2.Site().mixed)  # Mixed
reveal_type(z_1_pb2.Mixed().dashed)  # Dashed
reveal_type(dash_ed_pb2.Dashed().dotted)  # Dotted
assert isinstance(under_score__x_pb2.Under().site.mixed.dashed.dotted, b_pb2.Dotted)
assert callable(z_1_pb2_grpc.MixedServiceStub)
