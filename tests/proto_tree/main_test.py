"""The command line: JSON, digests, and one line when something is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import proto_tree
from proto_tree.__main__ import main

PROTOS = {"a/b.proto": 'import "c.proto";\nimport "google/protobuf/any.proto";', "c.proto": ""}


def _write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def _digest(root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["--digest", str(root)]) == 0
    return capsys.readouterr().out


def test_libraries_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(_write(tmp_path, PROTOS))]) == 0
    out, error = capsys.readouterr()
    assert json.loads(out) == [
        {"folder": "", "name": "root_proto", "srcs": ["c.proto"], "deps": [], "runtime": []},
        {
            "folder": "a",
            "name": "a_proto",
            "srcs": ["a/b.proto"],
            "deps": [["", "root_proto"]],
            "runtime": ["google/protobuf/any.proto"],
        },
    ]
    assert (out.count("\n"), error) == (1, "")


def test_a_digest_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = _digest(_write(tmp_path, PROTOS), capsys)
    assert len(digest) == 65 and set(digest.strip()) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        pytest.param({"a/d.proto": ""}, True, id="a-proto-comes"),
        pytest.param({"a/b.proto": "", "d.proto": ""}, True, id="imports-and-a-proto"),
        pytest.param({"a/b.proto": 'import "c.proto";'}, True, id="an-import-goes"),
        pytest.param({"c.proto": 'import "google/protobuf/any.proto";'}, True, id="an-import-comes"),
        pytest.param({"c.proto": "// a comment\nmessage M {}"}, False, id="a-comment-and-a-message"),
        pytest.param({"a/b.proto": "\n\n" + PROTOS["a/b.proto"]}, False, id="lines"),
        pytest.param({"README.md": "", ".d.proto": ""}, False, id="other-files"),
    ],
)
def test_the_digest_changes_with_what_bazel_has_to_know(
    change: dict[str, str], differs: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _digest(_write(tmp_path, PROTOS), capsys)
    assert (_digest(_write(tmp_path, change), capsys) != before) is differs


def test_the_digest_changes_when_a_proto_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = _digest(_write(tmp_path, {**PROTOS, "a/d.proto": ""}), capsys)
    (tmp_path / "a/d.proto").unlink()
    assert _digest(tmp_path, capsys) != before


def test_the_digest_is_the_same_wherever_the_folder_lies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here, there = (_write(tmp_path / name, PROTOS) for name in ("here", "there"))
    assert _digest(here, capsys) == _digest(there, capsys)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({"README.md": ""}, "{root} holds no .proto file. ", id="folder"),
        pytest.param(
            {"a.proto": 'import "b.proto";'}, 'a.proto:1: nothing provides the import "b.proto". ', id="import"
        ),
        pytest.param({"a.proto": 'import "a.proto";'}, "a.proto imports itself. ", id="circle"),
    ],
)
@pytest.mark.parametrize("options", [pytest.param([], id="json"), pytest.param(["--digest"], id="digest")])
def test_one_line_and_status_2(
    files: dict[str, str], message: str, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*options, str(_write(tmp_path, files))]) == 2
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert error.startswith(message.format(root=tmp_path))


def test_the_runtime_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    protos, runtime = _write(tmp_path / "protos", PROTOS), tmp_path / "runtime"
    assert main(["--runtime", str(runtime), str(protos)]) == 2
    assert 'a/b.proto:2: nothing provides the import "google/protobuf/any.proto". ' in capsys.readouterr().err
    _write(runtime, {"google/protobuf/any.proto": ""})
    assert main(["--runtime", str(runtime), str(protos)]) == 0


def test_options_cannot_be_shortened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--dig", str(tmp_path)])
    assert caught.value.code == 2 and "unrecognized arguments: --dig" in capsys.readouterr().err


def test_it_runs_with_the_standard_library_alone(tmp_path: Path) -> None:
    _write(tmp_path, {"a.proto": 'import "b.proto";'})
    command = [sys.executable, "-S", "-E", "-s", "-B", "-m", "proto_tree", "--", str(tmp_path)]
    place = Path(str(proto_tree.__file__)).parent.parent
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    _write(tmp_path, {"b.proto": ""})
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)[0]["srcs"] == ["a.proto", "b.proto"]
