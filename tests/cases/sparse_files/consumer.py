"""A service whose messages are in files that contain little else."""

from typing import reveal_type

from sparse_files import no_package_pb2, only_enums_pb2, only_message_pb2, only_service_pb2_grpc


def reveal_answer(stub: only_service_pb2_grpc.OnlyServiceStub) -> None:
    reveal_type(stub.Go(no_package_pb2.NoPackage()))  # Empty


reveal_type(only_enums_pb2.COLOUR_RED)  # ValueType
assert only_enums_pb2.ALIASED_NULL == only_enums_pb2.ALIASED_ZERO
assert no_package_pb2.NoPackage.DESCRIPTOR.full_name == "NoPackage"
assert all(map(callable, [only_message_pb2.Empty, only_service_pb2_grpc.NoCallsStub]))
