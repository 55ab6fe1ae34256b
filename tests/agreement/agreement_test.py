"""Every client calls every server, and both have to see the same.

There are servers in Python, of grpc-js and of NestJS, and clients in Python and of grpc-js. What a client saw is
compared with what Python would have sent; where they differ, the test shows a table.
"""

import base64
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from tests.agreement.agreement_py.tests.agreement.agreement_pb2 import Newer, Values

from tests.agreement.compare import Difference, json_differences, message_differences, table
from tests.agreement.peers import Command, python, seen_by, serving
from tests.agreement.python_client import ERROR_MESSAGE
from tests.agreement.values import ALL_BYTES, CASES, NEWER, WHOLE_MESSAGES, WITHOUT_JSON
from tests.typescript.project import NODE, RUNFILES, Project

FOLDER = RUNFILES / os.environ["TEST_WORKSPACE"] / "tests/agreement"
KINDS = ("unary", "server stream", "client stream", "bidi stream")
IN_BYTES = ("sent", "received", "read by the client", "read by the server")
IN_JSON = ("json of the client", "json of the server")

Seen = list[dict[str, Any]]
M = TypeVar("M", bound=Message)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The peers in TypeScript, with the stubs of both flavors beside them."""
    project = Project(tmp_path_factory.mktemp("agreement") / "project", "esm")
    project.install()
    shutil.copytree(FOLDER / "agreement_ts", project.folder / "stubs")
    shutil.copytree(FOLDER / "agreement_nestjs", project.folder / "nestjs")
    for source in (FOLDER / "typescript").iterdir():
        shutil.copy(source, project.folder)
    messages = project.compile()
    assert messages == [], "\n".join(messages)
    return project


@pytest.fixture(scope="session", params=["python", "grpc_js", "nestjs"])
def server(request: pytest.FixtureRequest, compiled: Project) -> Iterator[int]:
    """The port of a running server."""
    scripts = {"grpc_js": "grpc_server.js", "nestjs": "nestjs_server.js"}
    name = str(request.param)
    with serving(typescript(compiled, scripts[name]) if name in scripts else python("python_server")) as port:
        yield port


@pytest.fixture(scope="session", params=["python", "grpc_js"])
def seen(request: pytest.FixtureRequest, server: int, compiled: Project) -> Seen:
    """What a client saw of a server."""
    clients = {"python": python("python_client"), "grpc_js": typescript(compiled, "client.js")}
    return seen_by(clients[request.param], server)


@pytest.fixture(scope="session")
def seen_by_nestjs(server: int, compiled: Project) -> Seen:
    """What a client of NestJS, which only sends values, saw of a server."""
    return seen_by(typescript(compiled, "nestjs_client.js"), server)


def typescript(compiled: Project, program: str) -> Command:
    """Returns how a compiled program is run."""
    return [NODE, compiled.folder / "dist" / program]


def one(seen: Seen, about: str) -> dict[str, Any]:
    """Returns the only thing that was seen of a kind."""
    (found,) = [entry for entry in seen if entry["about"] == about]
    return found


def value_differences(seen: Seen, kind: str) -> Iterator[Difference]:
    """Yields all that came out as something else in calls of a kind."""
    for entry in seen:
        if entry["about"] == kind:
            expected, name = CASES[entry["case"]], f"{entry['case']}: "
            for place in IN_BYTES:
                if place in entry:
                    received = parse(Values(), entry[place])
                    yield from message_differences(expected, received, f"{name}{place}: ")
            for place in IN_JSON:
                if place in entry:
                    yield from json_differences(MessageToDict(expected), json.loads(entry[place]), f"{name}{place}: ")


def whole_messages(seen: Seen) -> dict[str, list[Message]]:
    """Returns the answers to calls whose answers are well-known types, by case."""
    return {
        entry["case"]: [parse(type(WHOLE_MESSAGES[entry["case"]][0])(), answer) for answer in entry["answers"]]
        for entry in seen
        if entry["about"] == "whole messages"
    }


def parse(message: M, text: str) -> M:
    """Reads a message from base64."""
    message.ParseFromString(base64.b64decode(text))
    return message


def joined(pairs: Sequence[Sequence[str]]) -> dict[str, bytes]:
    """Returns metadata by key. HTTP/2 lets a peer join the values of a key, and grpc-js does."""
    values: dict[str, list[bytes]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(base64.b64decode(value))
    return {key: b", ".join(parts) for key, parts in values.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_values(seen: Seen, kind: str) -> None:
    assert [entry["case"] for entry in seen if entry["about"] == kind] == list(CASES)
    assert not (found := list(value_differences(seen, kind))), f"\n{table(found)}"


@pytest.mark.parametrize("kind", KINDS)
def test_values_by_nestjs(seen_by_nestjs: Seen, kind: str) -> None:
    assert [entry["case"] for entry in seen_by_nestjs if entry["about"] == kind] == list(CASES)
    assert not (found := list(value_differences(seen_by_nestjs, kind))), f"\n{table(found)}"


def test_json_is_compared(seen: Seen) -> None:
    with_json = {entry["case"] for entry in seen if "json of the server" in entry}
    assert with_json == CASES.keys() - set(WITHOUT_JSON)


def test_a_stream_has_all_its_messages(seen: Seen) -> None:
    assert {entry["length"] for entry in seen if entry["about"] == "server stream length"} == {3}


def test_fields_of_a_newer_version_come_back(seen: Seen) -> None:
    entry = one(seen, "unknown fields")
    for place in ("sent", "received"):
        found = list(message_differences(NEWER, parse(Newer(), entry[place]), f"{place}: "))
        assert not found, f"\n{table(found)}"


def test_well_known_types_are_sent_as_they_are(seen: Seen) -> None:
    assert whole_messages(seen) == WHOLE_MESSAGES


def test_well_known_types_are_sent_as_they_are_by_nestjs(seen_by_nestjs: Seen) -> None:
    assert whole_messages(seen_by_nestjs) == WHOLE_MESSAGES


def test_metadata(seen: Seen, request: pytest.FixtureRequest) -> None:
    entry = one(seen, "metadata")
    headers = joined(entry["headers"])
    assert headers == {"x-text": b"a, b; c", "x-many": b"1, 2", "x-data-bin": ALL_BYTES}
    assert joined(entry["initial"]) == {"x-initial": b"first", "x-initial-bin": ALL_BYTES}
    # NestJS gives a handler no way to send a trailer with an answer.
    nestjs = "nestjs" in request.node.name
    assert joined(entry["trailing"]) == ({} if nestjs else {"x-trailer": b"last", "x-trailer-bin": b"\0\xff"})


def test_the_server_knows_the_deadline(seen: Seen) -> None:
    assert 0 < one(seen, "metadata")["seconds_left"] < 31  # grpcio rounds up
    assert one(seen, "no deadline")["has_deadline"] is False


def test_a_deadline_and_a_cancellation_end_the_call_on_both_sides(seen: Seen) -> None:
    assert one(seen, "deadline")["code"] == 4
    assert one(seen, "cancelled")["code"] == 1
    assert one(seen, "ended")["ids"] == ["cancelled", "deadline"]


@pytest.mark.parametrize("about", ["error", "late error"])
def test_an_error_has_its_code_message_and_details(seen: Seen, about: str) -> None:
    entry = one(seen, about)
    assert (entry["code"], entry["message"]) == (9, ERROR_MESSAGE)
    trailing = joined(entry["trailing"])
    assert trailing == {"x-reason": b"asked for", "grpc-status-details-bin": base64.b64decode(entry["sent"])}
    details, info = parse(Status(), entry["sent"]), ErrorInfo()
    assert (details.code, details.message) == (9, ERROR_MESSAGE)
    assert details.details[0].Unpack(info)
    assert info.reason == "ASKED_FOR"


def test_a_server_that_lies_is_found() -> None:
    with serving(python("python_server", "--lie")) as port:
        seen = seen_by(python("python_client"), port)
    found = list(value_differences(seen, "unary"))
    assert {difference.field.partition(": ")[0] for difference in found} == CASES.keys()
    lines = table(found).splitlines()
    assert lines[0].split() == ["field", "sent", "received"]
    assert lines[1].split("  ")[0] == "nothing: received: int64_value"
    assert lines[1].split()[-2:] == ["-", "1"]
