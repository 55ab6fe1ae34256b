"""examples/nestjs: its service and its client."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.examples.project import compiled
from tests.examples.servers import CHECKS, EXAMPLES, PYTHON, TYPESCRIPT_CLIENT, run, serving
from tests.typescript.project import NODE


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled example."""
    return compiled("nestjs", tmp_path_factory.mktemp("examples")).folder / "dist"


def _free_port() -> str:
    """Returns a port that is likely to be free: NestJS does not report the port it binds for port 0."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_service(check: Callable[[str], None], dist: Path) -> None:
    with serving(NODE, dist / "main.js", _free_port()) as server:
        check(server.address)


@pytest.mark.parametrize("language", ["typescript", "python"])
def test_the_client_with_both_services(language: str, dist: Path) -> None:
    commands = {
        "typescript": (NODE, dist / "main.js", _free_port()),
        "python": (*PYTHON, EXAMPLES / "server.py", "0"),
    }
    with serving(*commands[language]) as server:
        assert run(NODE, dist / "client.js", server.address) == (TYPESCRIPT_CLIENT, "", 0)


def test_a_client_without_a_server_reports_an_error(dist: Path) -> None:
    output, errors, status = run(NODE, dist / "client.js", "127.0.0.1:1")
    assert (output, status) == ("", 1) and "UNAVAILABLE" in errors
