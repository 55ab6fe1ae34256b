"""The worker, as Bazel uses it: requests to its standard input, responses from its standard output."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from codegen import run
from codegen.worker import Messages, WorkRequest, WorkResponse, send
from tests.namespaces import without_user_namespaces

PROBE = """
import os, socket, subprocess, sys, tempfile, time

calls = 0

def main(arguments):
    global calls
    calls += 1
    return globals()[arguments[0]](*arguments[1:]) or 0

def count():
    print(calls)

def pid():
    print(os.getppid(), os.getpid())

def noise():
    print("from print", flush=True)
    os.write(1, b"from C\\n")
    subprocess.run(["/bin/sh", "-c", "echo from a plugin; cat; echo from its stderr >&2"], check=True)
    return 3

def leave(code):
    sys.exit(int(code) if code.isdigit() else code)

def fail():
    raise ValueError("a defect")

def crash(*_):
    print("last words", flush=True)
    os.abort()

def hang(started):
    open(started, "w").close()
    time.sleep(600)

def hang_with_plugin(started):
    print("half a line", flush=True)
    scratch = tempfile.mkdtemp()
    plugin = subprocess.Popen(["/bin/sleep", "600"])
    with open(started + ".part", "w") as file:
        print(scratch, plugin.pid, file=file)
    os.rename(started + ".part", started)
    plugin.wait()

def crash_with_folder(path):
    open(path, "w").write(tempfile.mkdtemp())
    os.abort()

def connect(port):
    socket.create_connection(("127.0.0.1", int(port)), timeout=10)

def owner(path):
    open(path, "w").close()
    print(os.stat(path).st_uid == os.getuid(), os.getuid(), os.getgid())
"""


class Client:
    """Bazel's side of a worker."""

    def __init__(self, root: Path, module: str, *prefix: str) -> None:
        roots = [str(root), *(path for path in sys.path if "site-packages" in path)]
        command = [*prefix, sys.executable, "-I", "-S", "-B", str(Path(run.__file__)), *roots, "--", module]
        self.one_shot = command
        self.log = root / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--persistent_worker"],
                bufsize=0,
                cwd=root,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self.process.stdin and self.process.stdout
        self.requests, self.responses = self.process.stdin, Messages(self.process.stdout.fileno())
        self._received: list[bytes] = []

    def send(self, *arguments: str, **fields: Any) -> None:
        send(self.requests.fileno(), WorkRequest(arguments=arguments, **fields).SerializeToString())

    def response(self) -> Any:
        while not self._received:
            assert not self.responses.ended, self.log.read_text()
            self._received += self.responses.receive()
        return WorkResponse.FromString(self._received.pop(0))

    def ask(self, *arguments: str, **fields: Any) -> tuple[int, str]:
        """Returns the exit code and the output."""
        self.send(*arguments, **fields)
        response = self.response()
        return response.exit_code, response.output

    def close(self) -> None:
        """Kills the worker, unless it has ended."""
        with self.process:
            self.process.kill()

    def end(self) -> tuple[int, str]:
        """Closes the worker's input. Returns its exit status and what it has logged."""
        self.requests.close()
        return self.process.wait(timeout=60), self.log.read_text()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Client]:
    (tmp_path / "probe.py").write_text(PROBE)
    client = Client(tmp_path, "probe")
    yield client
    client.close()


def test_the_protocol_byte_for_byte(worker: Client) -> None:
    # WorkRequest {arguments: "leave" arguments: "7" request_id: 5}
    worker.requests.write(b"\x0c\x0a\x05leave\x0a\x017\x18\x05")
    # WorkResponse {exit_code: 7 request_id: 5}
    assert os.read(worker.responses.source, 100) == b"\x04\x08\x07\x18\x05"


def test_one_process_answers_all_requests_and_ends_with_its_input(worker: Client) -> None:
    answers = [worker.ask("count") for _ in range(3)]
    assert answers == [(0, "1\n"), (0, "2\n"), (0, "3\n")]
    assert worker.end() == (0, "")


def test_arguments_come_from_a_file(worker: Client, tmp_path: Path) -> None:
    (tmp_path / "arguments").write_text("leave\n4\n")
    assert worker.ask(f"--flagfile={tmp_path / 'arguments'}") == (4, "")


def test_whatever_prints_is_output_and_no_response(worker: Client) -> None:
    assert worker.ask("noise") == (3, "from print\nfrom C\nfrom a plugin\nfrom its stderr\n")
    assert worker.ask("count") == (0, "2\n")


def test_errors_are_those_of_a_run_of_its_own_and_the_next_answer_is_right(worker: Client) -> None:
    for arguments in (["leave", "2"], ["leave", "a message"], ["fail"], ["absent"], ["--flagfile=absent"]):
        alone = subprocess.run([*worker.one_shot, *arguments], capture_output=True, text=True, check=False)
        code, output = worker.ask(*arguments)
        assert (code, output.splitlines()[-1:]) == (alone.returncode, alone.stderr.splitlines()[-1:])
    assert worker.ask("count") == (0, "5\n")


