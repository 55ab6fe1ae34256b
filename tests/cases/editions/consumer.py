"""Features control field presence, and editions 2023 and 2024 import each other."""

from typing import reveal_type

from editions import edition_2024_pb2_grpc, keywords_2024_pb2, keywords_2024_pb2_grpc
from editions.edition_2023_pb2 import Features
from editions.edition_2024_pb2 import Newer

features = Features(explicit=0, required="r")
reveal_type(features.delimited.text)  # str
reveal_type(Newer().features.explicit)  # int
reveal_type(Newer().hidden.number)  # int
assert features.HasField("explicit") and not Features().HasField("explicit") and not Features().IsInitialized()
assert isinstance(Newer().features, Features)
assert callable(edition_2024_pb2_grpc.EditionsStub)

reveal_type(keywords_2024_pb2.None_().number)  # int
assert keywords_2024_pb2.None_ is getattr(keywords_2024_pb2, "None")
assert callable(keywords_2024_pb2_grpc.ClassServicer.False_)
