"""A proto is imported by the path that its library declares, with or without prefixes."""

from typing import reveal_type

from prefixes import stripped_pb2
from prefixes.added.deeper import both_pb2, both_pb2_grpc
from prefixes.added.tests.cases.prefixes import prefixed_pb2
from prefixes.tests.cases.prefixes import neither_pb2

reveal_type(both_pb2.Both().prefixed)  # Prefixed
reveal_type(prefixed_pb2.Prefixed().stripped)  # Stripped
reveal_type(stripped_pb2.Stripped().neither)  # Neither


def reveal_answer(stub: both_pb2_grpc.PrefixesStub) -> None:
    reveal_type(stub.Go(neither_pb2.Neither()))  # Stripped


assert isinstance(both_pb2.Both().prefixed.stripped.neither, neither_pb2.Neither)
