"""Every kind of installation provides the stubs and their types, each in an environment of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

RUNFILES = Path(os.environ["TEST_SRCDIR"])
ROOT = RUNFILES / os.environ["TEST_WORKSPACE"]
(WHEEL,) = (path.name for path in ROOT.glob("jts_grpc-*-py3-none-any.whl"))
MODULES = [f"{stem}_{ending}" for stem in ("common", "market_data", "trading") for ending in ("pb2", "pb2_grpc")]

# What pip would get from an index: grpcio and protobuf, their types, and the build backend.
INSTALLED = [RUNFILES / name / "site-packages" for name in ("py_grpc_wheels", "build_wheels")]
TYPES = {"py_grpc_wheels": ["google-stubs"], "test_wheels": ["grpc-stubs", "types_grpcio-*.dist-info"]}

CONSUMER = """\
from typing import reveal_type

import grpc
from infrastructure.grpc.generated import PriceTick, market_data_pb2, market_data_pb2_grpc

def ask(channel: grpc.Channel) -> PriceTick:
    stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
    answer = stub.GetQuote(market_data_pb2.GetQuoteRequest(symbol="005930"))
    reveal_type(answer)
    market_data_pb2.GetQuoteRequest(symbol=5930)
    return answer.tick
"""


def _run(*command: str | Path, cwd: Path = Path("/"), **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


class Environment:
    """A virtual environment with the stubs and only what pip would have installed with them."""

    def __init__(self, folder: Path) -> None:
        """Creates it below a folder."""
        self.folder = folder
        self.python = folder / "venv/bin/python"
        made = _run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
        assert made.returncode == 0, made.stderr
        (self.site_packages,) = (folder / "venv/lib").glob("python3.*/site-packages")
        (self.site_packages / "installed.pth").write_text("".join(f"{path}\n" for path in INSTALLED))
        for repository, patterns in TYPES.items():
            for pattern in patterns:
                (found,) = (RUNFILES / repository / "site-packages").glob(pattern)
                (self.site_packages / found.name).symlink_to(found)

    def pip(self, *arguments: str | Path, cwd: Path) -> None:
        """Runs pip in it. Without an index, a requirement is satisfied only by an installed version."""
        options = ["--no-index", "--disable-pip-version-check", "--no-build-isolation", "--no-cache-dir"]
        command = [sys.executable, "-m", "pip", "--python", self.python, arguments[0], *options, *arguments[1:]]
        result = _run(*command, cwd=cwd, PIP_CONFIG_FILE=os.devnull, HOME=str(self.folder))
        assert result.returncode == 0, result.stdout + result.stderr

    def distribution(self) -> Distribution:
        """Returns the installed files of the stubs."""
        (found,) = distributions(path=[str(self.site_packages)], name="jts-grpc")
        return found


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed files in a repository of their own, with the wheel at Bazel's path."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("LICENSE", "README.md", "pyproject.toml"):
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for arguments in (["init", "-q"], ["add", "."], ["-c", "user.name=t", "-c", "user.email=t", "commit", "-qm", "x"]):
        result = _run("git", *arguments, cwd=folder, HOME=str(folder), GIT_CONFIG_NOSYSTEM="1")
        assert result.returncode == 0, result.stderr
    (folder / "bazel-bin").mkdir()
    shutil.copyfile(ROOT / WHEEL, folder / "bazel-bin" / WHEEL)
    return folder


def _commands() -> list[str]:
    """Returns the arguments of `pip install` in the README."""
    return re.findall(r"^\$ pip install (\S.*?) *(?:#.*)?$", (ROOT / "README.md").read_text(), re.MULTILINE)


def test_the_readme_covers_every_kind() -> None:
    assert _commands() == ["'.[types]'", "-e .", "git+file:///path/to/checkout", "bazel-bin/jts_grpc-*.whl"]


def _sdist(environment: Environment, checkout: Path) -> Path:
    """Builds an sdist with the backend and returns it."""
    code = "import sys; from hatchling.build import build_sdist; print(build_sdist(sys.argv[1]))"
    result = _run(environment.python, "-c", code, environment.folder, cwd=checkout)
    assert result.returncode == 0, result.stderr
    return environment.folder / result.stdout.split()[-1]


KINDS: dict[str, Callable[[Environment, Path], list[str | Path]]] = {
    "checkout": lambda environment, checkout: [".[types]"],
    "editable": lambda environment, checkout: ["-e", "."],
    "git": lambda environment, checkout: [f"git+{checkout.as_uri()}"],
    "bazel-wheel": lambda environment, checkout: [f"bazel-bin/{WHEEL}"],
    "sdist": lambda environment, checkout: [_sdist(environment, checkout)],
}


@pytest.fixture(scope="module", params=KINDS)
def installed(request: pytest.FixtureRequest, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = Environment(tmp_path_factory.mktemp(request.param))
    environment.pip("install", *KINDS[request.param](environment, checkout), cwd=checkout)
    return environment


def test_every_module_imports(installed: Environment) -> None:
    imports = "".join(f"import infrastructure.grpc.generated.{module}\n" for module in MODULES)
    code = "from infrastructure.grpc.generated import PriceTick\nprint(PriceTick(symbol='A').symbol)"
    result = _run(installed.python, "-I", "-B", "-c", imports + code)
    assert result.stdout == "A\n", result.stderr


def test_the_minimum_versions_are_those_stamped_into_the_code(installed: Environment) -> None:
    generated = ROOT / "src/infrastructure/grpc/generated"
    (protobuf,) = re.findall(r"Protobuf Python Version: ([\d.]+)", (generated / "common_pb2.py").read_text())
    (grpcio,) = re.findall(r"GRPC_GENERATED_VERSION = '([\d.]+)'", (generated / "common_pb2_grpc.py").read_text())
    requires = [line for line in installed.distribution().requires or [] if ";" not in line]
    assert requires == [f"grpcio>={grpcio}", f"protobuf<9,>={protobuf}"]


def _check(installed: Environment, checker: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a type checker, which is not installed in the environment, in the environment's folder."""
    path = os.pathsep.join(sys.path)
    command = [sys.executable, "-m", checker, *arguments]
    return _run(*command, cwd=installed.folder, PYTHONPATH=path, HOME=str(installed.folder))


