"""What one run saves for the next."""

import os
from pathlib import Path
from typing import Any

import pytest

import record

VALUE: dict[str, Any] = {"version": 1, "files": {"a.proto": [1, 2], "gr\u00fc\udcff": []}}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache folder, which does not exist yet."""
    folder = tmp_path / "home" / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(folder))
    return folder


def _file(cache: Path) -> Path:
    (file,) = (path for path in cache.rglob("*") if path.is_file())
    return file


def test_what_is_saved_is_loaded() -> None:
    assert record.load("tree") == {}
    record.save("tree", VALUE)
    record.save("other", {})
    assert record.load("tree") == VALUE and record.load("other") == {}
    record.save("tree", {"new": True})
    assert record.load("tree") == {"new": True}


def test_every_checkout_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    record.save("tree", VALUE)
    monkeypatch.setattr(record, "_CHECKOUT", Path("/another/checkout"))
    assert record.load("tree") == {}


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:-7], id="truncated"),
        pytest.param(lambda data: data[:20], id="a-few-bytes"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: b"\xff" + data, id="no-text"),
        pytest.param(lambda data: b'{"version": 1}', id="without-a-digest"),
        pytest.param(lambda data: data.replace(b"[1,2]", b"[1,3]"), id="another-value"),
    ],
)
def test_a_damaged_record_is_none(damage: Any, cache: Path) -> None:
    record.save("tree", VALUE)
    file = _file(cache)
    file.write_bytes(damage(file.read_bytes()))
    assert record.load("tree") == {}
    record.save("tree", VALUE)
    assert record.load("tree") == VALUE


@pytest.mark.parametrize("place", ["", "relative"])
def test_the_home_folder_by_default(place: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", place)
    monkeypatch.setenv("HOME", os.fspath(cache))
    record.save("tree", VALUE)
    assert record.load("tree") == VALUE
    assert _file(cache).is_relative_to(cache / ".cache")


def test_without_a_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    # A user whom the system does not know, as in a container.
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)
    record.save("tree", VALUE)
    assert record.load("tree") == {}


def test_what_cannot_be_written_is_no_error(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("a file in the way")
    record.save("tree", VALUE)
    assert record.load("tree") == {}
    cache.unlink()
    record.save("tree", VALUE)
    # Root may write anywhere; a folder in place of the file stops it too.
    file = _file(cache)
    file.unlink()
    (file / "x").mkdir(parents=True)
    record.save("tree", VALUE)
    assert [path.name for path in file.parent.iterdir()] == [file.name]
