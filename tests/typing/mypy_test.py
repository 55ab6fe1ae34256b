"""mypy --strict on the stubs, on what a user writes with them, and on mistakes that it has to find."""

import os
import re
from pathlib import Path

import pytest
from mypy import api

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
HEADER = """\
import grpc
import grpc.aio
from infrastructure.grpc.generated import common_pb2, market_data_pb2, market_data_pb2_grpc, trading_pb2


def sync_mistake(stub: market_data_pb2_grpc.MarketDataServiceStub) -> None:
    {sync}


async def aio_mistake(channel: grpc.aio.Channel) -> None:
    stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
    {aio}
"""

# From a name to (synchronous code, asyncio code, the error that mypy has to report).
MISTAKES = {
    "wrong_field": (
        'common_pb2.Decimal(valeu="1")',
        "pass",
        'Unexpected keyword argument "valeu" for "Decimal"; did you mean "value"?  [call-arg]',
    ),
    "wrong_field_type": (
        "common_pb2.Decimal(value=1.5)",
        "pass",
        'Argument "value" to "Decimal" has incompatible type "float"; expected "str"  [arg-type]',
    ),
    "unknown_attribute": (
        "common_pb2.Decimal().valeu",
        "pass",
        '"Decimal" has no attribute "valeu"; maybe "value"?  [attr-defined]',
    ),
    "wrong_enum": (
        "trading_pb2.OrderEvent(side=trading_pb2.ORDER_TYPE_LIMIT)",
        "pass",
        'expected "infrastructure.grpc.generated.trading_pb2._OrderSide.ValueType"  [arg-type]',
    ),
    "wrong_request": (
        "stub.GetQuote(market_data_pb2.GetCandlesRequest())",
        "pass",
        'has incompatible type "GetCandlesRequest"; expected "GetQuoteRequest"  [arg-type]',
    ),
    "unknown_rpc": (
        "stub.GetQuotes",
        "pass",
        '"MarketDataServiceStub" has no attribute "GetQuotes"; maybe "GetQuote"?  [attr-defined]',
    ),
    "iterating_a_unary_call": (
        "list(stub.GetQuote(market_data_pb2.GetQuoteRequest()))",
        "pass",
        'No overload variant of "list" matches argument type "GetQuoteResponse"  [call-overload]',
    ),
    "forgotten_await": (
        "pass",
        "(stub.GetQuote(market_data_pb2.GetQuoteRequest())).tick",
        'UnaryUnaryCall[GetQuoteRequest, GetQuoteResponse]" has no attribute "tick"  [attr-defined]',
    ),
    "for_instead_of_async_for": (
        "pass",
        "list(stub.GetCandles(market_data_pb2.GetCandlesRequest()))",
        'matches argument type "UnaryStreamCall[GetCandlesRequest, GetCandlesResponse]"  [call-overload]',
    ),
}

# What consumer.py reveals, in the order of its lines.
REVEALED = [
    "infrastructure.grpc.generated.common_pb2.Decimal",
    "google.protobuf.internal.containers.ScalarMap[str, str]",
    "infrastructure.grpc.generated.trading_pb2._OrderSide.ValueType",
    "infrastructure.grpc.generated.market_data_pb2.GetQuoteResponse",
    "infrastructure.grpc.generated.market_data_pb2.ImportCandlesResponse",
    "infrastructure.grpc.generated.market_data_pb2.GetCandlesResponse",
    "Literal['tick'] | Literal['order_book'] | Literal['candle'] | None",
    "infrastructure.grpc.generated.market_data_pb2.GetQuoteResponse",
    "infrastructure.grpc.generated.market_data_pb2.ImportCandlesResponse",
    "infrastructure.grpc.generated.market_data_pb2.GetCandlesResponse",
    "infrastructure.grpc.generated.market_data_pb2.PriceTick",
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Checks everything in one run of mypy and returns its lines by the stem of the file."""
    folder = tmp_path_factory.mktemp("mistakes")
    for name, (sync, aio, _) in MISTAKES.items():
        (folder / f"{name}.py").write_text(HEADER.format(sync=sync, aio=aio))
    stubs = (ROOT / "src/infrastructure/grpc/generated").glob("*.pyi")
    files = [*folder.glob("*.py"), ROOT / "tests/typing/consumer.py", *stubs]
    os.environ["MYPYPATH"] = str(ROOT / "src")
    options = ["--strict", "--no-incremental", "--hide-error-context", "--no-pretty", "--config-file="]
    output, errors, _ = api.run([*options, *map(str, files)])
    assert not errors, errors
    assert output.splitlines()[-1].startswith("Found "), output
    lines: dict[str, list[str]] = {}
    for line in output.splitlines()[:-1]:
        lines.setdefault(Path(line.split(":")[0]).stem, []).append(line)
    return lines


def test_the_stubs_and_their_use_are_clean(report: dict[str, list[str]]) -> None:
    complaints = [line for name in report if name not in MISTAKES for line in report[name] if " note: " not in line]
    assert complaints == []


def test_every_type_is_known(report: dict[str, list[str]]) -> None:
    revealed = [match[1] for line in report["consumer"] if (match := re.search(r'Revealed type is "(.*)"', line))]
    assert [re.sub(r"\bbuiltins\.", "", type_) for type_ in revealed] == REVEALED


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found(report: dict[str, list[str]], name: str) -> None:
    errors = [line for line in report.get(name, []) if ": error: " in line]
    assert len(errors) == 1 and MISTAKES[name][2] in errors[0], errors
