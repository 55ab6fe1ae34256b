"""The script's options: what they mean, and which uses are errors."""

import shlex
from pathlib import Path

import pytest

from bazel_build import without_tracebacks
from options import WORKSPACE, parse, read_languages

PYTHON = ("py_stubs", WORKSPACE / "src/infrastructure/grpc/generated")
TYPESCRIPT = ("ts_stubs", WORKSPACE / "clients/typescript/src/generated")


@pytest.mark.parametrize(
    ("words", "protos", "packages"),
    [
        pytest.param("", "//protos", [PYTHON], id="default"),
        pytest.param("--language python", "//protos", [PYTHON], id="python"),
        pytest.param("--language=typescript --yes", "//protos", [TYPESCRIPT], id="typescript"),
        pytest.param("--check --language all", "//protos", [PYTHON, TYPESCRIPT], id="all"),
        pytest.param("--out x", "//protos", [("py_stubs", "{cwd}/x")], id="python-elsewhere"),
        pytest.param("--language typescript --out=/x", "//protos", [("ts_stubs", "/x")], id="typescript-elsewhere"),
        pytest.param("--proto-root 'a b' --language all", "@proto_root//", [PYTHON, TYPESCRIPT], id="other-protos"),
    ],
)
def test_targets_and_folders(
    words: str, protos: str, packages: list[tuple[str, Path | str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = parse(shlex.split(words))
    expected = [(f"{protos}:{target}", Path(str(out).format(cwd=tmp_path))) for target, out in packages]
    assert options.packages == expected
    assert options.check == ("--check" in words)
    assert options.proto_root == ([tmp_path / "a b"] if "--proto-root" in words else [])


def test_folders_and_patterns_of_protos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = "--proto-root a --import-root=b --exclude c/ --proto-root /d --exclude e.proto --import-root f"
    options = parse(words.split())
    assert options.proto_root == [tmp_path / "a", Path("/d")]
    assert (options.import_root, options.exclude) == ([tmp_path / "b", tmp_path / "f"], ["c/", "e.proto"])


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        pytest.param("--language ruby", "'ruby'", id="no-such-language"),
        pytest.param("--language", "--language", id="no-language"),
        pytest.param("--language=", "--language", id="an-empty-language"),
        pytest.param("--out x --language all", "--language python or typescript", id="one-folder-for-all"),
        pytest.param("--nope", "--nope", id="no-such-option"),
        pytest.param("--chec", "--chec", id="a-shortened-option"),
        pytest.param("--check=yes", "--check", id="a-value-too-many"),
        pytest.param("out", "out", id="a-word-too-many"),
        pytest.param("--out", "--out", id="no-folder"),
        pytest.param("--out --check", "--out", id="an-option-for-a-folder"),
        pytest.param("--out=", "--out", id="an-empty-folder"),
        pytest.param("--proto-root", "--proto-root", id="no-root"),
        pytest.param("--staged", "--check", id="staged-without-check"),
        pytest.param("--check --staged --out x", "--out", id="staged-elsewhere"),
        pytest.param("--check --staged --proto-root x", "--proto-root", id="staged-proto-root"),
        pytest.param("--proto-root a --proto-root=", "--proto-root", id="an-empty-root"),
        pytest.param("--import-root a", "--import-root needs --proto-root DIR", id="an-import-root-alone"),
        pytest.param("--exclude a/", "--exclude needs --proto-root DIR", id="a-pattern-alone"),
    ],
)
def test_wrong_usage_prints_one_line_with_the_correct_command(
    words: str, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(shlex.split(words))
    assert caught.value.code == 2
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert error.startswith("generate_grpc_stubs.sh: ") and wrong in error
    assert error.endswith(" Type 'scripts/generate_grpc_stubs.sh --help'.\n")


def test_the_docs_list_every_language() -> None:
    text = (WORKSPACE / "docs/script.md").read_text()
    for number, language in enumerate(read_languages()):
        name = f"`{language['name']}`{'' if number else ', the default'}"
        assert f"| {name} | `//protos:{language['target']}` | `{language['folder']}` |" in text


TRACEBACK = b"""\
ERROR: /x/BUILD.bazel:1:2: in py_grpc_library rule //:x:
Traceback (most recent call last):
\tFile "/x.bzl", line 1, column 2, in _impl
\t\tfail("no")
Error in fail: //:x: no
and why
"""
# An uncaught error in a rule, not a message from it.
CRASH = TRACEBACK.replace(b"Error in fail: //:x: no", b"Error: type 'int' is not iterable")
# What Bazel prints when a repository rule fails.
REPOSITORY = b"""\
ERROR: An error occurred during the fetch of repository 'x':
   Traceback (most recent call last):
\tFile "/x.bzl", line 1, column 2, in _impl
\t\tfail("no")
{end}
@x: no network
ERROR: pip's own message
ERROR: Error fetching repository: Traceback (most recent call last):
\tFile "/x.bzl", line 1, column 2, in _impl
\t\tfail("no")
{end}
@x: no network
ERROR: pip's own message
ERROR: no such package '@x//':
@x: no network
ERROR: pip's own message
ERROR: Analysis failed
"""
REPOSITORYS = b"""\
@x: no network
ERROR: pip's own message
ERROR: Analysis failed
"""
PYTHONS = b'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\nKeyError: 1\n'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(TRACEBACK, TRACEBACK.splitlines(True)[0] + b"//:x: no\nand why\n", id="a-rule-that-fails"),
        pytest.param(CRASH, CRASH, id="a-rule-that-crashes"),
        pytest.param(REPOSITORY.replace(b"{end}", b""), REPOSITORYS, id="a-repository-in-bazel-4"),
        pytest.param(REPOSITORY.replace(b"{end}", b"Error in fail:\n"), REPOSITORYS, id="a-repository-in-bazel-7"),
        pytest.param(PYTHONS, PYTHONS, id="python"),
        pytest.param(TRACEBACK[:60], TRACEBACK[:60], id="cut-off"),
    ],
)
def test_a_rules_failure_is_shown_once_and_without_its_code(text: bytes, shown: bytes) -> None:
    assert b"".join(without_tracebacks(text.splitlines(keepends=True))) == shown
