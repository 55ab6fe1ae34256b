"""Runs the servers in examples/ as processes, and defines the checks that all of them pass."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import grpc.aio

from infrastructure.grpc.generated import market_data_pb2, market_data_pb2_grpc, trading_pb2, trading_pb2_grpc

EXAMPLES = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "examples")
PYTHON = (sys.executable, "-s")
# In seconds, for a server to exit.
TIMEOUT = 20.0
# The output of the Python clients.
CLIENTS = {
    "sync_client.py": """\
c-1: B1, ORDER_STATUS_ACCEPTED, costs 705002.50
c-1: B1, ORDER_STATUS_ACCEPTED, costs 705002.50
c-2: ORDER_TOO_LARGE: An order is for 1000 at most.
""",
    "aio_client.py": """\
quote 70500.25
tick 70501.25
tick 70502.25
tick 70503.25
stream ended with OK
""",
}
# The output of the TypeScript clients.
TYPESCRIPT_CLIENT = "tick 70501.25\ntick 70502.25\nc-1 B1\nc-2 INVALID_QUANTITY\n"

# Maps an order's quantity to its rejection code. The key None is an order without quantity; the value None, acceptance.
_ORDERS: Mapping[str | None, str | None] = {
    None: "INVALID_QUANTITY",
    "": "INVALID_QUANTITY",
    "ten": "INVALID_QUANTITY",
    "NaN": "INVALID_QUANTITY",
    "Infinity": "INVALID_QUANTITY",
    "-1": "INVALID_QUANTITY",
    "+1": "INVALID_QUANTITY",
    "1e2": "INVALID_QUANTITY",
    "0x10": "INVALID_QUANTITY",
    "1_0": "INVALID_QUANTITY",
    " 1": "INVALID_QUANTITY",
    "1\n": "INVALID_QUANTITY",
    "\N{ARABIC-INDIC DIGIT ONE}": "INVALID_QUANTITY",
    "1.": "INVALID_QUANTITY",
    ".5": "INVALID_QUANTITY",
    "0": "INVALID_QUANTITY",
    "0.00": "INVALID_QUANTITY",
    "1001": "ORDER_TOO_LARGE",
    "1000.00000000000000000001": "ORDER_TOO_LARGE",
    "9" * 400: "ORDER_TOO_LARGE",
    "0.00000000000000000001": None,
    "0010": None,
    "1000.0": None,
    "1000": None,
}


@dataclass
class Running:
    """A server that has reported that it listens, and its address."""

    process: subprocess.Popen[str]
    address: str

    def line(self) -> str:
        """Returns the next line of its output."""
        assert self.process.stdout
        return self.process.stdout.readline()

    def stop(self, number: signal.Signals) -> tuple[int, str, str]:
        """Returns the server's exit status and its remaining output."""
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode, output, errors


@contextmanager
def serving(*command: str | Path) -> Iterator[Running]:
    """Runs a server for the duration of the context."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            server = Running(process, "")
            line = server.line()
            announced = re.fullmatch(r"listening on (127\.0\.0\.1:[1-9][0-9]*)\n", line)
            if not announced:
                process.kill()
                raise AssertionError(f"the server said {line!r}\n{process.communicate()[1]}")
            server.address = announced[1]
            yield server
        finally:
            process.kill()


def run(*command: str | Path) -> tuple[str, str, int]:
    """Returns a client's standard output, standard error and exit status."""
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return result.stdout, result.stderr, result.returncode


def _change(**action: str) -> market_data_pb2.SubscribeRequest:
    """Returns a request to subscribe to or unsubscribe from a symbol."""
    ((verb, symbol),) = action.items()
    subscription = market_data_pb2.Subscription(symbols=[symbol], kind=market_data_pb2.MARKET_DATA_KIND_TICK)
    request = market_data_pb2.SubscribeRequest()
    getattr(request, verb).CopyFrom(subscription)
    return request


