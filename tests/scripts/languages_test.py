"""What --language has the script build and copy, and which uses of it are wrong, with a stand-in for Python."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "scripts")

# Prints the arguments of copy_out.py, a line each; a digest of a folder of protos is asked for before.
STAND_IN = """#!/bin/sh
case "$*" in
  *find_spec*) ;;
  *proto_tree*) echo digest ;;
  *) shift 5; printf '%s\\n' "$@" ;;
esac
"""
PYTHON = "py_stubs src/infrastructure/grpc/generated"
TYPESCRIPT = ["ts_stubs clients/typescript/src/generated", "nestjs_stubs clients/typescript/src/nestjs"]
USAGE = " Type 'scripts/generate_grpc_stubs.sh --help'.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with the programs and the checkout, which the script may write to."""
    shutil.copytree(SCRIPTS, tmp_path / "jts/scripts")
    for name, text in {"python": STAND_IN, "bazel": "#!/bin/sh\n"}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def _script(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "BAZEL": f"{root}/bazel", "PY_GRPC_PYTHON": f"{root}/python"}
    command = [str(root / "jts/scripts/generate_grpc_stubs.sh"), *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def _packages(root: Path, output: str) -> list[str]:
    """Returns what is built and where it goes, below the checkout or the current folder: "//protos:py_stubs src"."""
    words = output.splitlines()
    pairs = [words[index + 1 : index + 3] for index, word in enumerate(words) if word == "--package"]
    return [f"{label} {folder.removeprefix(f'{root}/jts/').removeprefix(f'{root}/')}" for label, folder in pairs]


@pytest.mark.parametrize(
    ("arguments", "protos", "packages"),
    [
        pytest.param("", "//protos", [PYTHON], id="default"),
        pytest.param("--language python", "//protos", [PYTHON], id="python"),
        pytest.param("--language=typescript", "//protos", TYPESCRIPT, id="typescript"),
        pytest.param("--check --language all", "//protos", [PYTHON, *TYPESCRIPT], id="all"),
        pytest.param("--out x --language python", "//protos", ["py_stubs x"], id="python-elsewhere"),
        pytest.param(
            "--language typescript --out x",
            "//protos",
            ["ts_stubs x/generated", "nestjs_stubs x/nestjs"],
            id="typescript-elsewhere",
        ),
        pytest.param("--proto-root p --language all", "@proto_root//", [PYTHON, *TYPESCRIPT], id="all-of-other-protos"),
    ],
)
def test_what_is_built_and_where_it_goes(root: Path, arguments: str, protos: str, packages: list[str]) -> None:
    result = _script(root, *shlex.split(arguments))
    assert (result.returncode, result.stderr) == (0, "")
    assert _packages(root, result.stdout) == [f"{protos}:{package}" for package in packages]


def test_the_command_that_mends_it_repeats_the_language(root: Path) -> None:
    words = _script(root, "--language", "all", "--check", "--proto-root=a b").stdout.splitlines()
    command = words[words.index("--command") + 1]
    assert command == f"{root}/jts/scripts/generate_grpc_stubs.sh --language all --proto-root a\\ b"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param("--language ruby", "'ruby' is no language: one of python, typescript, all.", id="unknown"),
        pytest.param("--language", "'' is no language: one of python, typescript, all.", id="none"),
        pytest.param("--language=", "'' is no language: one of python, typescript, all.", id="empty"),
        pytest.param(
            "--out x --language all",
            "--out takes one language: run it with --language python, then with --language typescript.",
            id="one-folder-for-all",
        ),
    ],
)
def test_wrong_use(root: Path, arguments: str, message: str) -> None:
    result = _script(root, *shlex.split(arguments))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"generate_grpc_stubs.sh: {message}{USAGE}"


def test_help_names_them(root: Path) -> None:
    text = _script(root, "--help").stdout
    assert [word for word in ("python,", "typescript:", "all:") if word not in text] == []
