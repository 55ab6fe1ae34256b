"""By mypy's stubtest, the type stubs match the runtime, except for a short list of exceptions."""

import ast
import importlib
import os
import shutil
from pathlib import Path

import grpc
import pytest

from tests.stubtest import Allowlist, stubtest
from tests.type_checkers import RUNFILES

SOURCES = RUNFILES / os.environ["TEST_WORKSPACE"] / "src"
GENERATED = "infrastructure/grpc/generated"
PACKAGE = "infrastructure.grpc.generated"
ALLOWLIST = Allowlist(RUNFILES / os.environ["TEST_WORKSPACE"] / "tests/stubtest_allowlist.txt")

# The file, the text in it, its replacement, and the beginnings of stubtest's messages.
MISTAKES = {
    "message": (
        "common_pb2.pyi",
        "HealthStatus",
        "HealthStatuses",
        ["common_pb2.HealthStatus is not present in stub", "common_pb2.HealthStatuses is not present at runtime"],
    ),
    "field": (
        "common_pb2.pyi",
        "    scale: ",
        "    scales: ",
        ["common_pb2.Decimal.scale is not present in stub"],
    ),
    "enum_value": (
        "trading_pb2.pyi",
        "\nBROKER_KIS: ",
        "\nBROKER_KISS: ",
        ["trading_pb2.BROKER_KIS is not present in stub", "trading_pb2.BROKER_KISS is not present at runtime"],
    ),
    "rpc": (
        "trading_pb2_grpc.pyi",
        "    def PlaceOrder(",
        "    def PlaceOrders(",
        [
            "trading_pb2_grpc.TradingServiceServicer.PlaceOrder is not present in stub",
            "trading_pb2_grpc.TradingServiceServicer.PlaceOrders is not present at runtime",
        ],
    ),
    "argument_of_an_rpc": (
        "market_data_pb2_grpc.pyi",
        "request_iterator: _MaybeAsyncIterator[_market_data_pb2.SubscribeRequest]",
        "requests: _MaybeAsyncIterator[_market_data_pb2.SubscribeRequest]",
        [
            'market_data_pb2_grpc.MarketDataServiceServicer.Subscribe is inconsistent, stub parameter "requests" '
            'differs from runtime parameter "request_iterator"'
        ],
    ),
    "asyncio_stub": (
        "trading_pb2_grpc.pyi",
        "TradingServiceAsyncStub",
        "TradingServiceAioStub",
        [
            "trading_pb2_grpc.TradingServiceAioStub is not present at runtime",
            "trading_pb2_grpc.TradingServiceAsyncStub is not present in stub",
        ],
    ),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Returns a folder with a copy of the package, for stubtest to start in."""
    shutil.copytree(SOURCES / "infrastructure", tmp_path / "infrastructure")
    return tmp_path


def test_stubs_match_the_runtime(project: Path) -> None:
    lines = stubtest(project, PACKAGE)
    assert ALLOWLIST.reject(lines) == []
    assert ALLOWLIST.unused(lines) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_name_is_detected(name: str, project: Path) -> None:
    file, right, wrong, findings = MISTAKES[name]
    stub = project / GENERATED / file
    text = stub.read_text(encoding="utf-8")
    assert right in text
    stub.unlink()
    stub.write_text(text.replace(right, wrong), encoding="utf-8")
    # Its re-exports would be wrong as well, which mypy reports first.
    (stub.parent / "__init__.py").unlink()
    (stub.parent / "__init__.py").touch()
    found = ALLOWLIST.reject(stubtest(project, PACKAGE))
    assert all(any(line.startswith(finding) for line in found) for finding in findings), found


@pytest.mark.parametrize("module", ["market_data_pb2_grpc", "trading_pb2_grpc"])
def test_a_stub_has_the_rpcs_of_its_type(module: str) -> None:
    """A client's rpcs are set by its constructor, which stubtest does not inspect."""
    tree = ast.parse((SOURCES / GENERATED / f"{module}.pyi").read_text(encoding="utf-8"))
    runtime = importlib.import_module(f"{PACKAGE}.{module}")
    stubs = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.endswith("Stub")]
    assert len(stubs) == 2
    with grpc.insecure_channel("localhost:1") as channel:
        for stub in stubs:
            typed = [ast.unparse(node.target) for node in stub.body if isinstance(node, ast.AnnAssign)]
            assert typed == list(vars(getattr(runtime, stub.name)(channel)))
