"""Checks a package's stubs and servicers on the wire, with a channel and a server that only record calls."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass

# Maps (client streams, server streams) to grpc's name for the kind of call.
_KINDS = {
    (False, False): "unary_unary",
    (False, True): "unary_stream",
    (True, False): "stream_unary",
    (True, True): "stream_stream",
}


def check_rpcs(module: ModuleType, service: ServiceDescriptor) -> int:
    """Asserts that each method of a service uses the proto's own name and types on both sides.

    Args:
      module: the `_pb2_grpc` module.
      service: the service.

    Returns:
      The number of methods.
    """
    channel, server = _Channel(), _Server()
    stub = getattr(module, f"{service.name}Stub")(channel)
    servicer = getattr(module, f"{service.name}Servicer")()
    getattr(module, f"add_{service.name}Servicer_to_server")(servicer, server)
    assert set(channel.calls) == {f"/{service.full_name}/{method.name}" for method in service.methods}
    assert server.name == service.full_name and set(server.handlers) == {method.name for method in service.methods}
    for method in service.methods:
        path = f"/{service.full_name}/{method.name}"
        kind = _KINDS[method.client_streaming, method.server_streaming]
        assert getattr(stub, method.name) == (kind, path), method.full_name
        assert callable(getattr(servicer, method.name)), method.full_name
        _check_types(method, channel.calls[path], server.handlers[method.name])
        assert getattr(server.handlers[method.name], kind) is not None, method.full_name
    return len(service.methods)


def _check_types(method: MethodDescriptor, call: Mapping[str, Any], handler: Any) -> None:
    """Asserts that both sides read and write the method's messages."""
    for descriptor, write, read in [
        (method.input_type, call["request_serializer"], handler.request_deserializer),
        (method.output_type, handler.response_serializer, call["response_deserializer"]),
    ]:
        cls = GetMessageClass(descriptor)
        assert type(read(b"")) is cls and write == cls.SerializeToString, method.full_name


class _Channel:
    """A channel that records the requested methods and returns kind and path as the callable."""

    def __init__(self) -> None:
        self.calls: dict[str, Mapping[str, Any]] = {}

    def __getattr__(self, kind: str) -> Callable[..., tuple[str, str]]:
        def note(path: str, **arguments: object) -> tuple[str, str]:
            self.calls[path] = arguments
            return kind, path

        return note


class _Server:
    """A server that records its registrations."""

    def __init__(self) -> None:
        self.name = ""
        self.handlers: dict[str, Any] = {}

    def add_generic_rpc_handlers(self, handlers: tuple[Any]) -> None:
        (handler,) = handlers
        self.name = handler.service_name()

    def add_registered_method_handlers(self, name: str, handlers: dict[str, Any]) -> None:
        assert name == self.name
        self.handlers = handlers
