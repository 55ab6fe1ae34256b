"""The fake exchange on a synchronous and an asyncio server, each with and without TLS."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
import grpc.aio

from infrastructure.grpc.generated import market_data_pb2, market_data_pb2_grpc, trading_pb2, trading_pb2_grpc
from tests.rpc import exchange

UNKNOWN = "NONE"
NEVER_ANSWERS = "SLOW"


class MarketData(market_data_pb2_grpc.MarketDataServiceServicer):
    """The market data of the exchange, synchronous."""

    def __init__(self) -> None:
        """Initializes with no stream cancelled."""
        self.cancelled = threading.Event()

    def ListSymbols(
        self, request: market_data_pb2.ListSymbolsRequest, context: grpc.ServicerContext
    ) -> market_data_pb2.ListSymbolsResponse:
        return exchange.symbols(request)

    def GetQuote(
        self, request: market_data_pb2.GetQuoteRequest, context: grpc.ServicerContext
    ) -> market_data_pb2.GetQuoteResponse:
        if request.symbol == UNKNOWN:
            context.abort(grpc.StatusCode.NOT_FOUND, f"no symbol {request.symbol}")
        if request.symbol == NEVER_ANSWERS:
            gone = threading.Event()
            context.add_callback(gone.set)
            gone.wait(30)
            self.cancelled.set()
        return market_data_pb2.GetQuoteResponse(tick=exchange.tick(request.symbol, 1))

    def GetOrderBook(
        self, request: market_data_pb2.GetOrderBookRequest, context: grpc.ServicerContext
    ) -> market_data_pb2.GetOrderBookResponse:
        return market_data_pb2.GetOrderBookResponse()

    def GetCandles(
        self, request: market_data_pb2.GetCandlesRequest, context: grpc.ServicerContext
    ) -> Iterator[market_data_pb2.GetCandlesResponse]:
        return (market_data_pb2.GetCandlesResponse(candle=candle) for candle in exchange.candles(request))

    def StreamPriceTicks(
        self, request: market_data_pb2.StreamPriceTicksRequest, context: grpc.ServicerContext
    ) -> Iterator[market_data_pb2.StreamPriceTicksResponse]:
        context.add_callback(self.cancelled.set)
        number = 0
        while context.is_active():
            number += 1
            yield market_data_pb2.StreamPriceTicksResponse(tick=exchange.tick(request.symbols[0], number))

    def ImportCandles(
        self, request_iterator: Iterator[market_data_pb2.ImportCandlesRequest], context: grpc.ServicerContext
    ) -> market_data_pb2.ImportCandlesResponse:
        verdicts = [exchange.judge(request.candle) for request in request_iterator]
        errors = [verdict for verdict in verdicts if verdict]
        return market_data_pb2.ImportCandlesResponse(
            received=len(verdicts), stored=len(verdicts) - len(errors), errors=errors
        )

    def Subscribe(
        self, request_iterator: Iterator[market_data_pb2.SubscribeRequest], context: grpc.ServicerContext
    ) -> Iterator[market_data_pb2.SubscribeResponse]:
        for request in request_iterator:
            yield from exchange.events(request)


class AioMarketData(market_data_pb2_grpc.MarketDataServiceServicer):
    """The market data of the exchange, asyncio."""

    def __init__(self) -> None:
        """Initializes with no stream cancelled."""
        self.cancelled = threading.Event()

    async def ListSymbols(
        self, request: market_data_pb2.ListSymbolsRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> market_data_pb2.ListSymbolsResponse:
        return exchange.symbols(request)

    async def GetQuote(
        self, request: market_data_pb2.GetQuoteRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> market_data_pb2.GetQuoteResponse:
        if request.symbol == UNKNOWN:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no symbol {request.symbol}")
        if request.symbol == NEVER_ANSWERS:
            try:
                await asyncio.Event().wait()
            finally:
                self.cancelled.set()
        return market_data_pb2.GetQuoteResponse(tick=exchange.tick(request.symbol, 1))

    async def GetOrderBook(
        self, request: market_data_pb2.GetOrderBookRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> market_data_pb2.GetOrderBookResponse:
        return market_data_pb2.GetOrderBookResponse()

    async def GetCandles(
        self, request: market_data_pb2.GetCandlesRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[market_data_pb2.GetCandlesResponse]:
        for candle in exchange.candles(request):
            yield market_data_pb2.GetCandlesResponse(candle=candle)

    async def StreamPriceTicks(
        self, request: market_data_pb2.StreamPriceTicksRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[market_data_pb2.StreamPriceTicksResponse]:
        number = 0
        try:
            while True:
                number += 1
                yield market_data_pb2.StreamPriceTicksResponse(tick=exchange.tick(request.symbols[0], number))
        finally:
            self.cancelled.set()

    async def ImportCandles(
        self,
        request_iterator: AsyncIterator[market_data_pb2.ImportCandlesRequest],
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> market_data_pb2.ImportCandlesResponse:
        verdicts = [exchange.judge(request.candle) async for request in request_iterator]
        errors = [verdict for verdict in verdicts if verdict]
        return market_data_pb2.ImportCandlesResponse(
            received=len(verdicts), stored=len(verdicts) - len(errors), errors=errors
        )

    async def Subscribe(
        self,
        request_iterator: AsyncIterator[market_data_pb2.SubscribeRequest],
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> AsyncIterator[market_data_pb2.SubscribeResponse]:
        async for request in request_iterator:
            for event in exchange.events(request):
                yield event


class Trading(trading_pb2_grpc.TradingServiceServicer):
    """Implements orders only; the other methods answer UNIMPLEMENTED, as generated."""

    def __init__(self) -> None:
        """Initializes without orders."""
        self._book = exchange.OrderBook()

    def PlaceOrder(
        self, request: trading_pb2.PlaceOrderRequest, context: grpc.ServicerContext
    ) -> trading_pb2.PlaceOrderResponse:
        return self._book.place(request)


class AioTrading(trading_pb2_grpc.TradingServiceServicer):
    """The same, asyncio."""

    def __init__(self) -> None:
        """Initializes without orders."""
        self._book = exchange.OrderBook()

    async def PlaceOrder(
        self, request: trading_pb2.PlaceOrderRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> trading_pb2.PlaceOrderResponse:
        return self._book.place(request)


def _listen(server: Any, credentials: grpc.ServerCredentials | None) -> int:
    port: int
    if credentials:
        port = server.add_secure_port("127.0.0.1:0", credentials)
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    return port


@contextmanager
def sync_server(credentials: grpc.ServerCredentials | None) -> Iterator[tuple[int, threading.Event]]:
    """Yields a running server's port and the event that is set when a stream or call was cancelled."""
    server = grpc.server(ThreadPoolExecutor(8))
    market_data = MarketData()
    market_data_pb2_grpc.add_MarketDataServiceServicer_to_server(market_data, server)
    trading_pb2_grpc.add_TradingServiceServicer_to_server(Trading(), server)
    port = _listen(server, credentials)
    server.start()
    try:
        yield port, market_data.cancelled
    finally:
        server.stop(None).wait(10)


@contextmanager
def aio_server(credentials: grpc.ServerCredentials | None) -> Iterator[tuple[int, threading.Event]]:
    """The same for an asyncio server, which runs on an event loop in its own thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> tuple[Any, int, threading.Event]:
        server = grpc.aio.server()
        market_data = AioMarketData()
        market_data_pb2_grpc.add_MarketDataServiceServicer_to_server(market_data, server)
        trading_pb2_grpc.add_TradingServiceServicer_to_server(AioTrading(), server)
        port = _listen(server, credentials)
        await server.start()
        return server, port, market_data.cancelled

    server, port, cancelled = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield port, cancelled
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
