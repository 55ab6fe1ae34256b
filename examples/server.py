"""Serves a simulated market and trading account. Run `PYTHONPATH=src python3 examples/server.py [PORT]`."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import grpc.aio

from infrastructure.grpc import generated as jts

Context = grpc.aio.ServicerContext[Any, Any]


def tick(symbol: str, number: int) -> jts.PriceTick:
    return jts.PriceTick(symbol=symbol, exchange="KRX", price=jts.Decimal(value=f"{70500 + number}.25", scale=2))


class MarketData(jts.MarketDataServiceServicer):
    """Serves quotes on request and as a live stream. Methods not defined here answer UNIMPLEMENTED."""

    async def GetQuote(self, request: jts.GetQuoteRequest, context: Context) -> jts.GetQuoteResponse:
        return jts.GetQuoteResponse(tick=tick(request.symbol, 0))

    async def Subscribe(
        self, request_iterator: AsyncIterator[jts.SubscribeRequest], context: Context
    ) -> AsyncIterator[jts.SubscribeResponse]:
        symbols: set[str] = set()

        async def listen() -> None:
            async for request in request_iterator:
                symbols.update(request.subscribe.symbols)
                symbols.difference_update(request.unsubscribe.symbols)

        listening, number = asyncio.create_task(listen()), 0
        try:
            while not listening.done():  # until the client closes its request stream
                for symbol in sorted(symbols):
                    number += 1
                    yield jts.SubscribeResponse(tick=tick(symbol, number))
                await asyncio.wait([listening], timeout=0.1)
        finally:
            listening.cancel()


def refusal(quantity: str) -> jts.ErrorInfo | None:
    """Returns why an order with this quantity is rejected, or None."""
    # Decimal(…) would accept "1e3", "NaN" and " 1 ", and raise on other invalid input.
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", quantity) or Decimal(quantity) == 0:
        return jts.ErrorInfo(code="INVALID_QUANTITY", message="A quantity is a decimal number above zero.")
    if Decimal(quantity) > 1000:
        return jts.ErrorInfo(code="ORDER_TOO_LARGE", message="An order is for 1000 at most.")
    return None


class Trading(jts.TradingServiceServicer):
    """Accepts orders for up to 1000 units."""

    def __init__(self) -> None:
        self._orders: dict[str, jts.OrderEvent] = {}

    async def PlaceOrder(self, request: jts.PlaceOrderRequest, context: Context) -> jts.PlaceOrderResponse:
        if error := refusal(request.quantity.value):
            return jts.PlaceOrderResponse(error=error)
        order = jts.OrderEvent(order_id=f"B{len(self._orders) + 1}", quantity=request.quantity)
        order.status = jts.ORDER_STATUS_ACCEPTED
        # A repeated ID is a retry and gets the existing order.
        return jts.PlaceOrderResponse(order=self._orders.setdefault(request.client_order_id, order))


async def main(port: str = "50051") -> None:
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])  # otherwise a second server would share the port
    jts.add_MarketDataServiceServicer_to_server(MarketData(), server)
    jts.add_TradingServiceServicer_to_server(Trading(), server)
    number = server.add_insecure_port(f"127.0.0.1:{port}")  # port 0 picks a free port
    await server.start()
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for end in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(end, stop.set)
    print(f"listening on 127.0.0.1:{number}", flush=True)
    await stop.wait()
    await server.stop(grace=1.0)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
