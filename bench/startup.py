"""Times the import of the stubs against the import of grpc, in one run.

    python3 bench/startup.py [RUNS]

Each figure is the median of RUNS (default 20) interpreter runs, in milliseconds, minus a run that imports nothing; the
imports alternate. Requires an environment with grpcio and protobuf. The stubs are the committed ones of this checkout.
"""

import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent / "src"
PACKAGE = "infrastructure.grpc.generated"

# From the name of a row to its statements. The first two are the baselines.
IMPORTS = {
    "nothing": "pass",
    "grpc": "import grpc",
    "the package alone": f"import {PACKAGE}",
    "one message by its short name": f"from {PACKAGE} import PriceTick",
    "one message from its module": f"from {PACKAGE}.market_data_pb2 import PriceTick",
    "grpc and one service by its short name": f"import grpc; from {PACKAGE} import MarketDataServiceStub",
    "grpc and both services": f"import grpc; from {PACKAGE} import market_data_pb2_grpc, trading_pb2_grpc",
}


def run(statements: str) -> float:
    """Returns the time in milliseconds of an interpreter that runs the statements."""
    program = f"import sys; sys.path.insert(0, {str(SOURCES)!r}); {statements}"
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", program], check=True)
    return (time.monotonic() - start) * 1000


def measure(runs: int) -> list[str]:
    """Returns the rows of the table; each ratio is the median of the ratios per run."""
    for statements in IMPORTS.values():
        run(statements)  # writes bytecode
    rounds = [{what: run(statements) for what, statements in IMPORTS.items()} for _ in range(runs)]
    rows = ["| import | ms | to `import grpc` |", "| --- | --- | --- |"]
    for what in list(IMPORTS)[1:]:
        costs = [each[what] - each["nothing"] for each in rounds]
        ratios = [cost / (each["grpc"] - each["nothing"]) for cost, each in zip(costs, rounds, strict=True)]
        rows.append(f"| {what} | {statistics.median(costs):.1f} | {statistics.median(ratios):.2f} |")
    return rows


if __name__ == "__main__":
    if not (find_spec("grpc") and find_spec("google.protobuf")):
        sys.exit(f"{sys.executable} has no grpcio and protobuf: type 'pip install .' in an environment and use that")
    print("\n".join(measure(int(sys.argv[1]) if sys.argv[1:] else 20)))
