"""Files and proto packages named after keywords need no aliases: _pb2 makes the names legal."""

from typing import reveal_type

from keyword_files import None_pb2, __pb2, class_pb2, match_pb2, match_pb2_grpc

reveal_type(class_pb2.Class().text)  # str
reveal_type(__pb2.Wildcard().nothing.match)  # Match
assert isinstance(__pb2.Wildcard().nothing, None_pb2.Nothing)
assert isinstance(getattr(match_pb2.Match(), "class"), class_pb2.Class)
assert class_pb2.Class.DESCRIPTOR.full_name == "keyword_files.in.lambda.Class"
assert callable(match_pb2_grpc.MatchesStub)
