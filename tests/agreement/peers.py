"""Calls as a test describes them, and the TypeScript programs that make and serve them."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any

from google.protobuf import text_format
from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from tests.agreement.agreement_py.tests.agreement.agreement_pb2 import DESCRIPTOR

from tests.typescript.project import NODE, RUNFILES, Project

_ROOT = RUNFILES / os.environ["TEST_WORKSPACE"]
METHODS: dict[str, MethodDescriptor] = DESCRIPTOR.services_by_name["AgreementService"].methods_by_name

# Values by key; the values of "-bin" keys are bytes.
Metadata = dict[str, list[str | bytes]]


@dataclass(frozen=True)
class Call:
    """A call to make."""

    method: str
    # Messages, or the fields to pass to JavaScript.
    requests: Sequence[Message | dict[str, Any]]
    metadata: Sequence[tuple[str, str | bytes]] = ()
    # In seconds.
    timeout: float | None = None
    # The number of answers after which the client cancels the call.
    cancel_after: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What a client saw of a call; None if its library does not expose it."""

    answers: list[Any]
    code: int | None = None
    message: str | None = None
    # From google.rpc.Status: type names and messages.
    details: list[tuple[str, bytes]] = field(default_factory=list)
    initial: Metadata | None = None
    trailing: Metadata | None = None


# Makes a call to an address, over TLS if there is an authority to trust.
Client = Callable[[str, str | None, Call], Outcome]


@dataclass(frozen=True)
class Pair:
    """A client and a server, by the names of their libraries."""

    client: str
    server: str
    make_call: Client
    # The server's ports, without and with TLS.
    ports: Sequence[int]
    # The authority that signed the server's certificate.
    ca: str

    def call(self, method: str, *requests: Message | dict[str, Any], ca: str | None = None, **options: Any) -> Outcome:
        """Makes a call, over TLS if there is an authority to trust; the options are those of Call."""
        address = f"127.0.0.1:{self.ports[ca is not None]}"
        return self.make_call(address, ca, Call(method, requests, **options))


def new(descriptor: Descriptor, data: bytes = b"") -> Message:
    """Parses bytes as a message of the given type."""
    message = GetMessageClass(descriptor)()
    message.ParseFromString(data)
    return message


def texts(messages: Iterable[Message]) -> list[str]:
    """Returns messages as text that tells -0.0 from 0.0 and absent from zero, and shows unknown fields."""
    return [_text(message.DESCRIPTOR, message.SerializeToString(deterministic=True)) for message in messages]


@cache
def _text(descriptor: Descriptor, data: bytes) -> str:
    return text_format.MessageToString(new(descriptor, data), print_unknown_fields=True)


def metadata(pairs: Sequence[tuple[str, str | bytes]]) -> Metadata:
    """Returns the tests' own metadata, grouped by key."""
    found: Metadata = {}
    for key, value in pairs:
        if key.startswith("x-"):
            found.setdefault(key, []).append(value)
    return found


def command(address: str, ca: str | None, call: Call) -> dict[str, Any]:
    """Returns a call in the format that the TypeScript programs read."""
    return {
        "address": address,
        "ca": ca,
        "method": call.method[0].lower() + call.method[1:],
        "requests": [
            _encoded(each.SerializeToString()) if isinstance(each, Message) else each for each in call.requests
        ],
        "metadata": [(key, _encoded(value) if isinstance(value, bytes) else value) for key, value in call.metadata],
        "timeoutMs": call.timeout and call.timeout * 1000,
        "cancelAfter": call.cancel_after,
    }


def outcome(call: Call, said: dict[str, Any]) -> Outcome:
    """Returns the outcome that a TypeScript program reported."""
    read = {
        key: metadata([pair for key, value in said[key] for pair in _decoded_pairs(key, value)])
        for key in ("initial", "trailing")
        if key in said
    }
    return Outcome(
        answers=[new(METHODS[call.method].output_type, _decoded(answer)) for answer in said["answers"]],
        code=said.get("code"),
        message=said.get("message"),
        details=[(name, _decoded(value)) for name, value in said.get("details", [])],
        **read,
    )


def _decoded_pairs(key: str, value: str) -> Iterator[tuple[str, str | bytes]]:
    """Yields the values of a key; binary ones may be joined and unpadded."""
    if key.endswith("-bin"):
        yield from ((key, _decoded(part)) for part in value.split(","))
    else:
        yield key, value


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(data: str) -> bytes:
    return base64.b64decode(data.strip() + "==")


def compiled(folder: Path) -> Project:
    """Compiles the TypeScript programs together with the stubs and the adapter."""
    project = Project(folder, "esm")
    project.install()
    shutil.copytree(_ROOT / "tests/agreement/agreement_ts", project.folder / "stubs")
    for source in [*(_ROOT / "tests/agreement/typescript").iterdir(), *(_ROOT / "clients/typescript/src").glob("*.ts")]:
        shutil.copy(source, project.folder)
    messages = project.compile()
    assert messages == [], "\n".join(messages)
    return project


class Process:
    """A program that answers each line of JSON with another."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        """Takes the pipes to the program."""
        self._stdin, self._stdout = stdin, stdout

    def ask(self, *question: Any) -> dict[str, Any]:
        """Writes a line, if there is one, and reads one."""
        for line in question:
            self._stdin.write(json.dumps(line) + "\n")
            self._stdin.flush()
        said: dict[str, Any] = json.loads(self._stdout.readline())
        return said


@contextmanager
def running(project: Project, program: str) -> Iterator[Process]:
    """Runs a compiled program, which exits when its standard input closes."""
    pipe = subprocess.PIPE
    with subprocess.Popen([NODE, f"dist/{program}"], cwd=project.folder, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin and process.stdout
        try:
            yield Process(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.wait(timeout=20)
