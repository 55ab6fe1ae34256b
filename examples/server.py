"""Serves a make-believe market and account; run `PYTHONPATH=src python3 examples/server.py [PORT]`."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import grpc.aio

from infrastructure.grpc.generated import (
    common_pb2,
    market_data_pb2,
    market_data_pb2_grpc,
    trading_pb2,
    trading_pb2_grpc,
)

Context = grpc.aio.ServicerContext[Any, Any]


def tick(symbol: str, number: int) -> market_data_pb2.PriceTick:
    price = common_pb2.Decimal(value=f"{70500 + number}.25", scale=2)
    return market_data_pb2.PriceTick(symbol=symbol, exchange="KRX", price=price)


class MarketData(market_data_pb2_grpc.MarketDataServiceServicer):
    """Quotes on request and live; the methods left out answer UNIMPLEMENTED."""

    async def GetQuote(
        self, request: market_data_pb2.GetQuoteRequest, context: Context
    ) -> market_data_pb2.GetQuoteResponse:
        return market_data_pb2.GetQuoteResponse(tick=tick(request.symbol, 0))

    async def Subscribe(
        self, request_iterator: AsyncIterator[market_data_pb2.SubscribeRequest], context: Context
    ) -> AsyncIterator[market_data_pb2.SubscribeResponse]:
        symbols: set[str] = set()

        async def listen() -> None:
            async for request in request_iterator:
                symbols.update(request.subscribe.symbols)
                symbols.difference_update(request.unsubscribe.symbols)

        listening, number = asyncio.create_task(listen()), 0
        try:
            while not listening.done():  # it is done when the client will send no more
                for symbol in sorted(symbols):
                    number += 1
                    yield market_data_pb2.SubscribeResponse(tick=tick(symbol, number))
                await asyncio.wait([listening], timeout=0.1)
        finally:
            listening.cancel()


class Trading(trading_pb2_grpc.TradingServiceServicer):
    """Takes orders of up to a thousand pieces."""

    def __init__(self) -> None:
        self._orders: dict[str, trading_pb2.OrderEvent] = {}

    async def PlaceOrder(
        self, request: trading_pb2.PlaceOrderRequest, context: Context
    ) -> trading_pb2.PlaceOrderResponse:
        if Decimal(request.quantity.value) > 1000:
            error = common_pb2.ErrorInfo(code="ORDER_TOO_LARGE", message="An order is for 1000 at most.")
            return trading_pb2.PlaceOrderResponse(error=error)
        order = trading_pb2.OrderEvent(order_id=f"B{len(self._orders) + 1}", quantity=request.quantity)
        order.status = trading_pb2.ORDER_STATUS_ACCEPTED
        # The same id again is a retry, and gets the order that there is.
        return trading_pb2.PlaceOrderResponse(order=self._orders.setdefault(request.client_order_id, order))


async def main(port: str = "50051") -> None:
    server = grpc.aio.server()
    market_data_pb2_grpc.add_MarketDataServiceServicer_to_server(MarketData(), server)  # type: ignore[abstract]
    trading_pb2_grpc.add_TradingServiceServicer_to_server(Trading(), server)  # type: ignore[abstract]
    number = server.add_insecure_port(f"127.0.0.1:{port}")  # port 0 takes a free one
    await server.start()
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda _number, _frame: loop.call_soon_threadsafe(stop.set))
    print(f"listening on 127.0.0.1:{number}", flush=True)
    await stop.wait()
    await server.stop(grace=1.0)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
