"""The Python programs in examples/, run as a user runs them: each in its own process."""

import asyncio
import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import grpc.aio
import pytest

from tests.examples.servers import CHECKS, CLIENTS, EXAMPLES, PYTHON, Running, run, serving, subscribe


@pytest.fixture
def server() -> Iterator[Running]:
    """A server that has reported that it is ready."""
    with serving(*PYTHON, EXAMPLES / "server.py", "0") as running:
        yield running


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_server(check: Callable[[str], None], server: Running) -> None:
    check(server.address)


def test_a_clean_shutdown(server: Running) -> None:
    assert server.stop(signal.SIGTERM) == (0, "", "")


def test_an_interrupted_server_tells_its_subscribers(server: Running) -> None:
    async def calls() -> tuple[int, str]:
        async with grpc.aio.insecure_channel(server.address) as channel:
            call = await subscribe(channel, "A")
            status, output, _ = await asyncio.to_thread(server.stop, signal.SIGINT)
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                while await call.read() is not grpc.aio.EOF:
                    pass
            assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
            return status, output

    # Its standard error is ignored: grpcio may log a cancelled call there.
    assert asyncio.run(calls()) == (0, "")


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("listens", "message"),
    [(False, "UNAVAILABLE: failed to connect to all addresses"), (True, "DEADLINE_EXCEEDED: Deadline Exceeded")],
    ids=["nobody", "silent"],
)
def test_a_client_without_a_server_reports_one_line(client: str, listens: bool, message: str) -> None:
    # The port is ours while the socket is open, so that nobody else can answer there.
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        if listens:
            port.listen()
        output, errors, status = run(*PYTHON, EXAMPLES / client, f"127.0.0.1:{port.getsockname()[1]}")
    assert (output, status) == ("", 1)
    assert errors.startswith(message) and len(errors.splitlines()) == 1, errors


def test_all_programs_use_the_same_default_port() -> None:
    ports = {path.name: re.findall(r'main\(.*[":](\d+)"\)', path.read_text()) for path in EXAMPLES.glob("*.py")}
    assert ports == {"server.py": ["50051"], "sync_client.py": ["50051"], "aio_client.py": ["50051"]}


def test_the_client_of_the_readme(server: Running, tmp_path: Path) -> None:
    readme = (EXAMPLES.parent / "README.md").read_text()
    (shown,) = re.findall(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    (tmp_path / "client.py").write_text(shown.replace("127.0.0.1:50051", server.address))
    assert run(*PYTHON, tmp_path / "client.py") == ("70500.25\n", "", 0)
