"""The programs in examples/, run as a person runs them: a server and its clients, each a process of its own."""

import asyncio
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import grpc
import grpc.aio
import pytest

from infrastructure.grpc.generated import market_data_pb2, market_data_pb2_grpc, trading_pb2, trading_pb2_grpc
from tests.examples.expected import CLIENTS, EXAMPLES, TIMEOUT


@dataclass
class Running:
    """The server and where it listens."""

    process: subprocess.Popen[str]
    address: str

    def stop(self, number: signal.Signals) -> tuple[int, str, str]:
        """Returns the server's exit status and what it still wrote."""
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode, output, errors


@pytest.fixture
def server() -> Iterator[Running]:
    """A server that has said that it is ready."""
    command = [sys.executable, "-s", str(EXAMPLES / "server.py"), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout and process.stderr
            line = process.stdout.readline()
            announced = re.fullmatch(r"listening on (127\.0\.0\.1:[1-9][0-9]*)\n", line)
            if not announced:
                process.kill()
                pytest.fail(f"the server said {line!r}\n{process.stderr.read()}")
            yield Running(process, announced[1])
        finally:
            process.kill()


def _run(client: str, address: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-s", str(EXAMPLES / client), address]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_both_clients_and_a_clean_end(server: Running) -> None:
    for client, expected in CLIENTS.items():
        result = _run(client, server.address)
        assert (result.stdout, result.stderr, result.returncode) == (expected, "", 0)
    assert server.stop(signal.SIGTERM) == (0, "", "")


def _change(**action: str) -> market_data_pb2.SubscribeRequest:
    """Returns a request to subscribe to a symbol or to unsubscribe from it."""
    ((verb, symbol),) = action.items()
    subscription = market_data_pb2.Subscription(symbols=[symbol], kind=market_data_pb2.MARKET_DATA_KIND_TICK)
    request = market_data_pb2.SubscribeRequest()
    getattr(request, verb).CopyFrom(subscription)
    return request


def test_an_interrupted_server_tells_who_watches(server: Running) -> None:
    async def calls() -> tuple[int, str]:
        async with grpc.aio.insecure_channel(server.address) as channel:
            call = market_data_pb2_grpc.MarketDataServiceStub(channel).Subscribe(timeout=TIMEOUT)
            await call.write(_change(subscribe="A"))
            await call.read()
            status, output, _ = await asyncio.to_thread(server.stop, signal.SIGINT)
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                while await call.read() is not grpc.aio.EOF:
                    pass
            assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
            return status, output

    # What it wrote to its standard error is left out: grpcio may report there that it cut a call off.
    assert asyncio.run(calls()) == (0, "")


def test_ticks_flow_for_what_is_subscribed(server: Running) -> None:
    async def calls() -> None:
        async with grpc.aio.insecure_channel(server.address) as channel:
            call = market_data_pb2_grpc.MarketDataServiceStub(channel).Subscribe(timeout=TIMEOUT)

            async def until(pattern: str) -> None:
                """Reads ticks until the symbols that came, in a row, end so."""
                seen = ""
                while not seen.endswith(pattern):
                    event = await call.read()
                    assert isinstance(event, market_data_pb2.SubscribeResponse), f"the stream ended after {seen}"
                    seen += event.tick.symbol

            await call.write(_change(subscribe="A"))
            await until("AA")
            await call.write(_change(subscribe="B"))
            await until("ABAB")
            await call.write(_change(unsubscribe="A"))
            await until("BB")
            await call.done_writing()
            while await call.read() is not grpc.aio.EOF:
                pass
            assert await call.code() is grpc.StatusCode.OK

    asyncio.run(calls())


def test_another_order_is_another_order(server: Running) -> None:
    with grpc.insecure_channel(server.address) as channel:
        place = trading_pb2_grpc.TradingServiceStub(channel).PlaceOrder
        request = trading_pb2.PlaceOrderRequest(client_order_id="c-1")
        request.quantity.value = "1000"
        assert place(request, timeout=TIMEOUT).order.order_id == "B1"
        request.client_order_id = "c-2"
        assert place(request, timeout=TIMEOUT).order.order_id == "B2"


def test_what_the_server_leaves_out_is_unimplemented(server: Running) -> None:
    with grpc.insecure_channel(server.address) as channel, pytest.raises(grpc.RpcError) as caught:
        trading_pb2_grpc.TradingServiceStub(channel).GetBalance(trading_pb2.GetBalanceRequest(), timeout=TIMEOUT)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("listens", "message"),
    [(False, "UNAVAILABLE: failed to connect to all addresses"), (True, "DEADLINE_EXCEEDED: Deadline Exceeded")],
    ids=["nobody", "silent"],
)
def test_a_client_without_a_server_says_so_in_one_line(client: str, listens: bool, message: str) -> None:
    # The port is ours for as long as the socket is open, so that nobody else can answer there.
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        if listens:
            port.listen()
        result = _run(client, f"127.0.0.1:{port.getsockname()[1]}")
    assert (result.stdout, result.returncode) == ("", 1)
    assert result.stderr.startswith(message) and len(result.stderr.splitlines()) == 1, result.stderr


def test_all_agree_on_the_port_that_nobody_named() -> None:
    ports = {path.name: re.findall(r'main\(.*[":](\d+)"\)', path.read_text()) for path in EXAMPLES.glob("*.py")}
    assert ports == {"server.py": ["50051"], "sync_client.py": ["50051"], "aio_client.py": ["50051"]}


def test_the_readme_shows_them() -> None:
    readme = (EXAMPLES.parent / "README.md").read_text()
    shown = dict(re.findall(r"^```python\n# examples/(\S+)\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL))
    assert set(shown) == {"server.py", *CLIENTS}
    for name, text in shown.items():
        assert text == (EXAMPLES / name).read_text(), name
