"""Imports every module of the JTS package in a clean interpreter, makes a call and prints the library versions.

Usage: python -I -S probe.py SITE_PACKAGES PARENT PACKAGE
"""

import importlib
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

MODULES = [f"{stem}_{ending}" for stem in ("common", "market_data", "trading") for ending in ("pb2", "pb2_grpc")]


def main(site_packages: str, parent: str, package: str) -> None:
    """Runs the probe."""
    sys.path[:0] = [parent, site_packages]
    modules = {name: importlib.import_module(f"{package}.{name}") for name in MODULES}
    print(_call(modules["market_data_pb2"], modules["market_data_pb2_grpc"]), *_versions())


def _call(messages: Any, services: Any) -> str:
    """Returns a symbol after a round trip from client to server and back."""
    import grpc

    class Servicer(services.MarketDataServiceServicer):  # type: ignore[misc]  # the base class is untyped here
        def GetQuote(self, request: Any, context: Any) -> Any:
            return messages.GetQuoteResponse(tick=messages.PriceTick(symbol=request.symbol))

    with ThreadPoolExecutor() as pool:
        server = grpc.server(pool)
        services.add_MarketDataServiceServicer_to_server(Servicer(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            answer = services.MarketDataServiceStub(channel).GetQuote(messages.GetQuoteRequest(symbol="A"), timeout=20)
        server.stop(None).wait()
    symbol: str = answer.tick.symbol
    return symbol


def _versions() -> tuple[str, str]:
    import google.protobuf
    import grpc

    return grpc.__version__, google.protobuf.__version__


if __name__ == "__main__":
    main(*sys.argv[1:])
