"""Optional fields tell "not set" from "set to nothing"."""

from typing import reveal_type

from optional_fields.optional_pb2 import KIND_UNKNOWN, Maybe

maybe = Maybe(number=0, kind=KIND_UNKNOWN, right="")
reveal_type(maybe.number)  # int
reveal_type(maybe.WhichOneof("real"))  # Literal['left', 'right'] | None
reveal_type(maybe.WhichOneof("_number"))  # Literal['number'] | None
assert maybe.HasField("number") and not maybe.HasField("text") and maybe.HasField("kind")
assert maybe.WhichOneof("real") == "right" and Maybe().WhichOneof("_number") is None
