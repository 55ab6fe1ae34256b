"""The client in Python, as a process: calls the server whose port it is given, and prints what it saw, line by line."""

import base64
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.json_format import MessageToJson, Parse
from google.protobuf.message import Message
from google.protobuf.wrappers_pb2 import BytesValue, Int64Value, StringValue
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from tests.agreement.agreement_py.tests.agreement.agreement_pb2 import Exchange, Failure, Newer, Values, Wish
from tests.agreement.agreement_py.tests.agreement.agreement_pb2_grpc import AgreementServiceStub

from tests.agreement.values import ALL_BYTES, CASES, NEWER, PATHS, TEXT, WITHOUT_JSON, as_list, as_struct, as_value

ERROR_MESSAGE = "refusé: 주문 😀 100%\n"
_Metadata = tuple[tuple[str, str | bytes], ...]


def say(about: str, **seen: Any) -> None:
    """Prints what was seen."""
    print(json.dumps({"about": about, **seen}), flush=True)


def encoded(message: Message | bytes) -> str:
    """Returns bytes as base64."""
    return base64.b64encode(message if isinstance(message, bytes) else message.SerializeToString()).decode()


def _exchange(name: str) -> Exchange:
    values = CASES[name]
    return Exchange(values=values, json="" if name in WITHOUT_JSON else MessageToJson(values))


def _say_answer(kind: str, name: str, answer: Exchange) -> None:
    sent = _exchange(name)
    said = {"sent": encoded(sent.values), "received": encoded(answer.values)}
    if sent.json:
        said |= {"json of the client": sent.json, "json of the server": answer.json}
        said["read by the client"] = encoded(Parse(answer.json, Values()))
        said["read by the server"] = encoded(answer.read)
    say(kind, case=name, **said)


def values(stub: AgreementServiceStub) -> None:
    """Sends every case, in calls of every kind."""
    for name in CASES:
        _say_answer("unary", name, stub.Unary(_exchange(name)))
        answers = list(stub.ServerStream(_exchange(name)))
        say("server stream length", length=len(answers))
        _say_answer("server stream", name, answers[-1])
    for name, answer in zip(CASES, stub.ClientStream(map(_exchange, CASES)).exchanges, strict=True):
        _say_answer("client stream", name, answer)
    for name, answer in zip(CASES, stub.BidiStream(map(_exchange, CASES)), strict=True):
        _say_answer("bidi stream", name, answer)


def unknown_fields(channel: grpc.Channel) -> None:
    """Sends a message that the server knows an older version of."""
    call = channel.unary_unary("/agreement.AgreementService/EchoOlder", Newer.SerializeToString, Newer.FromString)
    say("unknown fields", sent=encoded(NEWER), received=encoded(call(NEWER)))


def whole_messages(stub: AgreementServiceStub) -> None:
    """Calls with well-known types and nothing around them."""
    _say_whole("empty", [stub.DoNothing(Empty())])
    _say_whole("empty stream", stub.DoNothingTwice(Empty()))
    _say_whole("empty both ways", stub.DoNothingEach(iter([Empty()] * 3)))
    _say_whole("greatest number", [stub.Increment(Int64Value(value=2**63 - 2))])
    _say_whole("number becomes zero", [stub.Increment(Int64Value(value=-1))])
    _say_whole("bytes", stub.Reverse(iter([BytesValue(value=ALL_BYTES), BytesValue()])))
    _say_whole("text", [stub.Join(iter([StringValue(value=TEXT), StringValue(), StringValue(value="x")]))])
    _say_whole("list of an object", [stub.ListOf(as_value({"x": [TEXT, 1.5]}))])
    _say_whole("list of null", [stub.ListOf(as_value(None))])
    _say_whole("first is an object", [stub.FirstOf(as_list([{"x": [TEXT]}, 2]))])
    _say_whole("first is null", [stub.FirstOf(as_list([None]))])
    _say_whole("mask to struct", [stub.StructOf(FieldMask(paths=PATHS))])
    _say_whole("struct to mask", [stub.KeysOf(as_struct(dict.fromkeys(PATHS, True)))])


def _say_whole(name: str, answers: Iterable[Message]) -> None:
    say("whole messages", case=name, answers=[encoded(answer) for answer in answers])


def metadata(stub: AgreementServiceStub) -> None:
    """Sends metadata with a deadline, and without one."""
    sent: _Metadata = (("x-text", "a, b; c"), ("x-many", "1"), ("x-many", "2"), ("x-data-bin", ALL_BYTES))
    seen, call = stub.Describe.with_call(Empty(), metadata=sent, timeout=30)
    headers = [[header.key, encoded(header.value)] for header in seen.headers if header.key.startswith("x-")]
    say(
        "metadata",
        headers=headers,
        initial=_listed(call.initial_metadata()),
        trailing=_listed(call.trailing_metadata()),
        seconds_left=seen.seconds_left,
    )
    say("no deadline", has_deadline=stub.Describe(Empty()).HasField("seconds_left"))


def _listed(pairs: Any) -> list[list[str]]:
    return [
        [key, encoded(value if isinstance(value, bytes) else value.encode())]
        for key, value in pairs or ()
        if key.startswith(("x-", "grpc-status-details"))
    ]


def ends(stub: AgreementServiceStub) -> None:
    """Has calls end by a deadline and by cancellation, and waits until the server knows of both."""
    late = stub.Wait(Wish(id=f"deadline {os.getpid()}"), timeout=0.3)
    say("deadline", code=_code(late))
    cancelled = stub.Wait(Wish(id=f"cancelled {os.getpid()}"))
    next(cancelled)
    cancelled.cancel()
    say("cancelled", code=_code(cancelled))
    say("ended", ids=_ended(stub))


def _ended(stub: AgreementServiceStub) -> list[str]:
    end = time.monotonic() + 20
    while time.monotonic() < end:  # each is a call: the deadline of a server may be later than that of its client
        ended = (id.split() for id in stub.Describe(Empty(), timeout=10).ended)
        ids = sorted(what for what, client in ended if client == str(os.getpid()))
        if len(ids) >= 2:
            break
    return ids


def _code(call: Any) -> int:
    try:
        for _ in call:
            pass
    except grpc.RpcError:
        pass
    return int(call.code().value[0])


def errors(stub: AgreementServiceStub) -> None:
    """Has calls fail, with details."""
    info = AnyMessage()
    info.Pack(ErrorInfo(reason="ASKED_FOR", domain="agreement", metadata={"é": "😀"}))
    details = Status(code=9, message=ERROR_MESSAGE, details=[info])
    failure = Failure(code=9, message=ERROR_MESSAGE, details=details.SerializeToString())
    try:
        stub.Fail(failure)
    except grpc.RpcError as error:
        _say_error("error", failure, error)
    late = stub.FailLate(failure)
    try:
        received: Iterator[Any] = iter(late)
        next(received)
        next(received)
    except grpc.RpcError as error:
        _say_error("late error", failure, error)


def _say_error(about: str, failure: Failure, error: Any) -> None:
    trailing = _listed(error.trailing_metadata())
    say(
        about,
        code=int(error.code().value[0]),
        message=error.details(),
        trailing=trailing,
        sent=encoded(failure.details),
    )


def main(port: str) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = AgreementServiceStub(channel)
        values(stub)
        unknown_fields(channel)
        whole_messages(stub)
        metadata(stub)
        ends(stub)
        errors(stub)
    say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