def test_a_module_that_cannot_be_loaded(worker: Client, tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text("import nowhere")
    code, output = worker.ask("count")
    assert code == 1 and "No module named 'nowhere'" in output and "codegen_deps" in output
    (tmp_path / "probe.py").write_text(PROBE)
    assert worker.ask("count") == (0, "1\n")


def test_a_crash_is_the_error_of_its_request(worker: Client) -> None:
    for _ in range(2):
        code, output = worker.ask("crash", request_id=3)
        assert code == 1 and output.startswith("last words\nThe code generator crashed: killed by SIGABRT. Exclude ")
        assert worker.ask("count") == (0, "1\n")
    assert worker.end() == (0, "")


def test_a_crash_names_the_label(worker: Client, tmp_path: Path) -> None:
    (tmp_path / "arguments").write_text("crash\n--label\n//a:b\n")
    for arguments in ([f"--flagfile={tmp_path / 'arguments'}"], ["crash", "--label", "//a:b"]):
        output = worker.ask(*arguments)[1]
        assert output.startswith("last words\n//a:b: the code generator crashed: killed by SIGABRT. ")
    # What has no label crashes all the same.
    assert "The code generator crashed: " in worker.ask("crash", "--label")[1]


def test_a_crash_leaves_no_temporary_files(worker: Client, tmp_path: Path) -> None:
    assert worker.ask("crash_with_folder", str(tmp_path / "made"))[0] == 1
    assert not Path((tmp_path / "made").read_text()).exists()


def _processes(worker: Client) -> list[int]:
    """Returns the process IDs of the worker and its child."""
    return [int(word) for word in worker.ask("pid")[1].split()]


def _wait_until_ended(descriptor: int) -> None:
    """Waits for the end of a process, given a file descriptor of it."""
    assert select.select([descriptor], [], [], 60)[0], "it still runs"
    os.close(descriptor)


def test_a_child_that_is_killed_between_requests(worker: Client) -> None:
    child = _processes(worker)[1]
    descriptor = os.pidfd_open(child)
    os.kill(child, signal.SIGKILL)
    _wait_until_ended(descriptor)
    assert worker.ask("count") == (0, "1\n")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_worker_takes_its_child_along(worker: Client, tmp_path: Path, how: signal.Signals) -> None:
    parent, child = _processes(worker)
    assert parent == worker.process.pid
    descriptor = os.pidfd_open(child)
    worker.send("hang", str(tmp_path / "started"))
    while not (tmp_path / "started").exists():
        time.sleep(0.01)
    worker.process.send_signal(how)
    _wait_until_ended(descriptor)


def test_cancellation(worker: Client, tmp_path: Path) -> None:
    child = _processes(worker)[1]
    worker.send("hang", str(tmp_path / "started"), request_id=8)
    while not (tmp_path / "started").exists():
        time.sleep(0.01)
    worker.send(request_id=7, cancel=True)
    worker.send(request_id=8, cancel=True)
    response = worker.response()
    assert (response.request_id, response.was_cancelled) == (8, True)
    # It may arrive after the answer.
    worker.send(request_id=8, cancel=True)
    assert _processes(worker)[1] != child


def test_a_cancelled_request_leaves_no_output_process_or_temporary_file(worker: Client, tmp_path: Path) -> None:
    started = tmp_path / "started"
    worker.send("hang_with_plugin", str(started), request_id=8)
    while not started.exists():
        time.sleep(0.01)
    scratch, plugin = started.read_text().split()
    assert Path(scratch).is_dir()
    descriptor = os.pidfd_open(int(plugin))
    worker.send(request_id=8, cancel=True)
    assert worker.response().was_cancelled
    _wait_until_ended(descriptor)
    assert not Path(scratch).exists() and not Path(scratch).parent.exists()
    assert worker.ask("count") == (0, "1\n")


@pytest.mark.parametrize("sent", [b"\x0c\x0a\x05lea", b"\x80", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 20])
def test_half_a_request_ends_the_worker(worker: Client, sent: bytes) -> None:
    assert worker.ask("count") == (0, "1\n")
    worker.requests.write(sent)
    status, log = worker.end()
    assert status == 1 and log.startswith("not a WorkRequest: ") and log.count("\n") == 1


def test_a_message_that_is_no_request_is_answered_with_an_error(worker: Client) -> None:
    worker.requests.write(b"\x05hello")
    response = worker.response()
    assert response.exit_code == 1 and response.output.startswith("not a WorkRequest: ")
    assert worker.ask("count") == (0, "1\n")


def test_a_changed_library_is_loaded_anew(worker: Client, tmp_path: Path) -> None:
    def ask(path: str, digest: bytes) -> tuple[int, str]:
        return worker.ask("count", inputs=[{"path": path, "digest": digest}])

    library = str(tmp_path / "probe.py")
    assert [ask(library, b"1"), ask("a.proto", b"1")] == [(0, "1\n"), (0, "2\n")]
    assert [ask(library, b"1"), ask("a.proto", b"2")] == [(0, "3\n"), (0, "4\n")]
    assert [ask(library, b"2"), ask(library, b"2")] == [(0, "1\n"), (0, "2\n")]


# A user without privileges.
UNPRIVILEGED = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")


@pytest.mark.parametrize("prefix", [(), UNPRIVILEGED])
def test_a_worker_has_no_network_and_its_files_belong_to_the_user(tmp_path: Path, prefix: Sequence[str]) -> None:
    if subprocess.run([*UNPRIVILEGED, "unshare", "--user", "--net", "true"], check=False).returncode != 0:
        without_user_namespaces("unshare --user --net fails")
    (tmp_path / "probe.py").write_text(PROBE)
    worker = Client(tmp_path, "probe", *prefix)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()
        code, output = worker.ask("connect", str(port))
    assert code == 1 and "Network is unreachable" in output
    user = f"{os.getuid()} {os.getgid()}" if not prefix else "1000 1000"
    assert worker.ask("owner", str(tmp_path / "made")) == (0, f"True {user}\n")
    status = (tmp_path / "made").stat()
    assert (status.st_uid, status.st_gid) == (os.getuid(), os.getgid())
    assert worker.end() == (0, "")
    worker.close()
