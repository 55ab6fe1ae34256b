"""Servers and clients as processes of their own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TIMEOUT = 40.0

Command = Sequence[str | Path]


def python(module: str, *arguments: str) -> Command:
    """Returns how a module of this folder is run with the test's own interpreter and path."""
    return [sys.executable, "-s", "-S", "-B", "-m", f"tests.agreement.{module}", *arguments]


@contextmanager
def serving(command: Command) -> Iterator[int]:
    """Runs a server and yields its port, which it prints when it is ready. It ends with its standard input."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as server:
        assert server.stdin and server.stdout
        try:
            yield int(server.stdout.readline())
        finally:
            server.stdin.close()
            server.wait(timeout=TIMEOUT)


def seen_by(command: Command, port: int) -> list[dict[str, Any]]:
    """Runs a client and returns what it saw."""
    done = subprocess.run([*command, str(port)], capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stderr
    # Not splitlines: a text in JSON may have a line separator of Unicode's.
    seen: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.rstrip("\n").split("\n")]
    assert seen[-1] == {"about": "done"}, done.stdout[-1000:]
    return seen
