"""Every module of the package imports in a clean interpreter, from any folder, and all belong to one package."""

import os
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest

RUNFILES = Path(os.environ["TEST_SRCDIR"])
ROOT = RUNFILES / os.environ["TEST_WORKSPACE"]
SITE_PACKAGES = RUNFILES / "py_grpc_wheels/site-packages"
PACKAGES = [
    pytest.param(ROOT, "protos.py_stubs", id="built"),
    pytest.param(ROOT / "src", "infrastructure.grpc.generated", id="committed"),
]

# The interpreter is isolated: no environment, no current folder, no system packages.
PRELUDE = "import sys; sys.path[:0] = {roots!r}\n"


def _python(code: str, *roots: Path, cwd: Path = Path("/")) -> str:
    program = PRELUDE.format(roots=[str(root) for root in roots]) + code
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def _modules(root: Path, package: str) -> list[str]:
    folder = root / package.replace(".", "/")
    names = [".".join(path.relative_to(folder).with_suffix("").parts) for path in folder.rglob("*.py")]
    return sorted(f"{package}.{name}".removesuffix(".__init__") for name in names)


@pytest.mark.parametrize(("root", "package"), PACKAGES)
def test_every_module_imports_alone(root: Path, package: str) -> None:
    modules = _modules(root, package)
    assert len(modules) == 7, modules
    for module in modules:
        _python(f"import importlib; importlib.import_module({module!r})", root, SITE_PACKAGES)


@pytest.mark.parametrize(("root", "package"), PACKAGES)
def test_every_message_pickles(root: Path, package: str) -> None:
    count = _python(
        f"""
import importlib, pickle
from multiprocessing.reduction import ForkingPickler
count = 0
def classes(holder):
    for value in vars(holder).values():
        if isinstance(value, type) and hasattr(value, "DESCRIPTOR"):
            yield value
            yield from classes(value)
for module in {[name for name in _modules(root, package) if name.endswith("_pb2")]!r}:
    loaded = importlib.import_module(module)
    for cls in classes(loaded):
        if cls.DESCRIPTOR.file is loaded.DESCRIPTOR and not cls.DESCRIPTOR.GetOptions().map_entry:
            assert cls.__module__ == module, cls
            assert pickle.loads(pickle.dumps(cls)) is cls
            assert pickle.loads(bytes(ForkingPickler.dumps(cls()))) == cls()
            count += 1
print(count)
""",
        root,
        SITE_PACKAGES,
    )
    assert int(count) > 40


def test_messages_survive_a_pool_of_spawned_processes(tmp_path: Path) -> None:
    (tmp_path / "pool.py").write_text(
        PRELUDE.format(roots=[str(ROOT / "src"), str(SITE_PACKAGES)])
        + """
import multiprocessing
from infrastructure.grpc.generated import common_pb2

def double(value):
    return common_pb2.Decimal(value=value.value * 2, scale=value.scale)

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(double, [common_pb2.Decimal(value="7", scale=1)])[0].value)
"""
    )
    result = subprocess.run(
        [sys.executable, "-S", str(tmp_path / "pool.py")], cwd="/", capture_output=True, text=True, check=False
    )
    assert result.stdout == "77\n", result.stderr


@pytest.mark.parametrize(
    "paths", list(permutations(["infrastructure", "src.infrastructure"])), ids=["short-first", "src-first"]
)
def test_a_message_is_one_class_whatever_the_import_path(paths: tuple[str, str]) -> None:
    first, second = paths
    output = _python(
        f"import {first}.grpc.generated.common_pb2 as a, {second}.grpc.generated.common_pb2 as b\n"
        f"import {first}.grpc.generated.trading_pb2 as trading\n"
        "assert a is not b, 'one import path only'\n"
        "print(a.Decimal is b.Decimal, isinstance(a.Decimal(), b.Decimal), isinstance(b.Decimal(), a.Decimal))\n"
        "order = trading.OrderEvent(price=b.Decimal(value='1.5', scale=1))\n"
        "order.quantity.CopyFrom(b.Decimal(value='7'))\n"
        "print(order.price.value, order.quantity.value, order.price == a.Decimal(value='1.5', scale=1))\n"
        "print(dict(a.HealthState.items()) == dict(b.HealthState.items()),\n"
        "    a.HEALTH_STATE_DEGRADED == b.HealthState.HEALTH_STATE_DEGRADED == 2)\n",
        ROOT,
        ROOT / "src",
        SITE_PACKAGES,
    )
    assert output.splitlines() == ["True True True", "1.5 7 True", "True True"]


def test_both_copies_of_a_message_are_equal_on_the_wire() -> None:
    output = _python(
        "from protos.py_stubs import common_pb2 as a\n"
        "from infrastructure.grpc.generated import common_pb2 as b\n"
        "print(b.Decimal.FromString(a.Decimal(value='1.5', scale=1).SerializeToString()))",
        ROOT,
        ROOT / "src",
        SITE_PACKAGES,
    )
    assert output.split() == ["value:", '"1.5"', "scale:", "1"]
