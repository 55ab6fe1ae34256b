"""Typical user code: messages, and calls of every kind. Both type checkers accept it, and it runs."""

from collections.abc import AsyncIterator, Iterator
from typing import reveal_type

import grpc
import grpc.aio

from infrastructure.grpc.generated import common_pb2, market_data_pb2, trading_pb2
from infrastructure.grpc.generated.market_data_pb2_grpc import MarketDataServiceAsyncStub, MarketDataServiceStub

REQUEST = market_data_pb2.GetQuoteRequest(symbol="005930", exchange="KRX")

# Unquoted and without TYPE_CHECKING: the class for an asyncio channel must exist at run time.
connected: MarketDataServiceAsyncStub | None = None


def order() -> trading_pb2.PlaceOrderRequest:
    """Builds and reads a request with messages, enums, a map and an optional field."""
    request = trading_pb2.PlaceOrderRequest(
        account=trading_pb2.Account(broker=trading_pb2.BROKER_KIS, account_id="1"),
        side=trading_pb2.ORDER_SIDE_BUY,
        type=trading_pb2.OrderType.Value("ORDER_TYPE_LIMIT"),
        quantity=common_pb2.Decimal(value="10", scale=0),
        metadata={"strategy": "s"},
    )
    request.price.CopyFrom(common_pb2.Decimal(value="1.5", scale=1))
    request.metadata["user"] = "u"
    reveal_type(request.account)  # Account
    reveal_type(request.account.account_id)  # str
    reveal_type(request.side)  # ValueType
    reveal_type(trading_pb2.OrderSide.Name(request.side))  # str
    reveal_type(trading_pb2.OrderType.Value("ORDER_TYPE_LIMIT"))  # ValueType
    reveal_type(request.HasField("price"))  # bool
    reveal_type(request.price)  # Decimal
    reveal_type(request.price.scale)  # int
    reveal_type(request.metadata)  # ScalarMap[str, str]
    reveal_type(request.metadata["user"])  # str
    return request


def answer(response: trading_pb2.PlaceOrderResponse, event: market_data_pb2.SubscribeResponse) -> None:
    """Reads messages with a oneof, and repeated fields."""
    reveal_type(response.WhichOneof("result"))  # Literal['order', 'error'] | None
    reveal_type(event.WhichOneof("event"))  # Literal['tick', 'order_book', 'candle'] | None
    reveal_type(event.tick)  # PriceTick
    reveal_type(event.tick.timestamp)  # Timestamp
    reveal_type(event.order_book.bids)  # RepeatedCompositeFieldContainer[PriceLevel]
    reveal_type([level.price.value for level in event.order_book.bids])  # list[str]
    reveal_type(trading_pb2.ListOrdersRequest().statuses)  # RepeatedScalarFieldContainer[ValueType]
    reveal_type(response.SerializeToString())  # bytes
    reveal_type(trading_pb2.PlaceOrderResponse.FromString(b""))  # PlaceOrderResponse


def sync_calls(channel: grpc.Channel, uploads: Iterator[market_data_pb2.ImportCandlesRequest]) -> None:
    """Calls every kind of RPC."""
    stub = MarketDataServiceStub(channel)
    reveal_type(stub)  # MarketDataServiceStub
    reveal_type(stub.GetQuote(REQUEST, timeout=1.0, metadata=(("key", "value"),)))  # GetQuoteResponse
    reveal_type(stub.GetQuote.with_call(REQUEST))  # tuple[GetQuoteResponse, Call]
    reveal_type(stub.GetQuote.future(REQUEST).result())  # GetQuoteResponse
    reveal_type(stub.ImportCandles(uploads))  # ImportCandlesResponse
    for candle in stub.GetCandles(market_data_pb2.GetCandlesRequest(), timeout=1.0):
        reveal_type(candle)  # GetCandlesResponse
    for event in stub.Subscribe(iter([market_data_pb2.SubscribeRequest()])):
        reveal_type(event)  # SubscribeResponse


async def aio_calls(channel: grpc.aio.Channel, uploads: AsyncIterator[market_data_pb2.ImportCandlesRequest]) -> None:
    """Calls every kind of RPC, asyncio."""
    stub = MarketDataServiceStub(channel)
    reveal_type(stub)  # MarketDataServiceAsyncStub
    reveal_type(await stub.GetQuote(REQUEST, timeout=1.0))  # GetQuoteResponse
    reveal_type(await stub.ImportCandles(uploads))  # ImportCandlesResponse
    async for candle in stub.GetCandles(market_data_pb2.GetCandlesRequest()):
        reveal_type(candle)  # GetCandlesResponse
    call = stub.Subscribe()
    await call.write(market_data_pb2.SubscribeRequest())
    async for event in call:
        reveal_type(event)  # SubscribeResponse


answer(trading_pb2.PlaceOrderResponse(), market_data_pb2.SubscribeResponse())
assert order().price.scale == 1
