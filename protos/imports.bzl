"""What each proto of this folder imports, for proto_libraries(). Generated: do not edit."""

IMPORTS = {
    "common.proto": [],
    "market_data.proto": [
        "common.proto",
        "google/protobuf/timestamp.proto",
    ],
    "trading.proto": [
        "common.proto",
        "google/protobuf/timestamp.proto",
    ],
}
