"""Mistakes in user code, and the error that each type checker must report."""

from typing import NamedTuple

PACKAGE = "infrastructure.grpc.generated"


class Mistake(NamedTuple):
    """A program whose mistaken line ends in "# here", a part of each checker's message, and its package."""

    code: str
    mypy: str
    basedpyright: str
    package: str = PACKAGE


def _statement(code: str, mypy: str, basedpyright: str) -> Mistake:
    """A statement of a synchronous client."""
    function = "def client(stub: market_data_pb2_grpc.MarketDataServiceStub) -> None:\n    print(stub)\n"
    return Mistake(f"{function}    {code}  # here\n", mypy, basedpyright)


def _aio_statement(code: str, mypy: str, basedpyright: str) -> Mistake:
    """A statement of an asyncio client."""
    function = "async def client(stub: market_data_pb2_grpc.MarketDataServiceAsyncStub) -> None:\n    print(stub)\n"
    return Mistake(f"{function}    {code}  # here\n", mypy, basedpyright)


def _method(code: str, mypy: str, basedpyright: str) -> Mistake:
    """A method of a servicer."""
    servicer = "class Servicer(market_data_pb2_grpc.MarketDataServiceServicer):\n"
    body = '        print(request, context)\n        raise NotImplementedError("later")\n'
    return Mistake(f"{servicer}    {code}:  # here\n{body}", mypy, basedpyright)


