"""Every module of the package imports in a clean interpreter, from anywhere, and shadows nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUNFILES = Path(os.environ["TEST_SRCDIR"])
ROOT = RUNFILES / os.environ["TEST_WORKSPACE"]
SITE_PACKAGES = RUNFILES / "py_grpc_wheels/site-packages"
PACKAGES = [
    pytest.param(ROOT, "protos.py_stubs", id="built"),
    pytest.param(ROOT / "src", "infrastructure.grpc.generated", id="committed"),
]

# The interpreter is isolated: no environment, no current folder, no packages of the machine.
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
def test_every_message_pickles_across_processes(root: Path, package: str) -> None:
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


def test_messages_travel_through_a_pool_of_spawned_processes(tmp_path: Path) -> None:
    """Row 10 of what users ask for: messages pickle across processes."""
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


def test_the_package_does_not_shadow_grpcio(tmp_path: Path) -> None:
    """Row 11: pytest run on a file inside src/infrastructure puts the right folder on sys.path."""
    source = tmp_path / "src"
    for name in ("infrastructure/__init__.py", "infrastructure/grpc/__init__.py"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text((ROOT / "src" / name).read_text())
    (source / "infrastructure" / "inside_test.py").write_text(
        "import grpc\n\ndef test_grpc_is_grpcio():\n    assert grpc.insecure_channel\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "inside_test.py"]
    environment.pop("PYTEST_ADDOPTS", None)
    passed = subprocess.run(
        command, cwd=source / "infrastructure", env=environment, capture_output=True, text=True, check=False
    )
    assert passed.returncode == 0, passed.stdout

    # Without the marker it would: this is what the marker is for.
    (source / "infrastructure/__init__.py").unlink()
    failed = subprocess.run(
        command, cwd=source / "infrastructure", env=environment, capture_output=True, text=True, check=False
    )
    assert failed.returncode != 0


def test_both_copies_of_a_message_are_one_on_the_wire() -> None:
    output = _python(
        "from protos.py_stubs import common_pb2 as a\n"
        "from infrastructure.grpc.generated import common_pb2 as b\n"
        "print(b.Decimal.FromString(a.Decimal(value='1.5', scale=1).SerializeToString()))",
        ROOT,
        ROOT / "src",
        SITE_PACKAGES,
    )
    assert output.split() == ["value:", '"1.5"', "scale:", "1"]
