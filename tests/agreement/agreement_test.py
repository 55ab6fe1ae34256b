"""Every client calls every server, and both have to see the same.

Servers and clients are in Python (grpcio) and in TypeScript: of Connect, of grpc-js and of NestJS.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo
from tests.agreement.agreement_py.tests.agreement.agreement_pb2 import Newer, Older, Status, Values, Wish

from tests.agreement.peers import Call, Client, Metadata, Outcome, Process, command, compiled, metadata, outcome, running, text
from tests.agreement.python_peer import call_by_python, serving
from tests.agreement.values import ALL_BYTES, CASES, NEWER, WHOLE_MESSAGES

LIBRARIES = ("python", "connect", "grpc_js", "nestjs")
OK, CANCELLED, DEADLINE_EXCEEDED, FAILED_PRECONDITION, UNAVAILABLE = 0, 1, 4, 9, 14
ERROR_MESSAGE = "refusé: 주문 😀 100%\n"


@dataclass(frozen=True)
class Peers:
    """All servers, which run, and all clients."""

    # From the name of a library to the ports of its server, without TLS and with it.
    ports: dict[str, list[int]]
    process: Process
    ca: str

    def client(self, library: str) -> Client:
        """Returns the client of a library."""

        def client(address: str, ca: str | None, call: Call) -> Outcome:
            return outcome(call, self.process.ask({"client": library, **command(address, ca, call)}))

        return call_by_python if library == "python" else client


@dataclass(frozen=True)
class Pair:
    """A client and a server."""

    client: str
    server: str
    _call: Client
    _peers: Peers

    def call(self, method: str, *requests: Message | dict[str, Any], tls: str | None = None, **options: Any) -> Outcome:
        """Makes a call, over TLS with an authority to trust."""
        port = self._peers.ports[self.server][bool(tls)]
        return self._call(f"127.0.0.1:{port}", tls, Call(method, requests, **options))

    @property
    def ca(self) -> str:
        """The authority of the server."""
        return self._peers.ca


@pytest.fixture(scope="session")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peers]:
    ca = trustme.CA()
    server = ca.issue_cert("127.0.0.1", "localhost")
    key, certificate = server.private_key_pem.bytes(), b"".join(pem.bytes() for pem in server.cert_chain_pems)
    with (
        running(compiled(tmp_path_factory.mktemp("agreement") / "project"), "peer.js") as process,
        serving(key, certificate) as python,
    ):
        ports = process.ask({"key": key.decode(), "cert": certificate.decode()})
        yield Peers({**ports, "python": python}, process, ca.cert_pem.bytes().decode())


@pytest.fixture(scope="session", params=LIBRARIES)
def client(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session", params=LIBRARIES)
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def pair(client: str, server: str, peers: Peers) -> Pair:
    return Pair(client, server, peers.client(client), peers)


def texts(messages: Iterable[Message]) -> list[str]:
    """Returns messages as text, which differs where they do."""
    return [text(message) for message in messages]


def test_values_by_unary_calls_and_by_streams_of_answers(pair: Pair) -> None:
    for method, count in (("Unary", 1), ("ServerStream", 3)):
        received = {name: texts(pair.call(method, values).answers) for name, values in CASES.items()}
        assert received == {name: [text(values)] * count for name, values in CASES.items()}


def test_values_by_a_stream_of_requests(pair: Pair) -> None:
    (answer,) = pair.call("ClientStream", *CASES.values()).answers
    assert texts(answer.values) == texts(CASES.values())


def test_values_by_streams_both_ways_each_after_an_answer(pair: Pair) -> None:
    assert texts(pair.call("BidiStream", *CASES.values()).answers) == texts(CASES.values())


def test_fields_of_a_newer_version_come_back(pair: Pair) -> None:
    (answer,) = pair.call("EchoOlder", Older.FromString(NEWER.SerializeToString())).answers
    assert text(Newer.FromString(answer.SerializeToString())) == text(NEWER)


def test_well_known_types_are_requests_and_answers(pair: Pair) -> None:
    for name, (method, requests, answers) in WHOLE_MESSAGES.items():
        assert (name, texts(pair.call(method, *requests).answers)) == (name, texts(answers))


def test_metadata(pair: Pair) -> None:
    sent = (("x-text", "a, b; c"), ("x-many", "1"), ("x-many", "2"), ("x-data-bin", ALL_BYTES), ("x-data-bin", b""))
    outcome = pair.call("Describe", Empty(), metadata=sent, timeout=30)
    if not outcome.answers:
        print("META", pair, outcome)
        outcome = pair.call("Describe", Empty(), metadata=sent[:-1], timeout=30)
        print("META", pair, outcome)
        outcome = pair.call("Describe", Empty(), metadata=[*sent[:-1], ("x-data-bin", b"a")], timeout=30)
        print("META", pair, outcome)
    (seen,) = outcome.answers
    print("METADATA", pair.client, pair.server, [(h.key, h.value) for h in seen.headers], outcome.initial, outcome.trailing, seen.seconds_left)
    late = pair.call("Describe", Empty())
    print("LATE", late)
    w = pair.call("Wait", Wish(id="a"), timeout=0.3)
    print("WAIT", w)
    w = pair.call("Wait", Wish(id="b"), cancel_after=1)
    print("CANCEL", w)
    info = AnyMessage()
    info.Pack(ErrorInfo(reason="ASKED_FOR", domain="agreement", metadata={"é": "😀"}))
    status = Status(code=9, message=ERROR_MESSAGE, details=[info, info])
    for m in ("Fail", "FailLate"):
        print("FAIL", pair.call(m, status))
    print("TLS", pair.call("Unary", CASES["greatest"], tls=pair.ca).code)
    print("TLS", pair.call("Unary", CASES["greatest"], tls=trustme.CA().cert_pem.bytes().decode()))
    if pair.client != "python":
        for f in ({"int32Value": 1.5}, {"int64Value": 5}, {"int64Value": 2.0**63}, {"int64Value": 1.5},{"byText": {"__proto__": "x"}}):
            print("BAD", f, pair.call("Unary", f))
    assert 0
