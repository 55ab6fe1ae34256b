"""The grpcio server and client in Python."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from threading import Event, Semaphore
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import ListValue, Struct, Value
from google.protobuf.wrappers_pb2 import BytesValue, Int64Value, StringValue
from tests.agreement.agreement_py.tests.agreement.agreement_pb2 import Header, Many, Older, Seen, Status, Values, Wish
from tests.agreement.agreement_py.tests.agreement.agreement_pb2_grpc import (
    AgreementServiceServicer,
    AgreementServiceStub,
    add_AgreementServiceServicer_to_server,
)

from tests.agreement.peers import METHODS, Call, Outcome, metadata

_Context = grpc.ServicerContext
_CODES = {code.value[0]: code for code in grpc.StatusCode}
_TIMEOUT = 20.0


class Agreement(AgreementServiceServicer):  # type: ignore[misc]  # a linter has no build to look at
    """The service; `ended` holds the ids of the Wait calls that are over."""

    def __init__(self) -> None:
        self._ended: list[str] = []

    def Unary(self, request: Values, context: _Context) -> Values:
        return request

    def ServerStream(self, request: Values, context: _Context) -> Iterator[Values]:
        yield from [request] * 3

    def ClientStream(self, request_iterator: Iterable[Values], context: _Context) -> Many:
        return Many(values=request_iterator)

    def BidiStream(self, request_iterator: Iterable[Values], context: _Context) -> Iterator[Values]:
        yield from request_iterator

    def EchoOlder(self, request: Older, context: _Context) -> Older:
        return request

    def Describe(self, request: Empty, context: _Context) -> Seen:
        context.send_initial_metadata((("x-initial", "first"), ("x-initial-bin", bytes(range(256)))))
        context.set_trailing_metadata((("x-trailer", "last"), ("x-trailer-bin", b"\0\xff")))
        pairs = context.invocation_metadata()
        headers = [Header(key=key, value=value.encode() if isinstance(value, str) else value) for key, value in pairs]
        left = context.time_remaining()
        # Without a deadline, grpcio reports a year or more.
        return Seen(headers=headers, ended=self._ended, seconds_left=left if left and left < 1e6 else None)

    def Wait(self, request: Wish, context: _Context) -> Iterator[Seen]:
        over = Event()

        def end() -> None:
            self._ended.append(request.id)
            over.set()

        # A callback, not code after the yield: grpcio does not resume the generator once the client has left.
        context.add_callback(end)
        yield Seen()
        over.wait()

    def Fail(self, request: Status, context: _Context) -> Seen:
        return _fail(request, context)

    def FailLate(self, request: Status, context: _Context) -> Iterator[Seen]:
        yield Seen()
        _fail(request, context)

    def DoNothing(self, request: Empty, context: _Context) -> Empty:
        return Empty()

    def DoNothingTwice(self, request: Empty, context: _Context) -> Iterator[Empty]:
        yield from [Empty()] * 2

    def DoNothingEach(self, request_iterator: Iterable[Empty], context: _Context) -> Iterator[Empty]:
        yield from request_iterator

    def Increment(self, request: Int64Value, context: _Context) -> Int64Value:
        return Int64Value(value=request.value + 1)

    def Reverse(self, request_iterator: Iterable[BytesValue], context: _Context) -> Iterator[BytesValue]:
        return (BytesValue(value=request.value[::-1]) for request in request_iterator)

    def Join(self, request_iterator: Iterable[StringValue], context: _Context) -> StringValue:
        return StringValue(value="".join(request.value for request in request_iterator))

    def ListOf(self, request: Value, context: _Context) -> ListValue:
        return ListValue(values=[request])

    def FirstOf(self, request: ListValue, context: _Context) -> Value:
        return request.values[0]

    def StructOf(self, request: FieldMask, context: _Context) -> Struct:
        return Struct(fields={path: Value(number_value=len(path)) for path in request.paths})

    def KeysOf(self, request: Struct, context: _Context) -> FieldMask:
        return FieldMask(paths=sorted(request.fields))


def _fail(request: Status, context: _Context) -> Any:
    context.set_trailing_metadata((("grpc-status-details-bin", request.SerializeToString()), ("x-reason", "asked for")))
    context.abort(_CODES[request.code], request.message)


@contextmanager
def serving(key: bytes, certificate: bytes) -> Iterator[list[int]]:
    """Yields the ports of a server, without TLS and with it."""
    server = grpc.server(ThreadPoolExecutor(16))
    add_AgreementServiceServicer_to_server(Agreement(), server)
    credentials = grpc.ssl_server_credentials([(key, certificate)])
    ports = [server.add_insecure_port("127.0.0.1:0"), server.add_secure_port("127.0.0.1:0", credentials)]
    server.start()
    yield ports
    server.stop(grace=None)


def call_by_python(address: str, ca: str | None, call: Call) -> Outcome:
    """Makes a call with a stub and returns its outcome."""
    rpc = getattr(AgreementServiceStub(_channel(address, ca)), call.method)
    return _outcome(rpc if METHODS[call.method].server_streaming else rpc.future, call)


@cache
def _channel(address: str, ca: str | None) -> grpc.Channel:
    if ca is None:
        return grpc.insecure_channel(address)
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(ca.encode()))


def _outcome(start: Callable[..., Any], call: Call) -> Outcome:
    method, answers = METHODS[call.method], []
    answered = Semaphore(0)
    both = method.client_streaming and method.server_streaming
    requests = _each_after_an_answer(call.requests, answered) if both else iter(call.requests)
    going = start(
        requests if method.client_streaming else next(requests), metadata=call.metadata or None, timeout=call.timeout
    )
    try:
        for answer in going if method.server_streaming else [going.result()]:
            answers.append(answer)
            answered.release()
            if len(answers) == call.cancel_after:
                going.cancel()
    except (grpc.RpcError, grpc.FutureCancelledError):
        pass  # the status code tells
    trailing = going.trailing_metadata() or ()
    details = [value for key, value in trailing if key == "grpc-status-details-bin"]
    return Outcome(
        answers=answers,
        code=going.code().value[0],
        message=going.details(),
        details=[(detail.TypeName(), detail.value) for value in details for detail in Status.FromString(value).details],
        initial=metadata(going.initial_metadata() or ()),
        trailing=metadata(trailing),
    )


def _each_after_an_answer(requests: Sequence[Message | dict[str, Any]], answered: Semaphore) -> Iterator[Any]:
    for request in requests:
        yield request
        answered.acquire(timeout=_TIMEOUT)
