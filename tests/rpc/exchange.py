"""A fake exchange: the test servers' answers, independent of gRPC."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from infrastructure.grpc.generated import common_pb2, market_data_pb2, trading_pb2

START = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
SYMBOLS = ("000660", "005930", "035420")
LARGEST_ORDER = 1000


def decimal(value: str) -> common_pb2.Decimal:
    """Returns a Decimal with the same scale as its text."""
    return common_pb2.Decimal(value=value, scale=len(value.partition(".")[2]))


def tick(symbol: str, number: int) -> market_data_pb2.PriceTick:
    """Returns a tick with a bid but no ask."""
    made = market_data_pb2.PriceTick(
        symbol=symbol, exchange="KRX", price=decimal(f"{70000 + number}.25"), bid_price=decimal("0"), trade_count=number
    )
    made.timestamp.FromDatetime(START + timedelta(microseconds=number))
    return made


def candles(request: market_data_pb2.GetCandlesRequest) -> Iterator[market_data_pb2.OHLCVCandle]:
    """Yields one candle per minute."""
    moment = request.start.ToDatetime(tzinfo=UTC)
    while moment < request.end.ToDatetime(tzinfo=UTC):
        candle = market_data_pb2.OHLCVCandle(symbol=request.symbol, timeframe=request.timeframe, open=decimal("1.50"))
        candle.timestamp.FromDatetime(moment)
        yield candle
        moment += timedelta(minutes=1)


def symbols(request: market_data_pb2.ListSymbolsRequest) -> market_data_pb2.ListSymbolsResponse:
    """Returns a page of the symbol master."""
    first = int(request.page_token or 0)
    last = first + (request.page_size or len(SYMBOLS))
    return market_data_pb2.ListSymbolsResponse(
        symbols=[market_data_pb2.SymbolInfo(symbol=symbol) for symbol in SYMBOLS[first:last]],
        next_page_token=str(last) if last < len(SYMBOLS) else "",
    )


def judge(candle: market_data_pb2.OHLCVCandle) -> common_pb2.ErrorInfo | None:
    """Returns the reason why a candle is not stored, or None."""
    if candle.HasField("open"):
        return None
    return common_pb2.ErrorInfo(code="NO_OPEN", message=f"{candle.symbol} has no open price")


def events(request: market_data_pb2.SubscribeRequest) -> Iterator[market_data_pb2.SubscribeResponse]:
    """Yields one event of the requested kind for a symbol, or nothing for an unsubscription."""
    for symbol in request.subscribe.symbols:
        if request.subscribe.kind == market_data_pb2.MARKET_DATA_KIND_TICK:
            yield market_data_pb2.SubscribeResponse(tick=tick(symbol, 1))
        elif request.subscribe.kind == market_data_pb2.MARKET_DATA_KIND_ORDER_BOOK:
            book = market_data_pb2.OrderBookSnapshot(symbol=symbol)
            book.bids.add(price=decimal("70000"), size=decimal("10"))
            yield market_data_pb2.SubscribeResponse(order_book=book)


class OrderBook:
    """The orders of an account."""

    def __init__(self) -> None:
        """Starts without orders."""
        self._orders: dict[str, trading_pb2.OrderEvent] = {}

    def place(self, request: trading_pb2.PlaceOrderRequest) -> trading_pb2.PlaceOrderResponse:
        """Places an order, or returns the existing order with the same client order id."""
        if float(request.quantity.value) > LARGEST_ORDER:
            error = common_pb2.ErrorInfo(code="TOO_LARGE", message="more than the account may order")
            return trading_pb2.PlaceOrderResponse(error=error)
        order = self._orders.setdefault(
            request.client_order_id,
            trading_pb2.OrderEvent(
                order_id=f"B{len(self._orders) + 1}",
                symbol=request.symbol,
                side=request.side,
                type=request.type,
                status=trading_pb2.ORDER_STATUS_ACCEPTED,
                quantity=request.quantity,
                price=request.price if request.HasField("price") else None,
                metadata=request.metadata,
            ),
        )
        return trading_pb2.PlaceOrderResponse(order=order)
