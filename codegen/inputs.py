"""Reads input files, and keeps what was made of them for later requests of the same worker.

Bazel gives a worker the digest of each input. A run that is no worker's has no digests, and keeps nothing.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

_Parsed = TypeVar("_Parsed")

# The size of the files whose results are kept. A parsed descriptor set takes about four times as much.
_LIMIT = 16 << 20


class Cache:
    """Results of functions of files, up to a total size of the files. The least recently used ones go first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._results: OrderedDict[tuple[bytes, Callable[[bytes], Any]], tuple[int, Any]] = OrderedDict()
        self._digests: Mapping[str, bytes] = {}

    def start(self, digests: Mapping[str, bytes]) -> None:
        """Starts a request, with the digests of its inputs by path."""
        self._digests = digests

    def parsed(self, path: str, parse: Callable[[bytes], _Parsed]) -> _Parsed:
        """Returns parse(content of the file), from the cache if the file's digest is known.

        The result is shared: nobody may change it. `parse` must be a pure function, the same object on each call.

        Raises:
          OSError: if the file cannot be read.
        """
        digest = self._digests.get(path)
        if not digest:
            return parse(read(path))
        key = (digest, parse)
        if key in self._results:
            self._results.move_to_end(key)
        else:
            content = read(path)
            self._results[key] = (len(content), parse(content))
            self._size += len(content)
        result: _Parsed = self._results[key][1]
        while self._size > self._limit:
            self._size -= self._results.popitem(last=False)[1][0]
        return result


def read(path: str) -> bytes:
    """Returns the content of an input file.

    Raises:
      OSError: if it cannot be read.
    """
    return Path(path).read_bytes()


_CACHE = Cache(_LIMIT)
start = _CACHE.start
parsed = _CACHE.parsed
