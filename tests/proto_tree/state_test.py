"""What Bazel needs to know of folders, read anew only where they changed since the last run."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import proto_tree.folder
from proto_tree import ProtoTreeError
from proto_tree.imports import find_imports
from proto_tree.state import read_state
from tests.proto_tree.folders import importing, write

PROTOS = {"a/b.proto": 'import "c.proto";\nimport "google/protobuf/any.proto";', "c.proto": "", "a/d.proto": ""}


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test writes is long done when it is read."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 60 * 10**9)


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are searched for imports."""
    searched: list[str] = []

    def record(text: str) -> Any:
        searched.append(text)
        return find_imports(text)

    monkeypatch.setattr(proto_tree.folder, "find_imports", record)
    return searched


def _saved(record: dict[str, Any]) -> dict[str, Any]:
    """Returns a record as the next run loads it."""
    loaded: dict[str, Any] = json.loads(json.dumps(record))
    return loaded


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        pytest.param({"a/e.proto": ""}, True, id="a-proto-comes"),
        pytest.param({"a/b.proto": "", "d.proto": ""}, True, id="imports-and-a-proto"),
        pytest.param({"a/b.proto": 'import "c.proto";'}, True, id="an-import-goes"),
        pytest.param({"c.proto": 'import "google/protobuf/any.proto";'}, True, id="an-import-comes"),
        pytest.param({"c.proto": "// a comment\nmessage M {}"}, False, id="a-comment-and-a-message"),
        pytest.param({"a/b.proto": "\n\n" + PROTOS["a/b.proto"]}, False, id="lines"),
        pytest.param({"a/d.proto": 'import "a/b.proto";'}, False, id="an-import-inside-a-library"),
        pytest.param({"README.md": "", ".d.proto": ""}, False, id="other-files"),
    ],
)
def test_the_state_changes_with_what_bazel_needs_to_know(
    change: dict[str, str], differs: bool, tmp_path: Path, later: None
) -> None:
    before, record = read_state([write(tmp_path, PROTOS)])
    after, _ = read_state([write(tmp_path, change)], record=_saved(record))
    assert (before != after) is differs
    assert after == read_state([tmp_path])[0]


def test_the_state_changes_when_a_proto_is_removed(tmp_path: Path, later: None) -> None:
    before, record = read_state([write(tmp_path, PROTOS)])
    (tmp_path / "a/d.proto").unlink()
    assert read_state([tmp_path], record=_saved(record))[0] != before


def test_the_state_changes_when_a_proto_moves_to_another_root(tmp_path: Path, later: None) -> None:
    roots = [write(tmp_path / "a", {"x.proto": "", "y.proto": ""}), write(tmp_path / "b", {"z.proto": ""})]
    before, record = read_state(roots)
    (roots[0] / "x.proto").rename(roots[1] / "x.proto")
    assert read_state(roots, record=_saved(record))[0] != before


def test_only_what_changed_is_read(tmp_path: Path, later: None, texts: list[str]) -> None:
    before, record = read_state([write(tmp_path, PROTOS)])
    assert len(texts) == 3
    assert read_state([tmp_path], record=_saved(record)) == (before, record)
    assert len(texts) == 3
    write(tmp_path, {"c.proto": "message M {}"})
    after, new = read_state([tmp_path], record=_saved(record))
    assert (after, texts[3:]) == (before, ["message M {}"])
    assert new != record and read_state([tmp_path], record=_saved(new)) == (before, new)


def _rewrite(path: Path) -> None:
    """Changes a file's text, but neither its size nor its times, as far as a program can."""
    found = path.stat()
    path.write_text(path.read_text().replace("old", "new"))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def _swap(path: Path) -> None:
    """Puts another file of the same size and time in a file's place."""
    new = path.with_suffix(".new")
    new.write_text(path.read_text())
    os.utime(new, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    _rewrite(new)
    new.replace(path)


@pytest.mark.parametrize("change", [_rewrite, _swap])
def test_a_change_that_leaves_size_and_time(change: Callable[[Path], None], tmp_path: Path, later: None) -> None:
    write(tmp_path, {"a/a.proto": importing("old/x.proto"), "old/x.proto": "", "new/x.proto": ""})
    before, record = read_state([tmp_path])
    # The file system's clock ticks every few milliseconds.
    ticked = (tmp_path / "a/a.proto").stat().st_ctime_ns
    while (tmp_path / "a/a.proto").stat().st_ctime_ns == ticked:
        change(tmp_path / "a/a.proto")
    assert read_state([tmp_path], record=_saved(record))[0] != before


def test_a_file_that_changed_a_moment_ago_is_read_again(tmp_path: Path, texts: list[str]) -> None:
    """Another change in the same tick of the clock would not show."""
    _, record = read_state([write(tmp_path, PROTOS)])
    read_state([tmp_path], record=_saved(record))
    assert len(texts) == 6


def test_another_tree_with_the_record_of_the_first(tmp_path: Path, later: None) -> None:
    _, record = read_state([write(tmp_path / "a", PROTOS)])
    other = write(tmp_path / "b", dict.fromkeys(PROTOS, ""))
    assert read_state([other], record=_saved(record))[0] == read_state([other])[0]


def _damaged(value: Any, junk: Any) -> list[Any]:
    """Returns copies of a JSON value, in each of which one part is junk."""
    copies = [junk]
    if isinstance(value, dict):
        copies += [{**value, key: copy} for key in value for copy in _damaged(value[key], junk)]
        copies += [{other: value[other] for other in value if other != key} for key in value]
    if isinstance(value, list):
        copies += [
            [*value[:at], copy, *value[at + 1 :]] for at in range(len(value)) for copy in _damaged(value[at], junk)
        ]
        copies += [value[:at] for at in range(len(value))]
    return copies


# Values of the right type that are wrong are found by the digest of scripts/record.py.
@pytest.mark.parametrize("junk", [None, 7, [], {}, [[]], {"files": 1}], ids=str)
def test_a_damaged_record_is_ignored(junk: Any, tmp_path: Path, later: None) -> None:
    write(tmp_path, {"a.proto": importing("b/c.proto"), "b/c.proto": "", "build/d.proto": "", ".gitignore": "build/"})
    subprocess.run(["git", "-C", tmp_path, "init", "--quiet"], check=True)
    state, record = read_state([tmp_path])
    assert record["read"]["ignored"]["paths"] == [f"{tmp_path}/build/"]
    copies = [copy for copy in _damaged(_saved(record), junk) if isinstance(copy, dict)]
    assert len(copies) > 30
    for copy in copies:
        assert read_state([tmp_path], record=copy)[0] == state, copy


def test_the_record_of_another_version_is_ignored(tmp_path: Path, later: None, texts: list[str]) -> None:
    state, record = read_state([write(tmp_path, PROTOS)])
    record["read"]["program"] = "another"
    assert read_state([tmp_path], record=_saved(record))[0] == state
    assert len(texts) == 6


def test_a_cycle_is_found_with_a_record(tmp_path: Path, later: None) -> None:
    _, record = read_state([write(tmp_path, PROTOS)])
    write(tmp_path, {"c.proto": importing("a/b.proto")})
    for _ in range(2):
        with pytest.raises(ProtoTreeError, match="import each other in a cycle"):
            read_state([tmp_path], record=_saved(record))
