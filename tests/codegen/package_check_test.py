"""All protos of a package together: one process has to take them."""

from pathlib import Path

import pytest

from codegen.package_check import main

MESSAGE = 'syntax = "proto3"; package p; message M {}'


def _check(folder: Path, protos: dict[str, str], *arguments: str) -> int:
    for name, text in protos.items():
        (folder / name).write_text(text)
    command = ["--label", "//t:t", "--proto-path", str(folder), "--source-prefix", str(folder), "src"]
    command += ["--out", str(folder / "__init__.py"), "--content", "# one line"]
    command += ["--warnings-out", str(folder / "gathered")]
    for name in protos:
        command += ["--proto", name]
    return main([*command, *arguments])


def test_what_goes_together(tmp_path: Path) -> None:
    assert _check(tmp_path, {"a.proto": MESSAGE, "b.proto": MESSAGE.replace("M", "N")}) == 0
    assert (tmp_path / "__init__.py").read_bytes() == b"# one line\n"
    assert (tmp_path / "gathered").read_bytes() == b""


def test_the_same_name_twice(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert _check(tmp_path, {"a.proto": MESSAGE, "b.proto": MESSAGE}) == 1
    error = capfd.readouterr().err
    assert error.startswith("//t:t: its protos do not go together\n")
    assert 'src/b.proto:1:39: "p.M" is already defined in file "a.proto".' in error
    assert not (tmp_path / "__init__.py").exists() and not (tmp_path / "gathered").exists()


def test_warnings_are_gathered_in_one_order(tmp_path: Path) -> None:
    (tmp_path / "first").write_text("//z: last\n//b: caf\u00e9\n", encoding="utf-8")
    (tmp_path / "second").write_text("//a: first\n")
    (tmp_path / "third").write_text("")
    files = [argument for name in ("first", "second", "third") for argument in ("--warnings", str(tmp_path / name))]
    assert _check(tmp_path, {"a.proto": MESSAGE}, *files) == 0
    assert (tmp_path / "gathered").read_text("utf-8") == "//a: first\n//b: caf\u00e9\n//z: last\n"


def test_arguments_from_a_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.proto").write_text(MESSAGE)
    lines = ["--label", "@r//t:t", "--proto-path", str(tmp_path), "--proto", "a.proto", "--content", "# @x"]
    lines += ["--out", str(tmp_path / "out"), "--warnings-out", str(tmp_path / "gathered")]
    (tmp_path / "arguments").write_text("\n".join(lines) + "\n")
    assert main([f"--flagfile={tmp_path / 'arguments'}"]) == 0, capfd.readouterr().err
    assert (tmp_path / "out").read_text() == "# @x\n"
