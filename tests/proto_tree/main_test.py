"""The command line: JSON output, and one-line error messages."""

import json
import subprocess
import sys
from collections.abc import Sequence
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


def _tree(*roots: Path, import_roots: Sequence[Path] = (), exclude: Sequence[str] = ()) -> str:
    """Writes the file that says what to read."""
    file = roots[0].parent / "tree.json"
    tree = {"roots": [*map(str, roots)], "import_roots": [*map(str, import_roots)], "exclude": list(exclude)}
    file.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8", errors="surrogateescape")
    return str(file)


def test_libraries_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([_tree(_write(tmp_path, PROTOS))]) == 0
    out, error = capsys.readouterr()
    printed = json.loads(out)
    assert printed["libraries"] == [
        {"folder": "", "name": "root_proto", "srcs": ["c.proto"], "deps": [], "provided": [], "aliases": []},
        {
            "folder": "a",
            "name": "a_proto",
            "srcs": ["a/b.proto"],
            "deps": [["", "root_proto"]],
            "provided": ["google/protobuf/any.proto"],
            "aliases": [],
        },
    ]
    assert (printed["roots"], printed["aliases"]) == ({"a/b.proto": 0, "c.proto": 0}, {})
    assert printed["folders"] == [[0, ""], [0, "a/"]]
    assert (out.count("\n"), error) == (1, "")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({"README.md": ""}, "{root} contains no .proto files. ", id="folder"),
        pytest.param(
            {"a.proto": 'import "b.proto";'}, 'a.proto:1: nothing provides the import "b.proto". ', id="import"
        ),
        pytest.param({"a.proto": 'import "a.proto";'}, "a.proto imports itself. ", id="cycle"),
    ],
)
def test_one_line_and_status_2(
    files: dict[str, str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([_tree(_write(tmp_path, files))]) == 2
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert error.startswith(message.format(root=tmp_path))


def test_the_runtime_is_queried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    protos, runtime = _write(tmp_path / "protos", PROTOS), tmp_path / "runtime"
    assert main(["--runtime", str(runtime), _tree(protos)]) == 2
    assert 'a/b.proto:2: nothing provides the import "google/protobuf/any.proto". ' in capsys.readouterr().err
    _write(runtime, {"google/protobuf/any.proto": ""})
    assert main(["--runtime", str(runtime), _tree(protos)]) == 0


def test_folders_patterns_and_installed_packages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(tmp_path / "a", {"1.proto": 'import "2.proto";', "old/x.proto": 'import "nope.proto";'})
    _write(tmp_path / "b", {"2.proto": 'import "3.proto"; import "4.proto"; import "google/api/http.proto";'})
    _write(tmp_path / "c", {"3.proto": "", "stray.proto": 'import "nope.proto";'})
    _write(tmp_path, {"protos.json": '["google/api/http.proto"]', "more.json": '["4.proto"]'})
    options = [f"--provided={tmp_path}/{name}.json" for name in ("protos", "more")]
    tree = _tree(tmp_path / "a", tmp_path / "b", import_roots=[tmp_path / "c"], exclude=["old/"])
    assert main([*options, tree]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["roots"] == {"1.proto": 0, "2.proto": 1, "3.proto": 2}
    (library,) = printed["libraries"]
    assert library["srcs"] == ["1.proto", "2.proto", "3.proto"]
    assert library["provided"] == ["4.proto", "google/api/http.proto"]


def test_links_to_the_protos(tmp_path: Path) -> None:
    roots = [tmp_path / "gr\u00fcn", tmp_path / "two"]
    _write(roots[0], {"a/b/c.proto": 'import "d.proto";', ".hidden.proto": ""})
    _write(roots[1], {"d.proto": "", "x.proto": 'import "same.proto";'})
    (roots[1] / "same.proto").symlink_to("d.proto")
    links = tmp_path / "links"
    links.mkdir()
    assert main([f"--links={links}", _tree(*roots)]) == 0
    made = {path.relative_to(links).as_posix(): path for path in links.rglob("*.proto")}
    # The other name of a file has no source of its own.
    assert sorted(made) == ["a/b/c.proto", "d.proto", "x.proto"]
    assert made["a/b/c.proto"].readlink() == roots[0] / "a/b/c.proto"
    assert made["d.proto"].readlink() == roots[1] / "d.proto"


def test_options_cannot_be_abbreviated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--run", _tree(tmp_path)])
    assert caught.value.code == 2 and "unrecognized arguments: --run" in capsys.readouterr().err


def test_it_needs_only_the_standard_library(tmp_path: Path) -> None:
    _write(tmp_path, {"a.proto": 'import "b.proto";'})
    command = [sys.executable, "-S", "-E", "-s", "-B", "-m", "proto_tree", "--", _tree(tmp_path)]
    place = Path(str(proto_tree.__file__)).parent.parent
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    _write(tmp_path, {"b.proto": ""})
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["libraries"][0]["srcs"] == ["a.proto", "b.proto"]
