"""Every client calls every server, and both must see the same; what a library cannot do is listed explicitly.

The servers and clients are in Python (grpcio) and TypeScript (Connect, grpc-js and NestJS).
"""

import time
import uuid
from typing import Any

import pytest
import trustme
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from tests.agreement.agreement_py.tests.agreement.agreement_pb2 import Newer, Older, Seen, Status, Values, Wish

from tests.agreement.conftest import Peers
from tests.agreement.peers import Metadata, Pair, texts
from tests.agreement.values import ALL_BYTES, CASES, NEWER, WHOLE_MESSAGES

LIBRARIES = ("python", "connect", "grpc_js", "nestjs")
OK, CANCELLED, DEADLINE_EXCEEDED, FAILED_PRECONDITION, INTERNAL, UNAVAILABLE = 0, 1, 4, 9, 13, 14
ERROR_MESSAGE = "refusé: 주문 😀 100%\n"
MANY = (("x-many", "1"), ("x-many", "2"))
MANY_IN_BYTES = (("x-data-bin", b"\0"), ("x-data-bin", b"\xff\xff"))


@pytest.fixture(scope="session", params=LIBRARIES)
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session", params=LIBRARIES)
def pair(request: pytest.FixtureRequest, server: str, peers: Peers) -> Pair:
    return peers.pair(str(request.param), server)


def describe(pair: Pair, **options: Any) -> Seen:
    """Returns what a server reports about a call."""
    (seen,) = pair.call("Describe", Empty(), **options).answers
    assert isinstance(seen, Seen)
    return seen


def values_of(seen: Seen, key: str) -> list[bytes]:
    """Returns the values that a server received for a key."""
    return [header.value for header in seen.headers if header.key == key]


def test_values_in_unary_calls(pair: Pair) -> None:
    received = {name: texts(pair.call("Unary", values).answers) for name, values in CASES.items()}
    assert received == {name: texts([values]) for name, values in CASES.items()}


def test_values_in_server_streams(pair: Pair) -> None:
    received = {name: texts(pair.call("ServerStream", values).answers) for name, values in CASES.items()}
    assert received == {name: texts([values] * 3) for name, values in CASES.items()}


def test_values_in_a_client_stream(pair: Pair) -> None:
    (answer,) = pair.call("ClientStream", *CASES.values()).answers
    assert texts(answer.values) == texts(CASES.values())


def test_values_in_bidirectional_streams(pair: Pair) -> None:
    assert texts(pair.call("BidiStream", *CASES.values()).answers) == texts(CASES.values())


def test_unknown_fields_survive_a_round_trip(pair: Pair) -> None:
    (answer,) = pair.call("EchoOlder", Older.FromString(NEWER.SerializeToString())).answers
    assert texts([Newer.FromString(answer.SerializeToString())]) == texts([NEWER])


@pytest.mark.parametrize("name", WHOLE_MESSAGES)
def test_well_known_types_as_requests_and_answers(pair: Pair, name: str) -> None:
    method, requests, answers = WHOLE_MESSAGES[name]
    assert texts(pair.call(method, *requests).answers) == texts(answers)


def test_metadata(pair: Pair) -> None:
    sent = (("x-text", "a, b; c"), ("x-data-bin", ALL_BYTES))
    outcome = pair.call("Describe", Empty(), metadata=sent)
    (seen,) = outcome.answers
    assert values_of(seen, "x-text") == [b"a, b; c"]
    assert values_of(seen, "x-data-bin") == [ALL_BYTES]
    initial: Metadata = {"x-initial": ["first"], "x-initial-bin": [ALL_BYTES]}
    trailing: Metadata = {"x-trailer": ["last"], "x-trailer-bin": [b"\0\xff"]}
    if pair.server == "nestjs":  # gives a handler no way to send trailers with an answer
        trailing = {}
    if pair.client == "nestjs":  # exposes answers only
        assert (outcome.initial, outcome.trailing) == (None, None)
    else:
        assert (outcome.initial, outcome.trailing) == (initial, trailing)


