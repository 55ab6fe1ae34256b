"""The programs of docs/serving.md: each client against its server, type-checked with the settings given there."""

import asyncio
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import grpc
import grpc.aio
import pytest

from infrastructure.grpc.generated import market_data_pb2, market_data_pb2_grpc
from tests.examples.servers import EXAMPLES, PYTHON, TIMEOUT, run, serving
from tests.type_checkers import mypy

PAGE = (EXAMPLES.parent / "docs/serving.md").read_text()
FILES = dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
(SETTINGS,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
# The output of each topic's client: the block after it.
OUTPUTS = dict(
    re.findall(r"^# (\w+)_client\.py\n(?:(?!```).*\n)*```\n\n```text\n((?:(?!```).*\n)*)```$", PAGE, re.MULTILINE)
)

NO_TICKS = market_data_pb2.StreamPriceTicksRequest()
# A call of each kind of rpc, by name.
CALLS: dict[str, Callable[[market_data_pb2_grpc.MarketDataServiceAsyncStub], grpc.aio.Call]] = {
    "GetQuote": lambda market: market.GetQuote(market_data_pb2.GetQuoteRequest(), timeout=TIMEOUT),
    "StreamPriceTicks": lambda market: market.StreamPriceTicks(NO_TICKS, timeout=TIMEOUT),
    "ImportCandles": lambda market: market.ImportCandles(timeout=TIMEOUT),
    "Subscribe": lambda market: market.Subscribe(timeout=TIMEOUT),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page's files, in the working directory."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_server_has_a_client_and_every_client_an_output() -> None:
    pairs = {f"{topic}_{side}.py" for topic in OUTPUTS for side in ("server", "client")}
    assert set(FILES) == {"market.py", "certificates.py"} | pairs


@pytest.mark.parametrize("topic", sorted(OUTPUTS.keys() - {"stop"}))
def test_the_client_with_its_server(topic: str, folder: Path) -> None:
    if "authority.pem" in FILES[f"{topic}_client.py"]:
        assert run(*PYTHON, "certificates.py") == ("", "", 0)
    with serving(*PYTHON, f"{topic}_server.py", "0") as server:
        output, errors, status = run(*PYTHON, f"{topic}_client.py", server.address)
        assert (output, status) == (OUTPUTS[topic], 0), errors
        if topic == "retry":
            assert server.line() == "cancelled\n"
        if topic == "interceptor":
            _, _, log = server.stop(signal.SIGTERM)
            assert re.match(r"/jts\.market\.MarketDataService/GetQuote from ipv4:\S+ answered in \d+\.\d ms\n", log)


def test_shutdown_lets_a_call_finish(folder: Path) -> None:
    with serving(*PYTHON, "stop_server.py", "0") as server:
        command = [*PYTHON, "stop_client.py", server.address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
            assert client.stdout
            first = client.stdout.readline()
            assert server.stop(signal.SIGTERM)[:2] == (0, "stopped\n")
            assert first + client.stdout.read() == OUTPUTS["stop"]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_kind_of_call_requires_a_token(
    call: Callable[[market_data_pb2_grpc.MarketDataServiceAsyncStub], grpc.aio.Call], folder: Path
) -> None:
    async def status(address: str) -> grpc.StatusCode:
        async with grpc.aio.insecure_channel(address) as channel:
            return await call(market_data_pb2_grpc.MarketDataServiceStub(channel)).code()

    with serving(*PYTHON, "interceptor_server.py", "0") as server:
        assert asyncio.run(status(server.address)) is grpc.StatusCode.UNAUTHENTICATED


def test_reflection_with_a_descriptor_prefix(folder: Path) -> None:
    market = FILES["market.py"].replace("infrastructure.grpc.generated", "tests.examples.prefixed_stubs")
    (folder / "market.py").write_text(market)
    with serving(*PYTHON, "reflection_server.py", "0") as server:
        output, errors, _ = run(*PYTHON, "reflection_client.py", server.address)
    assert sorted(output.splitlines()) == sorted(
        OUTPUTS["reflection"].replace("market_data.proto", "acme/market_data.proto").splitlines()
    ), errors


def test_mypy_accepts_the_page(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(SETTINGS)
    files = [folder / name for name in FILES]
    result = mypy(f"--config-file={folder / 'pyproject.toml'}", *files, path=folder)
    assert (result.stdout, result.returncode) == (f"Success: no issues found in {len(files)} source files\n", 0)
