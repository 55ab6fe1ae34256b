"""What a user of the stubs writes; it has to pass mypy --strict, and every revealed type is checked."""

from collections.abc import AsyncIterator, Iterator
from typing import reveal_type

import grpc
import grpc.aio

from infrastructure.grpc.generated import common_pb2, market_data_pb2, market_data_pb2_grpc, trading_pb2


def order() -> trading_pb2.PlaceOrderRequest:
    """Builds a request out of messages, enums, a map and an optional field."""
    request = trading_pb2.PlaceOrderRequest(
        account=trading_pb2.Account(broker=trading_pb2.BROKER_KIS, account_id="1"),
        side=trading_pb2.ORDER_SIDE_BUY,
        quantity=common_pb2.Decimal(value="10", scale=0),
        metadata={"strategy": "s"},
    )
    if request.HasField("price"):
        reveal_type(request.price)
    reveal_type(request.metadata)
    reveal_type(request.side)
    return request


def sync_calls(channel: grpc.Channel, uploads: Iterator[market_data_pb2.ImportCandlesRequest]) -> None:
    """Calls every kind of RPC."""
    stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
    reveal_type(stub.GetQuote(market_data_pb2.GetQuoteRequest()))
    reveal_type(stub.ImportCandles(uploads))
    for answer in stub.GetCandles(market_data_pb2.GetCandlesRequest(), timeout=1.0):
        reveal_type(answer)
    for event in stub.Subscribe(iter([market_data_pb2.SubscribeRequest()])):
        reveal_type(event.WhichOneof("event"))


async def aio_calls(channel: grpc.aio.Channel, uploads: AsyncIterator[market_data_pb2.ImportCandlesRequest]) -> None:
    """Calls every kind of RPC, asyncio."""
    stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
    reveal_type(await stub.GetQuote(market_data_pb2.GetQuoteRequest()))
    reveal_type(await stub.ImportCandles(uploads))
    async for answer in stub.GetCandles(market_data_pb2.GetCandlesRequest()):
        reveal_type(answer)
    call = stub.Subscribe()
    await call.write(market_data_pb2.SubscribeRequest())
    async for event in call:
        reveal_type(event.tick)
