"""Serves Bazel's protocol for persistent workers (https://bazel.build/remote/creating).

    Bazel ─ WorkRequest ─► worker ─ the same ─► its child, which runs the module
          ◄─ WorkResponse ─      ◄─ the same ─

The child handles one request after the other and keeps what it has loaded. When it crashes, as protoc's C++ can, or its
libraries change, or Bazel cancels the request, the worker gives the next request to a new child.
"""

import contextlib
import ctypes
import gc
import os
import select
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from codegen import inputs
from codegen.network import leave_network
from codegen.run import expand

# The module's main: takes the arguments, returns the exit status.
Main = Callable[[list[str]], int]

# A message cannot be longer (https://protobuf.dev/programming-guides/proto-limits/).
_LONGEST = 1 << 31
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


_PACKAGE = "blaze.worker"
_STRING, _BYTES, _INT32, _BOOL = (
    FieldDescriptorProto.TYPE_STRING,
    FieldDescriptorProto.TYPE_BYTES,
    FieldDescriptorProto.TYPE_INT32,
    FieldDescriptorProto.TYPE_BOOL,
)
# From https://bazel.build/remote/creating; the fields that matter here. A field in a list is repeated.
_SCHEMA: Mapping[str, Mapping[str, Any]] = {
    "Input": {"path": (1, _STRING), "digest": (2, _BYTES)},
    "WorkRequest": {"arguments": [1, _STRING], "inputs": [2, "Input"], "request_id": (3, _INT32), "cancel": (4, _BOOL)},
    "WorkResponse": {
        "exit_code": (1, _INT32),
        "output": (2, _STRING),
        "request_id": (3, _INT32),
        "was_cancelled": (4, _BOOL),
    },
}


class ProtocolError(Exception):
    """What arrives is no message, so that nothing after it can be trusted."""


def _field(name: str, place: Any) -> FieldDescriptorProto:
    number, kind = place
    label = FieldDescriptorProto.LABEL_REPEATED if isinstance(place, list) else FieldDescriptorProto.LABEL_OPTIONAL
    if isinstance(kind, str):
        return FieldDescriptorProto(name=name, number=number, label=label, type_name=f".{_PACKAGE}.{kind}")
    return FieldDescriptorProto(name=name, number=number, label=label, type=kind)


def _message_classes() -> tuple[Any, Any]:
    messages = [
        DescriptorProto(name=name, field=[_field(*field) for field in fields.items()])
        for name, fields in _SCHEMA.items()
    ]
    file = FileDescriptorProto(name="worker.proto", package=_PACKAGE, syntax="proto3", message_type=messages)
    pool = DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    request, response = (
        GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}")) for name in ("WorkRequest", "WorkResponse")
    )
    return request, response


WorkRequest, WorkResponse = _message_classes()


class Messages:
    """The messages that arrive on a file descriptor, each after its length as a varint."""

    def __init__(self, source: int) -> None:
        self.source = source
        self.ended = False
        self._buffer = bytearray()

    def fileno(self) -> int:
        """Returns the file descriptor, for select."""
        return self.source

    def receive(self) -> list[bytes]:
        """Waits for data. Returns the messages that are complete with it, and sets `ended` at the end.

        Raises:
          ProtocolError: if something else arrives, or the end within a message.
        """
        data = os.read(self.source, 1 << 20)
        self._buffer += data
        self.ended = not data
        found = list(self._take())
        if self.ended and self._buffer:
            raise ProtocolError(f"the input ends within a message, after {len(self._buffer)} bytes")
        return found

    def _take(self) -> Iterator[bytes]:
        while (header := _read_length(self._buffer)) and len(self._buffer) >= sum(header):
            start, length = header
            yield bytes(self._buffer[start : start + length])
            del self._buffer[: start + length]


