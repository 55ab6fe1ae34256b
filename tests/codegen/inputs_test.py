"""Reading inputs, and the cache of what was made of them."""

from pathlib import Path

from codegen.inputs import Cache


def parse(content: bytes) -> list[bytes]:
    """Returns a new object on each call."""
    return [content]


def other(content: bytes) -> list[bytes]:
    return [content, b"other"]


def test_a_result_is_kept_for_its_digest_and_function(tmp_path: Path) -> None:
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    Path(one).write_bytes(b"x")
    Path(two).write_bytes(b"x")
    cache = Cache(100)
    cache.start({one: b"d", two: b"d"})
    first = cache.parsed(one, parse)
    assert first == [b"x"] and cache.parsed(one, parse) is first and cache.parsed(two, parse) is first
    assert cache.parsed(one, other) == [b"x", b"other"]
    Path(one).write_bytes(b"y")
    cache.start({one: b"e", two: b"d"})
    assert cache.parsed(one, parse) == [b"y"] and cache.parsed(two, parse) is first


def test_without_a_digest_nothing_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    cache = Cache(100)
    cache.start({str(path): b"d"})
    kept = cache.parsed(str(path), parse)
    for digests in ({}, {str(path): b""}):
        cache.start(digests)
        assert cache.parsed(str(path), parse) is not kept
        path.write_bytes(b"y")
        assert cache.parsed(str(path), parse) == [b"y"]


def test_the_least_recently_used_results_are_dropped(tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in "abc"]
    for path in paths:
        Path(path).write_bytes(b"12345")
    cache = Cache(10)
    cache.start({path: path.encode() for path in paths})
    a, b = (cache.parsed(path, parse) for path in paths[:2])
    assert cache.parsed(paths[0], parse) is a
    c = cache.parsed(paths[2], parse)
    assert cache.parsed(paths[0], parse) is a and cache.parsed(paths[2], parse) is c
    assert cache.parsed(paths[1], parse) is not b
    large = tmp_path / "large"
    large.write_bytes(bytes(11))
    cache.start({str(large): b"l"})
    assert cache.parsed(str(large), parse) == [bytes(11)]
