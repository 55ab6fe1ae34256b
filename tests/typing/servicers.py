"""Servicers with methods of every kind, synchronous and asyncio. Both type checkers accept them, and they run."""

from collections.abc import AsyncIterator, Iterator
from typing import TypeAlias, reveal_type

import grpc
import grpc.aio

from infrastructure.grpc.generated import market_data_pb2 as pb2
from infrastructure.grpc.generated import market_data_pb2_grpc

AioContext: TypeAlias = grpc.aio.ServicerContext[object, object]


class MarketData(market_data_pb2_grpc.MarketDataServiceServicer):
    """Answers every call with minimal messages."""

    def ListSymbols(self, request: pb2.ListSymbolsRequest, context: grpc.ServicerContext) -> pb2.ListSymbolsResponse:
        return pb2.ListSymbolsResponse(next_page_token=request.page_token)

    def GetQuote(self, request: pb2.GetQuoteRequest, context: grpc.ServicerContext) -> pb2.GetQuoteResponse:
        return pb2.GetQuoteResponse(tick=pb2.PriceTick(symbol=request.symbol))

    def GetOrderBook(self, request: pb2.GetOrderBookRequest, context: grpc.ServicerContext) -> pb2.GetOrderBookResponse:
        return pb2.GetOrderBookResponse()

    def GetCandles(
        self, request: pb2.GetCandlesRequest, context: grpc.ServicerContext
    ) -> Iterator[pb2.GetCandlesResponse]:
        yield pb2.GetCandlesResponse(candle=pb2.OHLCVCandle(symbol=request.symbol))

    def StreamPriceTicks(
        self, request: pb2.StreamPriceTicksRequest, context: grpc.ServicerContext
    ) -> Iterator[pb2.StreamPriceTicksResponse]:
        return (pb2.StreamPriceTicksResponse(tick=pb2.PriceTick(symbol=symbol)) for symbol in request.symbols)

    def ImportCandles(
        self, request_iterator: Iterator[pb2.ImportCandlesRequest], context: grpc.ServicerContext
    ) -> pb2.ImportCandlesResponse:
        return pb2.ImportCandlesResponse(received=sum(1 for _ in request_iterator))

    def Subscribe(
        self, request_iterator: Iterator[pb2.SubscribeRequest], context: grpc.ServicerContext
    ) -> Iterator[pb2.SubscribeResponse]:
        for _ in request_iterator:
            yield pb2.SubscribeResponse()


class AioMarketData(market_data_pb2_grpc.MarketDataServiceServicer):
    """The same, asyncio."""

    async def ListSymbols(self, request: pb2.ListSymbolsRequest, context: AioContext) -> pb2.ListSymbolsResponse:
        return pb2.ListSymbolsResponse(next_page_token=request.page_token)

    async def GetQuote(self, request: pb2.GetQuoteRequest, context: AioContext) -> pb2.GetQuoteResponse:
        return pb2.GetQuoteResponse(tick=pb2.PriceTick(symbol=request.symbol))

    async def GetOrderBook(self, request: pb2.GetOrderBookRequest, context: AioContext) -> pb2.GetOrderBookResponse:
        return pb2.GetOrderBookResponse()

    async def GetCandles(
        self, request: pb2.GetCandlesRequest, context: AioContext
    ) -> AsyncIterator[pb2.GetCandlesResponse]:
        yield pb2.GetCandlesResponse(candle=pb2.OHLCVCandle(symbol=request.symbol))

    async def StreamPriceTicks(
        self, request: pb2.StreamPriceTicksRequest, context: AioContext
    ) -> AsyncIterator[pb2.StreamPriceTicksResponse]:
        for symbol in request.symbols:
            yield pb2.StreamPriceTicksResponse(tick=pb2.PriceTick(symbol=symbol))

    async def ImportCandles(
        self, request_iterator: AsyncIterator[pb2.ImportCandlesRequest], context: AioContext
    ) -> pb2.ImportCandlesResponse:
        return pb2.ImportCandlesResponse(received=len([request async for request in request_iterator]))

    async def Subscribe(
        self, request_iterator: AsyncIterator[pb2.SubscribeRequest], context: AioContext
    ) -> AsyncIterator[pb2.SubscribeResponse]:
        async for _ in request_iterator:
            yield pb2.SubscribeResponse()


def serve(server: grpc.Server, aio_server: grpc.aio.Server) -> None:
    """Registers each with the server of its kind."""
    market_data_pb2_grpc.add_MarketDataServiceServicer_to_server(MarketData(), server)
    market_data_pb2_grpc.add_MarketDataServiceServicer_to_server(AioMarketData(), aio_server)


reveal_type(MarketData())  # MarketData
reveal_type(AioMarketData())  # AioMarketData