MISTAKES = {
    "wrong_field": _statement(
        'common_pb2.Decimal(valeu="1")',
        'Unexpected keyword argument "valeu" for "Decimal"; did you mean "value"?',
        'No parameter named "valeu"',
    ),
    "wrong_field_type": _statement(
        "common_pb2.Decimal(value=1.5)",
        'Argument "value" to "Decimal" has incompatible type "float"; expected "str | None"',
        '"float" is not assignable to "str"',
    ),
    "assigning_a_message": _statement(
        "trading_pb2.PlaceOrderRequest().quantity = common_pb2.Decimal()",
        'Property "quantity" defined in "PlaceOrderRequest" is read-only',
        'attribute "quantity" for class "PlaceOrderRequest"',
    ),
    "wrong_map_value": _statement(
        'trading_pb2.PlaceOrderRequest().metadata["key"] = 1',
        'Incompatible types in assignment (expression has type "int", target has type "str")',
        '"Literal[1]" is not assignable to "str"',
    ),
    "unknown_attribute": _statement(
        "print(common_pb2.Decimal().valeu)",
        '"Decimal" has no attribute "valeu"; maybe "value"?',
        'Cannot access attribute "valeu" for class "Decimal"',
    ),
    "wrong_enum": _statement(
        "trading_pb2.OrderEvent(side=trading_pb2.ORDER_TYPE_LIMIT)",
        'expected "infrastructure.grpc.generated.trading_pb2._OrderSide.ValueType | str | None"',
        'is not assignable to "infrastructure.grpc.generated.trading_pb2._OrderSide.ValueType"',
    ),
    "has_field_without_presence": _statement(
        'common_pb2.Decimal().HasField("value")',
        'Argument 1 to "HasField" of "Decimal" has incompatible type "str"; expected "Never"',
        'is not assignable to type "_HasFieldArgType"',
    ),
    "oneof_of_a_message_without_any": _statement(
        'common_pb2.Decimal().WhichOneof("event")',
        'Argument 1 to "WhichOneof" of "Decimal" has incompatible type "str"; expected "Never"',
        'is not assignable to type "Never"',
    ),
    "unknown_member_of_a_oneof": _statement(
        'print(market_data_pb2.SubscribeResponse().WhichOneof("event") == "tik")',
        "Non-overlapping equality check",
        "will always evaluate to False",
    ),
    "assigning_a_message_where_a_datetime_can_be": _statement(
        "market_data_pb2.PriceTick().timestamp = market_data_pb2.PriceTick().timestamp",
        'expression has type "Timestamp", variable has type "datetime"',
        '"Timestamp" is not assignable to "datetime"',
    ),
    "a_date_for_a_timestamp": _statement(
        'market_data_pb2.PriceTick(timestamp="2026-01-01")',
        'Argument "timestamp" to "PriceTick" has incompatible type "str"',
        'cannot be assigned to parameter "timestamp"',
    ),
    "assigning_the_name_of_an_enum_value": _statement(
        'trading_pb2.OrderEvent().side = "ORDER_SIDE_BUY"',
        'Incompatible types in assignment (expression has type "str"',
        "is not assignable to",
    ),
    "wrong_request": _statement(
        "stub.GetQuote(market_data_pb2.GetCandlesRequest())",
        'has incompatible type "GetCandlesRequest"; expected "GetQuoteRequest"',
        '"GetCandlesRequest" is not assignable to "GetQuoteRequest"',
    ),
    "wrong_stream_of_requests": _statement(
        "stub.ImportCandles(market_data_pb2.ImportCandlesRequest())",
        'has incompatible type "ImportCandlesRequest"; expected "Iterator[ImportCandlesRequest]"',
        '"ImportCandlesRequest" is incompatible with protocol "Iterator[ImportCandlesRequest]"',
    ),
    "unknown_rpc": _statement(
        "print(stub.GetQuotes)",
        '"MarketDataServiceStub" has no attribute "GetQuotes"; maybe "GetQuote"?',
        'Cannot access attribute "GetQuotes" for class "MarketDataServiceStub"',
    ),
    "iterating_a_unary_call": _statement(
        "list(stub.GetQuote(market_data_pb2.GetQuoteRequest()))",
        'No overload variant of "list" matches argument type "GetQuoteResponse"',
        '"GetQuoteResponse" is incompatible with protocol "Iterable[_T@list]"',
    ),
    "stream_as_an_answer": _statement(
        "print(stub.GetCandles(market_data_pb2.GetCandlesRequest()).candle)",
        'has no attribute "candle"',
        'Cannot access attribute "candle"',
    ),
    "awaiting_a_synchronous_call": Mistake(
        "async def client(stub: market_data_pb2_grpc.MarketDataServiceStub) -> None:\n"
        "    await stub.GetQuote(market_data_pb2.GetQuoteRequest())  # here\n",
        'Incompatible types in "await" (actual type "GetQuoteResponse"',
        '"GetQuoteResponse" is not awaitable',
    ),
    "forgotten_await": _aio_statement(
        "print(stub.GetQuote(market_data_pb2.GetQuoteRequest()).tick)",
        'UnaryUnaryCall[GetQuoteRequest, GetQuoteResponse]" has no attribute "tick"',
        'Cannot access attribute "tick" for class "UnaryUnaryCall[GetQuoteRequest, GetQuoteResponse]"',
    ),
    "for_instead_of_async_for": _aio_statement(
        "list(stub.GetCandles(market_data_pb2.GetCandlesRequest()))",
        'matches argument type "UnaryStreamCall[GetCandlesRequest, GetCandlesResponse]"',
        '"UnaryStreamCall[GetCandlesRequest, GetCandlesResponse]" is incompatible with protocol "Iterable[_T@list]"',
    ),
    "aio_stub_for_a_synchronous_channel": Mistake(
        "def connect(channel: grpc.Channel) -> market_data_pb2_grpc.MarketDataServiceAsyncStub:\n"
        "    return market_data_pb2_grpc.MarketDataServiceStub(channel)  # here\n",
        'got "MarketDataServiceStub", expected "MarketDataServiceAsyncStub"',
        '"MarketDataServiceStub" is not assignable to "MarketDataServiceAsyncStub"',
    ),
    "servicer_with_a_wrong_answer": _method(
        "def GetQuote(self, request: market_data_pb2.GetQuoteRequest, context: grpc.ServicerContext) -> str",
        'Return type "str" of "GetQuote" incompatible with return type',
        '"str" is not assignable to "GetQuoteResponse"',
    ),
    "servicer_with_a_wrong_request": _method(
        "def GetQuote(self, request: market_data_pb2.GetCandlesRequest, context: grpc.ServicerContext) "
        "-> market_data_pb2.GetQuoteResponse",
        'Argument 1 of "GetQuote" is incompatible with supertype',
        '"GetQuoteRequest" is not assignable to "GetCandlesRequest"',
    ),
    "servicer_without_a_stream": _method(
        "def GetCandles(self, request: market_data_pb2.GetCandlesRequest, context: grpc.ServicerContext) "
        "-> market_data_pb2.GetCandlesResponse",
        'Return type "GetCandlesResponse" of "GetCandles" incompatible with return type',
        '"GetCandlesResponse" is incompatible with protocol "Iterator[GetCandlesResponse]"',
    ),
}

# A servicer that implements one method of seven.
PARTIAL_SERVICER = """\
class Servicer(market_data_pb2_grpc.MarketDataServiceServicer):
    def GetQuote(
        self, request: market_data_pb2.GetQuoteRequest, context: grpc.ServicerContext
    ) -> market_data_pb2.GetQuoteResponse:
        return market_data_pb2.GetQuoteResponse()


print(Servicer())  # here
"""

MISTAKES["partial_servicer"] = Mistake(
    PARTIAL_SERVICER,
    'Cannot instantiate abstract class "Servicer" with abstract attributes "GetCandles", "GetOrderBook", ',
    'Cannot instantiate abstract class "Servicer"',
    "abstract_stubs",
)


def program(code: str, package: str = PACKAGE) -> str:
    """Prepends only the needed imports: a checker would report an unused one."""
    modules = ["common_pb2", "market_data_pb2", "market_data_pb2_grpc", "trading_pb2"]
    imports = [f"from {package} import {module}" for module in modules if f"{module}." in code]
    if " grpc." in code:
        imports.insert(0, "import grpc")
    return "\n".join([*imports, "", code])
