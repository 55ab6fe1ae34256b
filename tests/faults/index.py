"""A package index on loopback that fails on request."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

# What an index may do when a wheel is requested.
SERVES = "serves"
RESETS = "resets the connection half-way"
CLOSES = "closes the connection half-way"
IS_GONE = "is gone before the download"

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Index:
    """An index of one wheel. It answers one request per connection.

    Attributes:
      downloads: how often the wheel was requested.
    """

    def __init__(self, wheel: Path, does: str, port: int) -> None:
        """Takes the wheel, what to do when it is requested, and the port: 0 is a free one."""
        self._wheel = wheel
        self._does = does
        self._server = socket.create_server(("127.0.0.1", port))
        self.port = int(self._server.getsockname()[1])
        self.downloads = 0
        self._thread = Thread(target=self._answer_all, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Makes the index unreachable."""
        # Unlike close, this wakes up the thread in accept.
        if self._thread.is_alive():
            self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=10)

    def _answer_all(self) -> None:
        with self._server:
            going_on = True
            while going_on:
                try:
                    connection, _ = self._server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(10)
                    going_on = self._answer(connection)

    def _answer(self, connection: socket.socket) -> bool:
        """Answers a request and returns whether to wait for another one."""
        path = connection.makefile("rb").readline().split()[1]
        if path.endswith(b".whl"):
            return self._send_wheel(connection)
        page = f'<!DOCTYPE html><html><body><a href="/{self._wheel.name}">{self._wheel.name}</a></body></html>'
        connection.sendall(_head("text/html", len(page)) + page.encode())
        return self._does != IS_GONE

    def _send_wheel(self, connection: socket.socket) -> bool:
        data = self._wheel.read_bytes()
        self.downloads += 1
        if self._does == SERVES:
            connection.sendall(_head("application/zip", len(data)) + data)
            return True
        connection.sendall(_head("application/zip", len(data)) + data[: len(data) // 2])
        if self._does == RESETS:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        return False


def _head(kind: str, length: int) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {kind}", f"Content-Length: {length}", "Connection: close"]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


@contextmanager
def index(wheel: Path, does: str, port: int = 0) -> Iterator[Index]:
    """Yields an index and stops it afterwards."""
    made = Index(wheel, does, port)
    try:
        yield made
    finally:
        made.stop()
