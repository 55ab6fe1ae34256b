"""Short imports, typed, and loaded only when used."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

from infrastructure.grpc import generated


def _python(code: str) -> str:
    program = f"import sys; sys.path[:0] = {sys.path!r}\n{code}"
    result = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_a_bare_import_loads_nothing() -> None:
    loaded = _python(
        "before = set(sys.modules)\nimport infrastructure.grpc.generated\nprint(sorted(set(sys.modules) - before))"
    )
    packages = ["infrastructure", "infrastructure.grpc", "infrastructure.grpc.generated"]
    assert ast.literal_eval(loaded) == packages


def test_messages_do_not_load_grpc() -> None:
    loaded = _python(
        "from infrastructure.grpc.generated import PriceTick\n"
        "print([name for name in ('google.protobuf', 'grpc') if name in sys.modules], PriceTick.__module__)"
    )
    assert loaded == "['google.protobuf'] infrastructure.grpc.generated.market_data_pb2"


def test_every_export_is_the_modules_own_object_and_known_to_type_checkers() -> None:
    source = ast.parse(Path(generated.__file__).read_text(encoding="utf-8"))
    (branch,) = (node for node in source.body if isinstance(node, ast.If))
    typed: dict[str, str] = {}
    for node in branch.body:
        assert isinstance(node, ast.ImportFrom) and node.level == 1
        typed[node.names[0].name] = f"{generated.__name__}.{node.module}"
    assert set(typed) == set(vars(generated)["__all__"]) and len(typed) > 90
    assert {"PriceTick", "ORDER_SIDE_BUY", "TradingServiceStub", "MarketDataServiceAsyncStub"} <= set(typed)
    for name, module in typed.items():
        assert getattr(generated, name) is getattr(importlib.import_module(module), name)