def test_the_extra_installs_the_runtimes_types(installed: Environment) -> None:
    extra = [line for line in installed.distribution().requires or [] if ";" in line]
    assert extra == ["types-grpcio; extra == 'types'", "types-protobuf; extra == 'types'"]
    # The type checkers are given the same versions here.
    for name, repository in {"types_grpcio": "test_wheels", "types_protobuf": "py_grpc_wheels"}.items():
        (metadata,) = (RUNFILES / repository / "site-packages").glob(f"{name}-*.dist-info")
        assert metadata.is_dir()


def test_downstream_mypy_uses_the_types(installed: Environment) -> None:
    (installed.folder / "consumer.py").write_text(CONSUMER)
    options = ["--strict", "--config-file=", f"--cache-dir={os.devnull}", f"--python-executable={installed.python}"]
    result = _check(installed, "mypy", *options, "consumer.py")
    revealed, error, *rest = result.stdout.splitlines()
    assert revealed.endswith('Revealed type is "infrastructure.grpc.generated.market_data_pb2.GetQuoteResponse"')
    assert 'Argument "symbol" to "GetQuoteRequest" has incompatible type "int"; expected "str | None"' in error
    assert rest == ["Found 1 error in 1 file (checked 1 source file)"]


def test_downstream_pyright_uses_the_types(installed: Environment) -> None:
    (installed.folder / "consumer.py").write_text(CONSUMER)
    (installed.folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict", "include": ["consumer.py"]}')
    result = _check(installed, "basedpyright", "--outputjson", "--pythonpath", installed.python)
    revealed, error = (entry["message"] for entry in json.loads(result.stdout)["generalDiagnostics"])
    assert revealed == 'Type of "answer" is "GetQuoteResponse"'
    assert error.startswith(
        'Argument of type "Literal[5930]" cannot be assigned to parameter "symbol" of type "str | None"'
    )


def test_bazels_wheel_equals_pips_wheel(checkout: Path, tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    environment.pip("wheel", "--no-deps", "--wheel-dir", tmp_path, ".", cwd=checkout)
    assert (tmp_path / WHEEL).exists()
    # File modes depend on the umask, and time stamps on the environment: only the contents count.
    contents = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print({n: z.read(n) for n in z.namelist()})"
    one, other = (_run(sys.executable, "-I", "-c", contents, path) for path in (tmp_path / WHEEL, ROOT / WHEEL))
    assert one.stdout == other.stdout and "py.typed" in one.stdout and "licenses/LICENSE" in one.stdout


def test_the_checkout_stays_clean(checkout: Path, installed: Environment) -> None:
    result = _run("git", "status", "--porcelain", "--ignored", cwd=checkout, HOME=str(checkout))
    assert result.stdout.splitlines() == ["?? bazel-bin/"]
