"""Well-known types are the installed runtime's, with their helper methods and types."""

from datetime import timedelta
from typing import reveal_type

from google.protobuf import duration_pb2, empty_pb2
from well_known_types import well_known_pb2, well_known_pb2_grpc

times = well_known_pb2.Times()
times.lasts.FromTimedelta(timedelta(seconds=1.5))
reveal_type(times.lasts)  # Duration
reveal_type(times.at.ToDatetime())  # datetime
reveal_type(times.details.add())  # Any
assert isinstance(times.lasts, duration_pb2.Duration) and times.lasts.nanos == 500_000_000


def reveal_answers(stub: well_known_pb2_grpc.ClockStub) -> None:
    reveal_type(stub.Now(empty_pb2.Empty()))  # Timestamp
    reveal_type(stub.Sleep(times.lasts))  # Empty
