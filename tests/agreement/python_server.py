"""The server in Python, as a process: prints its port, and serves until its standard input ends.

With `--lie` it changes what it answers, which the test has to find.
"""

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.json_format import MessageToJson, Parse
from google.protobuf.struct_pb2 import ListValue, Struct, Value
from google.protobuf.wrappers_pb2 import BytesValue, Int64Value, StringValue
from tests.agreement.agreement_py.tests.agreement.agreement_pb2 import (
    Exchange,
    Exchanges,
    Failure,
    Header,
    Older,
    Seen,
    Values,
    Wish,
)
from tests.agreement.agreement_py.tests.agreement.agreement_pb2_grpc import (
    AgreementServiceServicer,
    add_AgreementServiceServicer_to_server,
)

Context = grpc.ServicerContext

STATUS_CODES = {code.value[0]: code for code in grpc.StatusCode}


def answer(request: Exchange, lie: bool = False) -> Exchange:
    """Returns what was received, and what this language makes of it."""
    values = Values()
    values.CopyFrom(request.values)
    if lie:
        values.int64_value ^= 1
    if not request.json:
        return Exchange(values=values)
    return Exchange(values=values, json=MessageToJson(values), read=Parse(request.json, Values()))


class Agreement(AgreementServiceServicer):  # type: ignore[misc]  # a linter has no build to look at
    """The service; `ended` are the ids of calls of Wait that are over."""

    def __init__(self, lie: bool) -> None:
        self._lie = lie
        self._ended: list[str] = []

    def Unary(self, request: Exchange, context: Context) -> Exchange:
        return answer(request, self._lie)

    def ServerStream(self, request: Exchange, context: Context) -> Iterator[Exchange]:
        yield from [answer(request, self._lie)] * 3

    def ClientStream(self, request_iterator: Iterable[Exchange], context: Context) -> Exchanges:
        return Exchanges(exchanges=[answer(request, self._lie) for request in request_iterator])

    def BidiStream(self, request_iterator: Iterable[Exchange], context: Context) -> Iterator[Exchange]:
        return (answer(request, self._lie) for request in request_iterator)

    def Describe(self, request: Empty, context: Context) -> Seen:
        context.send_initial_metadata((("x-initial", "first"), ("x-initial-bin", bytes(range(256)))))
        context.set_trailing_metadata((("x-trailer", "last"), ("x-trailer-bin", b"\0\xff")))
        headers = [Header(key=key, value=_bytes(value)) for key, value in context.invocation_metadata()]
        left = context.time_remaining()
        # grpcio has a year or more where there is no deadline.
        return Seen(headers=headers, ended=self._ended, seconds_left=left if left and left < 1e6 else None)

    def Wait(self, request: Wish, context: Context) -> Iterator[Seen]:
        over = Event()

        def end() -> None:
            self._ended.append(request.id)
            over.set()

        # Not behind the yield: grpcio does not go on there when the client has left by then.
        context.add_callback(end)
        yield Seen()
        over.wait()

    def Fail(self, request: Failure, context: Context) -> Seen:
        return _fail(request, context)

    def FailLate(self, request: Failure, context: Context) -> Iterator[Seen]:
        yield Seen()
        _fail(request, context)

    def EchoOlder(self, request: Older, context: Context) -> Older:
        return request

    def DoNothing(self, request: Empty, context: Context) -> Empty:
        return Empty()

    def DoNothingTwice(self, request: Empty, context: Context) -> Iterator[Empty]:
        yield from [Empty()] * 2

    def DoNothingEach(self, request_iterator: Iterable[Empty], context: Context) -> Iterator[Empty]:
        return (Empty() for _ in request_iterator)

    def Increment(self, request: Int64Value, context: Context) -> Int64Value:
        return Int64Value(value=request.value + 1)

    def Reverse(self, request_iterator: Iterable[BytesValue], context: Context) -> Iterator[BytesValue]:
        return (BytesValue(value=request.value[::-1]) for request in request_iterator)

    def Join(self, request_iterator: Iterable[StringValue], context: Context) -> StringValue:
        return StringValue(value="".join(request.value for request in request_iterator))

    def ListOf(self, request: Value, context: Context) -> ListValue:
        return ListValue(values=[request])

    def FirstOf(self, request: ListValue, context: Context) -> Value:
        return request.values[0]

    def StructOf(self, request: FieldMask, context: Context) -> Struct:
        return Struct(fields={path: Value(number_value=len(path)) for path in request.paths})

    def KeysOf(self, request: Struct, context: Context) -> FieldMask:
        return FieldMask(paths=sorted(request.fields))


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _fail(request: Failure, context: Context) -> Any:
    context.set_trailing_metadata((("grpc-status-details-bin", request.details), ("x-reason", "asked for")))
    context.abort(STATUS_CODES[request.code], request.message)


def main(*arguments: str) -> None:
    server = grpc.server(ThreadPoolExecutor(16))
    add_AgreementServiceServicer_to_server(Agreement("--lie" in arguments), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(grace=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
