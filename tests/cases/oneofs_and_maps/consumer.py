"""Every kind of map key has its type, and WhichOneof knows the fields of each oneof."""

from typing import reveal_type

from oneofs_and_maps.oneofs_and_maps_pb2 import KIND_KNOWN, Maps, Oneofs

maps = Maps(by_int32={1: "a"}, by_bool={True: "b"}, by_string={"c": "d"}, kinds={1: KIND_KNOWN})
reveal_type(maps.by_int32[1])  # str
reveal_type(maps.messages["x"].inner.text)  # str
reveal_type(maps.maps["x"].kinds[1])  # ValueType
oneofs = Oneofs(text="a", number=1)
reveal_type(oneofs.WhichOneof("second"))  # Literal['inner', 'number'] | None
reveal_type(oneofs.WhichOneof("lonely"))  # Literal['yes'] | None
assert (oneofs.WhichOneof("first"), oneofs.WhichOneof("second"), oneofs.WhichOneof("lonely")) == (
    "text",
    "number",
    None,
)
assert maps.by_bool[True] == "b" and Maps.FromString(maps.SerializeToString()) == maps
