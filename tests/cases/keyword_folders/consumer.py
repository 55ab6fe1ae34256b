"""A folder named after a keyword gets an underscore; one named after a soft keyword keeps its name."""

from typing import reveal_type

from keyword_folders.as_ import x_pb2 as as_x_pb2
from keyword_folders.deep.class_ import x_pb2 as class_x_pb2
from keyword_folders.deep.class_.lambda_ import x_pb2, x_pb2_grpc
from keyword_folders.in_ import dotted_pb2
from keyword_folders.in_ import x_pb2 as in_x_pb2
from keyword_folders.match import x_pb2 as match_x_pb2
from keyword_folders.None_.x_pb2 import Nothing
from keyword_folders.type.case.x_pb2 import Case
from keyword_folders.type.case.x_pb2_grpc import CasesServicer

deep = x_pb2.Deep(nothing=Nothing())
reveal_type(deep.nothing)  # Nothing
reveal_type(Case().match)  # Match
reveal_type(Case().match.side.up.deep.nothing)  # Nothing
assert isinstance(deep.nothing, Nothing) and isinstance(Case().match, match_x_pb2.Match)
assert isinstance(Case().match.side, class_x_pb2.Side)
assert isinstance(getattr(deep.nothing, "as"), as_x_pb2.As)
assert isinstance(getattr(dotted_pb2.Dotted(), "in"), in_x_pb2.In)
assert all(map(callable, [x_pb2_grpc.DeepsStub, CasesServicer]))