def _read_length(data: bytearray) -> tuple[int, int] | None:
    """Returns the size of the varint that the data start with, and its value, or None if it is not complete."""
    value = 0
    for position, byte in enumerate(data):
        value |= (byte & 0x7F) << (7 * position)
        if value >= _LONGEST:
            raise ProtocolError("the length of a message is out of range")
        if byte < 0x80:
            return position + 1, value
    return None


def send(target: int, message: bytes) -> None:
    """Writes a message after its length to a file descriptor."""
    length, header = len(message), bytearray()
    while length >= 0x80:
        header.append(length & 0x7F | 0x80)
        length >>= 7
    data = memoryview(bytes(header) + bytes([length]) + message)
    while data:
        data = data[os.write(target, data) :]


class _Child:
    """A process that handles requests."""

    def __init__(self, command: list[str]) -> None:
        """Starts the process."""
        # Each has its own: what a killed one or its plugin leaves must not reach the next one.
        self._scratch = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._output = tempfile.TemporaryFile(dir=self._scratch.name)  # noqa: SIM115
        self._process = subprocess.Popen(
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._output,
            env={**os.environ, "TMPDIR": self._scratch.name},
            process_group=0,
        )
        assert self._process.stdin and self._process.stdout
        self._requests = self._process.stdin.fileno()
        self.answers = Messages(self._process.stdout.fileno())
        # Of its program and libraries, as far as requests have named them.
        self.digests: dict[str, bytes] = {}
        self.busy = False

    def has_ended(self) -> bool:
        """Returns whether the process has ended."""
        return self._process.poll() is not None

    def has_loaded(self, digests: Mapping[str, bytes]) -> bool:
        """Returns whether files of its program and libraries are still what they were."""
        return all(self.digests.get(path, digest) == digest for path, digest in digests.items())

    def send(self, request: bytes) -> None:
        """Sends a request."""
        self.busy = True
        send(self._requests, request)

    def stop(self) -> tuple[str, str]:
        """Kills the process and what it has started, and removes its temporary files.

        Returns:
          What it has printed since its last answer, and how it ended.
        """
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with self._process as process:
            status = process.wait()
        with self._output:
            printed = take(self._output.fileno())
        self._scratch.cleanup()
        return printed, f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


class Worker:
    """The process that talks to Bazel."""

    def __init__(self, command: list[str], folders: Iterable[str]) -> None:
        """Takes the command of the child, and the folders of its program and libraries, as requests name them."""
        self._command = command
        self._folders = tuple(f"{folder}/" for folder in folders)
        self._requests, self._answers = take_streams()
        self._waiting: deque[Any] = deque()
        self._child: _Child | None = None

    def serve(self) -> int:
        """Answers requests until there are no more. Returns 0, or 1 if something else arrives."""
        status = 0
        try:
            while self._waiting or not self._requests.ended:
                try:
                    self._step()
                except ProtocolError as error:
                    print(f"not a WorkRequest: {error}", file=sys.stderr)
                    status, self._requests.ended = 1, True
        finally:
            self._stop_child()
        return status

    def _step(self) -> None:
        """Waits for what comes first: a message of Bazel, or the answer to the request that the child has."""
        child = self._begin(self._waiting[0]) if self._waiting else None
        sources = [*([] if self._requests.ended else [self._requests]), *([child.answers] if child else [])]
        ready = select.select(sources, [], [])[0]
        if child and child.answers in ready:
            self._finish(child)
        if self._requests in ready:
            for message in self._requests.receive():
                self._accept(message)

    def _accept(self, message: bytes) -> None:
        try:
            request = WorkRequest.FromString(message)
        except DecodeError as error:
            self._respond(exit_code=1, output=f"not a WorkRequest: {error}\n")
            return
        if not request.cancel:
            self._waiting.append(request)
        elif self._waiting and self._waiting[0].request_id == request.request_id:
            self._stop_child()
            self._waiting.popleft()
            self._respond(request_id=request.request_id, was_cancelled=True)

    def _begin(self, request: Any) -> _Child:
        """Returns the child, which has got the request."""
        if self._child and self._child.busy:
            return self._child
        digests = {each.path: each.digest for each in request.inputs if each.path.startswith(self._folders)}
        if self._child and (self._child.has_ended() or not self._child.has_loaded(digests)):
            self._stop_child()
        child = self._child = self._child or _Child(self._command)
        child.digests |= digests
        # If it ended before, _finish says so.
        with contextlib.suppress(BrokenPipeError):
            child.send(request.SerializeToString())
        return child

    def _finish(self, child: _Child) -> None:
        """Passes the child's answer on, or the news that it has none."""
        try:
            answers = child.answers.receive()
        except ProtocolError:
            answers = []
        if answers:
            child.busy = False
            self._waiting.popleft()
            send(self._answers, answers[0])
        elif child.answers.ended:
            printed, how = self._stop_child()
            request = self._waiting.popleft()
            output = f"{printed}{_explain_crash(_label(request.arguments), how)}\n"
            self._respond(request_id=request.request_id, exit_code=1, output=output)

    def _respond(self, **fields: Any) -> None:
        send(self._answers, WorkResponse(**fields).SerializeToString())

    def _stop_child(self) -> tuple[str, str]:
        child, self._child = self._child, None
        return child.stop() if child else ("", "")


