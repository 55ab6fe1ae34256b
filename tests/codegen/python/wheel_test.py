"""The program behind py_grpc_wheel, with the test's own backend: identical bytes every time, and its messages."""

import subprocess
import sys
from pathlib import Path

import pytest

from codegen import run
from codegen.python.wheel import main

NAME = "acme_stubs-1.0-py3-none-any.whl"
PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"

[project]
name = "acme-stubs"
version = "1.0"
"""

# Like setuptools, it keeps the modes of all files and adds a file of its own.
BACKEND = f"""
import os, pathlib, time, zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    print("packing")
    pathlib.Path("METADATA").write_text("Name: acme-stubs")
    moment = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]
    with zipfile.ZipFile(pathlib.Path(folder, "{NAME}"), "w") as wheel:
        for path in sorted(path for path in pathlib.Path().rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(str(path), moment)
            entry.external_attr = path.stat().st_mode << 16
            wheel.writestr(entry, path.read_bytes())
    return "{NAME}"

class Broken:
    def build_wheel(folder):
        print("looking for a readme")
        raise OSError("no readme")

class Empty:
    def build_wheel(folder):
        zipfile.ZipFile(pathlib.Path(folder, "{NAME}"), "w").close()
        return "{NAME}"
"""


def _command(folder: Path, pyproject: str = PYPROJECT, name: str = NAME) -> list[str]:
    folder.mkdir(exist_ok=True)
    (folder / "backend.py").write_text(BACKEND)
    files = {"pyproject.toml": pyproject, "acme/stubs/__init__.py": "A = 1\n", "acme/stubs/py.typed": ""}
    command = ["--label", "//:wheel", "--package-dir", "acme/stubs", "--out", str(folder / name)]
    for number, (path, text) in enumerate(files.items()):
        (folder / str(number)).write_text(text)
        command += ["--file", path, str(folder / str(number))]
    return command


@pytest.fixture(autouse=True)
def importable_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "backend", raising=False)


def test_the_same_bytes_for_everyone(tmp_path: Path) -> None:
    wheels = []
    for umask, zone, epoch in (("022", "UTC", "1"), ("077", "Asia/Seoul", "1700000000")):
        folder = tmp_path / umask
        command = [
            sys.executable,
            "-S",
            run.__file__,
            str(folder),
            *sys.path,
            "--",
            "codegen.python.wheel",
            *_command(folder),
        ]
        program = ["sh", "-c", f'umask {umask}; exec "$@"', "sh", *command]
        result = subprocess.run(
            program, env={"TZ": zone, "SOURCE_DATE_EPOCH": epoch}, capture_output=True, text=True, check=False
        )
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
        wheels.append((folder / NAME).read_bytes())
    assert wheels[0] == wheels[1]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("[project]", "[projekt", "Expected ']' at the end of a table declaration (at line 5", id="toml"),
        pytest.param(
            '"backend"',
            '"flit_core.buildapi"',
            "build-backend flit_core.buildapi: No module named 'flit_core'. Add the distribution that contains it to "
            "build_deps.",
            id="no-backend",
        ),
        pytest.param(
            '"backend"', '"backend:Broken"', "build-backend backend:Broken fails: OSError: no readme", id="it-fails"
        ),
        pytest.param(
            '"backend"',
            '"backend:Empty"',
            "its backend leaves acme/stubs out of the wheel. Configure it to include that folder.",
            id="nothing-in-it",
        ),
    ],
)
def test_wheels_that_cannot_be_built(
    old: str, new: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_command(tmp_path, PYPROJECT.replace(old, new))) == 1
    error = capsys.readouterr().err
    assert error.splitlines()[-1].startswith(f"//:wheel: pyproject.toml: {message}"), error
    assert ("looking for a readme" in error) == ("Broken" in new)
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize(
    "wanted",
    ["acme_stubs-1.0-py2-none-any.whl", "acme_stubs-1.1-py3-none-any.whl", "stubs-1.0-py3-none-any.whl"],
)
def test_a_backend_that_builds_another_wheel(wanted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(_command(tmp_path, name=wanted)) == 1
    assert f"its backend builds {NAME}, and the rule is for {wanted}. Use the same name" in capsys.readouterr().err
    assert list(tmp_path.glob("*.whl")) == []