def test_metadata_with_several_values(pair: Pair) -> None:
    seen = values_of(describe(pair, metadata=MANY), "x-many")
    # HTTP/2 lets a peer join the values of a key: grpc-js and Connect do so; the Connect client joins before sending.
    assert seen == ([b"1", b"2"] if pair.server == "python" and pair.client != "connect" else [b"1, 2"])


def test_metadata_with_several_binary_values(pair: Pair) -> None:
    outcome = pair.call("Describe", Empty(), metadata=MANY_IN_BYTES)
    if (pair.client, pair.server) == ("connect", "python"):  # joined with ", "; grpcio rejects the space
        assert outcome.code == INTERNAL and "x-data-bin" in str(outcome.message)
        return
    (seen,) = outcome.answers
    assert values_of(seen, "x-data-bin") == [b"\0", b"\xff\xff"]


def test_the_server_knows_the_deadline(pair: Pair) -> None:
    assert 0 < describe(pair, timeout=30).seconds_left < 31  # grpcio rounds up
    assert not describe(pair).HasField("seconds_left")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        pytest.param({"timeout": 1}, DEADLINE_EXCEEDED, id="deadline"),
        pytest.param({"cancel_after": 1}, CANCELLED, id="cancellation"),
    ],
)
def test_a_call_ends_on_both_sides(pair: Pair, options: dict[str, Any], code: int) -> None:
    wish = Wish(id=str(uuid.uuid4()))
    outcome = pair.call("Wait", wish, **options)
    # After unsubscribing from an Observable, the client receives no status.
    assert outcome.code == (None if pair.client == "nestjs" and code == CANCELLED else code)
    end = time.monotonic() + 20
    while wish.id not in describe(pair).ended:  # the server's deadline may expire a little after the client's
        assert time.monotonic() < end


@pytest.mark.parametrize(("method", "answers"), [("Fail", 0), ("FailLate", 1)])
def test_an_error_carries_code_message_and_details(pair: Pair, method: str, answers: int) -> None:
    details = [AnyMessage(), AnyMessage()]
    details[0].Pack(ErrorInfo(reason="ASKED_FOR", metadata={"é": "😀"}))
    details[1].Pack(BadRequest())
    outcome = pair.call(method, Status(code=FAILED_PRECONDITION, message=ERROR_MESSAGE, details=details))
    # Connect percent-encodes more than grpc-js decodes.
    partly = pair.client in ("grpc_js", "nestjs") and pair.server == "connect"
    message = ERROR_MESSAGE.replace(":", "%3A") if partly else ERROR_MESSAGE
    assert (len(outcome.answers), outcome.code, outcome.message) == (answers, FAILED_PRECONDITION, message)
    assert outcome.details == [(detail.TypeName(), detail.value) for detail in details]
    assert outcome.trailing == {"x-reason": ["asked for"]}


def test_tls(pair: Pair) -> None:
    outcome = pair.call("ServerStream", CASES["greatest"], ca=pair.ca)
    assert texts(outcome.answers) == texts([CASES["greatest"]] * 3)
    other = trustme.CA().cert_pem.bytes().decode()
    outcome = pair.call("Unary", Values(), ca=other)
    assert (outcome.answers, outcome.code) == ([], INTERNAL if pair.client == "connect" else UNAVAILABLE)
    assert "certificate" in str(outcome.message).lower()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"int32Value": 1.5}, "int32: 1.5", id="a-fraction"),
        pytest.param({"int64Value": 1.5}, "1.5 ", id="a-fraction-in-64-bits"),
        pytest.param({"int64Value": 2.0**63}, "int64: 9223372", id="too-large"),
    ],
)
def test_connect_rejects_values_that_would_be_lost(peers: Peers, fields: dict[str, Any], message: str) -> None:
    outcome = peers.pair("connect", "connect").call("Unary", fields)
    assert outcome.code == INTERNAL and message in str(outcome.message)


def test_connect_delivers_values_that_javascript_has_no_type_for(peers: Peers) -> None:
    outcome = peers.pair("connect", "connect").call("Unary", {"int64Value": 5, "byText": {"__proto__": "x"}})
    assert outcome.answers == [Values(int64_value=5, by_text={"__proto__": "x"})]
