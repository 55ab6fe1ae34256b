"""Real calls over loopback: every kind of RPC, sync and asyncio on both ends, with and without TLS."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import grpc
import grpc.aio
import pytest
import trustme

from infrastructure.grpc.generated import market_data_pb2, market_data_pb2_grpc, trading_pb2, trading_pb2_grpc
from tests.rpc import exchange
from tests.rpc.conftest import Served
from tests.rpc.servers import NEVER_ANSWERS, UNKNOWN, sync_server

TIMEOUT = 20.0
COUNT = 500


def _candles_request() -> market_data_pb2.GetCandlesRequest:
    request = market_data_pb2.GetCandlesRequest(symbol="005930", timeframe="1m")
    request.start.FromDatetime(exchange.START)
    request.end.FromDatetime(exchange.START + timedelta(minutes=COUNT))
    return request


def _uploads() -> Iterator[market_data_pb2.ImportCandlesRequest]:
    for number in range(COUNT):
        candle = market_data_pb2.OHLCVCandle(symbol=f"S{number}")
        if number % 100:
            candle.open.CopyFrom(exchange.decimal("1"))
        yield market_data_pb2.ImportCandlesRequest(candle=candle)


def _subscriptions() -> list[market_data_pb2.SubscribeRequest]:
    tick = market_data_pb2.Subscription(symbols=["A", "B"], kind=market_data_pb2.MARKET_DATA_KIND_TICK)
    book = market_data_pb2.Subscription(symbols=["C"], kind=market_data_pb2.MARKET_DATA_KIND_ORDER_BOOK)
    return [
        market_data_pb2.SubscribeRequest(subscribe=tick),
        market_data_pb2.SubscribeRequest(unsubscribe=tick),
        market_data_pb2.SubscribeRequest(subscribe=book),
    ]


def _order(**fields: object) -> trading_pb2.PlaceOrderRequest:
    return trading_pb2.PlaceOrderRequest(
        account=trading_pb2.Account(broker=trading_pb2.BROKER_MOCK, type=trading_pb2.ACCOUNT_TYPE_PAPER),
        client_order_id="c-1",
        symbol="005930",
        side=trading_pb2.ORDER_SIDE_SELL,
        type=trading_pb2.ORDER_TYPE_MARKET,
        quantity=exchange.decimal("10"),
        metadata={"strategy": "mean reversion", "": "an empty key"},
        **fields,  # type: ignore[arg-type]
    )


def _check_tick(tick: market_data_pb2.PriceTick) -> None:
    """Asserts on values that a float, a local time or a default would corrupt."""
    assert (tick.price.value, tick.price.scale) == ("70001.25", 2)
    assert tick.timestamp.ToDatetime(tzinfo=UTC) == datetime(2026, 1, 2, 9, 0, 0, 1, tzinfo=UTC)
    assert tick.HasField("bid_price") and tick.bid_price.value == "0"
    assert not tick.HasField("ask_price")


def _check_import(summary: market_data_pb2.ImportCandlesResponse) -> None:
    assert (summary.received, summary.stored) == (COUNT, COUNT - COUNT // 100)
    assert [error.code for error in summary.errors] == ["NO_OPEN"] * (COUNT // 100)


def _check_events(events: list[market_data_pb2.SubscribeResponse]) -> None:
    assert [event.WhichOneof("event") for event in events] == ["tick", "tick", "order_book"]
    assert [event.tick.symbol for event in events[:2]] == ["A", "B"]
    assert events[2].order_book.bids[0].size.value == "10"


def _check_order(first: trading_pb2.PlaceOrderResponse, retry: trading_pb2.PlaceOrderResponse) -> None:
    assert first.WhichOneof("result") == "order"
    assert first.order.order_id == retry.order.order_id == "B1"
    assert first.order.status == trading_pb2.ORDER_STATUS_ACCEPTED
    assert trading_pb2.OrderSide.Name(first.order.side) == "ORDER_SIDE_SELL"
    assert dict(first.order.metadata) == {"strategy": "mean reversion", "": "an empty key"}
    assert not first.order.HasField("price")


def test_all_kinds_sync(served: Served) -> None:
    with served.channel() as channel:
        stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
        _check_tick(stub.GetQuote(market_data_pb2.GetQuoteRequest(symbol="005930"), timeout=TIMEOUT).tick)
        answers = list(stub.GetCandles(_candles_request(), timeout=TIMEOUT))
        assert len(answers) == COUNT and answers[-1].candle.timestamp.seconds - answers[0].candle.timestamp.seconds == (
            60 * (COUNT - 1)
        )
        _check_import(stub.ImportCandles(_uploads(), timeout=TIMEOUT))
        _check_events(list(stub.Subscribe(iter(_subscriptions()), timeout=TIMEOUT)))


def test_all_kinds_aio(served: Served) -> None:
    async def uploads() -> AsyncIterator[market_data_pb2.ImportCandlesRequest]:
        for upload in _uploads():
            yield upload

    async def calls() -> None:
        async with served.aio_channel() as channel:
            stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
            _check_tick((await stub.GetQuote(market_data_pb2.GetQuoteRequest(symbol="005930"), timeout=TIMEOUT)).tick)
            answers = [answer async for answer in stub.GetCandles(_candles_request(), timeout=TIMEOUT)]
            assert len(answers) == COUNT
            _check_import(await stub.ImportCandles(uploads(), timeout=TIMEOUT))
            call = stub.Subscribe(timeout=TIMEOUT)
            for request in _subscriptions():
                await call.write(request)
            await call.done_writing()
            _check_events([event async for event in call])

    asyncio.run(calls())


def test_pages(served: Served) -> None:
    with served.channel() as channel:
        stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
        token, pages = "", []
        while True:
            request = market_data_pb2.ListSymbolsRequest(page_size=2, page_token=token)
            page = stub.ListSymbols(request, timeout=TIMEOUT)
            pages.append([symbol.symbol for symbol in page.symbols])
            token = page.next_page_token
            if not token:
                break
    assert pages == [["000660", "005930"], ["035420"]]


def test_a_retried_order_is_placed_once(served: Served) -> None:
    with served.channel() as channel:
        stub = trading_pb2_grpc.TradingServiceStub(channel)
        _check_order(stub.PlaceOrder(_order(), timeout=TIMEOUT), stub.PlaceOrder(_order(), timeout=TIMEOUT))


def test_an_optional_price_of_zero_differs_from_an_absent_one(served: Served) -> None:
    with served.channel() as channel:
        stub = trading_pb2_grpc.TradingServiceStub(channel)
        order = stub.PlaceOrder(_order(price=exchange.decimal("0.00")), timeout=TIMEOUT).order
    assert order.HasField("price") and order.price.scale == 2


def test_a_rejected_order_is_a_normal_answer(served: Served) -> None:
    request = _order()
    request.quantity.value = "1001"
    with served.channel() as channel:
        answer = trading_pb2_grpc.TradingServiceStub(channel).PlaceOrder(request, timeout=TIMEOUT)
    assert answer.WhichOneof("result") == "error" and answer.error.code == "TOO_LARGE"


def test_error_status_sync(served: Served) -> None:
    with served.channel() as channel, pytest.raises(grpc.RpcError) as caught:
        stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
        stub.GetQuote(market_data_pb2.GetQuoteRequest(symbol=UNKNOWN), timeout=TIMEOUT)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert caught.value.details() == "no symbol NONE"


def test_a_method_not_overridden_is_unimplemented(served: Served) -> None:
    with served.channel() as channel, pytest.raises(grpc.RpcError) as caught:
        trading_pb2_grpc.TradingServiceStub(channel).GetBalance(trading_pb2.GetBalanceRequest(), timeout=TIMEOUT)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_deadline_sync(served: Served) -> None:
    with served.channel() as channel:
        grpc.channel_ready_future(channel).result(TIMEOUT)
        with pytest.raises(grpc.RpcError) as caught:
            stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
            stub.GetQuote(market_data_pb2.GetQuoteRequest(symbol=NEVER_ANSWERS), timeout=0.2)
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert served.cancelled.wait(TIMEOUT), "the server was not told"


def test_deadline_and_error_status_aio(served: Served) -> None:
    async def calls() -> None:
        async with served.aio_channel() as channel:
            await channel.channel_ready()
            stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.GetQuote(market_data_pb2.GetQuoteRequest(symbol=NEVER_ANSWERS), timeout=0.2)
            assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.GetQuote(market_data_pb2.GetQuoteRequest(symbol=UNKNOWN), timeout=TIMEOUT)
            assert caught.value.code() is grpc.StatusCode.NOT_FOUND

    asyncio.run(calls())
    assert served.cancelled.wait(TIMEOUT), "the server was not told"


def test_cancellation_sync(served: Served) -> None:
    with served.channel() as channel:
        stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
        call = stub.StreamPriceTicks(market_data_pb2.StreamPriceTicksRequest(symbols=["A"]), timeout=TIMEOUT)
        assert [next(call).tick.trade_count for _ in range(3)] == [1, 2, 3]
        call.cancel()
        with pytest.raises(grpc.RpcError) as caught:
            list(call)
        assert caught.value.code() is grpc.StatusCode.CANCELLED
        assert served.cancelled.wait(TIMEOUT), "the server was not told"


def test_cancellation_aio(served: Served) -> None:
    async def calls() -> None:
        async with served.aio_channel() as channel:
            stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
            call = stub.StreamPriceTicks(market_data_pb2.StreamPriceTicksRequest(symbols=["A"]), timeout=TIMEOUT)
            numbers = []
            async for answer in call:
                numbers.append(answer.tick.trade_count)
                if len(numbers) == 3:
                    break
            assert numbers == [1, 2, 3]
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call.code()
                await call.read()

    asyncio.run(calls())
    assert served.cancelled.wait(TIMEOUT), "the server was not told"


def test_an_unknown_authority_is_not_trusted(authority: trustme.CA) -> None:
    certificate = trustme.CA().issue_cert("127.0.0.1")
    chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
    credentials = grpc.ssl_server_credentials([(certificate.private_key_pem.bytes(), chain)])
    with sync_server(credentials) as (port, _):
        trusting = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
        with grpc.secure_channel(f"127.0.0.1:{port}", trusting) as channel, pytest.raises(grpc.RpcError) as caught:
            stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
            stub.GetQuote(market_data_pb2.GetQuoteRequest(symbol="A"), timeout=5.0)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