def _label(arguments: Sequence[str]) -> str:
    """Returns the label that a request is about, or "" if its arguments cannot be read or have none."""
    try:
        given = expand(list(arguments))
        return given[given.index("--label") + 1]
    except (OSError, ValueError, IndexError):
        return ""


def _explain_crash(label: str, how: str) -> str:
    about = f"{label}: the" if label else "The"
    return f"{about} code generator crashed: {how}. Exclude the proto that it crashes on, and report the crash with it."


def take_streams() -> tuple[Messages, int]:
    """Takes standard input and output away from all else that reads and prints, and returns them."""
    requests, answers = Messages(os.dup(0)), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return requests, answers


def take(output: int) -> str:
    """Returns what was printed to a file, and empties it."""
    printed = os.pread(output, os.fstat(output).st_size, 0)
    os.lseek(output, 0, os.SEEK_SET)
    os.ftruncate(output, 0)
    return printed.decode("utf-8", "replace")


def handle_requests(main: Main, parent: int) -> int:
    """Handles the requests of a worker until there are no more. What main prints becomes the output in the response.

    Args:
      main: called with the arguments of each request.
      parent: the worker's process ID.

    Returns:
      0.
    """
    _end_with(parent)
    requests, answers = take_streams()
    while not requests.ended:
        for message in requests.receive():
            request = WorkRequest.FromString(message)
            inputs.start({each.path: each.digest for each in request.inputs})
            status = _call(main, list(request.arguments))
            sys.stdout.flush()
            sys.stderr.flush()
            response = WorkResponse(exit_code=status, output=take(2), request_id=request.request_id)
            send(answers, response.SerializeToString())
            if not gc.get_freeze_count():
                # What the first request has loaded stays.
                gc.freeze()
    return 0


def _end_with(parent: int) -> None:
    """Has the kernel end this process with its parent: after a killed build, no file may be written any more."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)


def _call(main: Main, arguments: list[str]) -> int:
    """Calls main as a process of its own would. Returns the exit status."""
    try:
        return main(arguments)
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return error.code or 0
        print(error.code, file=sys.stderr)
    except Exception:
        traceback.print_exc()
    return 1


def serve(roots: Iterable[str]) -> int:
    """Serves requests from standard input until its end, and answers on standard output.

    Args:
      roots: the folders of the libraries.

    Returns:
      The exit status: 1 if something other than requests arrived.
    """
    leave_network()
    # By default it would leave the child to itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    command = [*sys.orig_argv[:-1], f"--child-of={os.getpid()}"]
    interpreter = os.path.dirname(os.path.dirname(sys.orig_argv[0]))
    return Worker(command, [*roots, os.path.dirname(sys.argv[0]), interpreter]).serve()