async def subscribe(
    channel: grpc.aio.Channel, symbol: str
) -> grpc.aio.StreamStreamCall[market_data_pb2.SubscribeRequest, market_data_pb2.SubscribeResponse]:
    """Returns a call that has received the first tick of a symbol."""
    call = market_data_pb2_grpc.MarketDataServiceStub(channel).Subscribe(timeout=TIMEOUT)
    await call.write(_change(subscribe=symbol))
    await call.read()
    return call


def _refuses_what_is_no_quantity(address: str) -> None:
    with grpc.insecure_channel(address) as channel:
        place = trading_pb2_grpc.TradingServiceStub(channel).PlaceOrder
        answered = {}
        for number, quantity in enumerate(_ORDERS):
            request = trading_pb2.PlaceOrderRequest(client_order_id=f"quantity {number}")
            if quantity is not None:
                request.quantity.value = quantity
            answer = place(request, timeout=TIMEOUT)
            answered[quantity] = answer.error.code if answer.HasField("error") else None
            assert answer.HasField("order") or answer.error.message
    assert answered == _ORDERS


def _takes_the_same_order_once(address: str) -> None:
    with grpc.insecure_channel(address) as channel:
        place = trading_pb2_grpc.TradingServiceStub(channel).PlaceOrder
        orders = []
        for client_order_id, quantity in (("a", "1"), ("b", "2"), ("a", "3")):
            request = trading_pb2.PlaceOrderRequest(client_order_id=client_order_id)
            request.quantity.value = quantity
            orders.append(place(request, timeout=TIMEOUT).order)
    assert orders[0] == orders[2] and orders[0].order_id != orders[1].order_id
    assert [order.quantity.value for order in orders] == ["1", "2", "1"]
    assert {order.status for order in orders} == {trading_pb2.ORDER_STATUS_ACCEPTED}


def _sends_ticks_of_what_is_subscribed(address: str) -> None:
    async def calls() -> None:
        async with grpc.aio.insecure_channel(address) as channel:
            call = await subscribe(channel, "A")

            async def until(pattern: str) -> None:
                """Reads ticks until the most recent symbols are these, in this order."""
                seen = ""
                while not seen.endswith(pattern):
                    event = await call.read()
                    assert isinstance(event, market_data_pb2.SubscribeResponse), f"the stream ended after {seen}"
                    seen += event.tick.symbol

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


def _outlives_a_client(address: str) -> None:
    async def calls() -> None:
        async with grpc.aio.insecure_channel(address) as channel:
            call = await subscribe(channel, "A")
            call.cancel()
            for _ in range(2):
                await subscribe(channel, "A")
        # The channel is closed, which also cancels the calls.

    asyncio.run(calls())
    with grpc.insecure_channel(address) as channel:
        market = market_data_pb2_grpc.MarketDataServiceStub(channel)
        quote = market.GetQuote(market_data_pb2.GetQuoteRequest(symbol="A"), timeout=TIMEOUT)
        assert (quote.tick.symbol, quote.tick.price.value) == ("A", "70500.25")


def _leaves_methods_out(address: str) -> None:
    with grpc.insecure_channel(address) as channel:
        try:
            trading_pb2_grpc.TradingServiceStub(channel).GetBalance(trading_pb2.GetBalanceRequest(), timeout=TIMEOUT)
        except grpc.RpcError as error:
            assert error.code() is grpc.StatusCode.UNIMPLEMENTED
        else:
            raise AssertionError("it answered")


def _serves_the_clients_in_python(address: str) -> None:
    for client, expected in CLIENTS.items():
        assert run(*PYTHON, EXAMPLES / client, address) == (expected, "", 0)


CHECKS: Mapping[str, Callable[[str], None]] = {
    check.__name__.strip("_").replace("_", "-"): check
    for check in (
        _serves_the_clients_in_python,
        _refuses_what_is_no_quantity,
        _takes_the_same_order_once,
        _sends_ticks_of_what_is_subscribed,
        _outlives_a_client,
        _leaves_methods_out,
    )
}
