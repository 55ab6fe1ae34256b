"""examples/nestjs, made from the packed npm package as a person makes it: its service, its client, those in Python."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.examples.expected import CLIENTS, EXAMPLES, TIMEOUT
from tests.typescript.packed import pack
from tests.typescript.project import NODE, Project

TYPESCRIPT_CLIENT = "tick 70501.25\ntick 70502.25\nc-1 B1\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example, installed and compiled."""
    folder = tmp_path_factory.mktemp("examples")
    package = pack(EXAMPLES.parent / "clients/typescript", folder / "package")
    shutil.copytree(EXAMPLES / "nestjs", folder / "nestjs")
    made = Project(folder / "nestjs")
    made.install()
    shutil.copytree(package, made.modules / "jts-grpc")
    assert made.output(made.bin / "tsc") == ""
    return made


@contextmanager
def _serving(*command: str | Path) -> Iterator[str]:
    """Runs a server, which is told its port last and says when it listens, and yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([*command, str(port)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == f"listening on 127.0.0.1:{port}\n"
            yield f"127.0.0.1:{port}"
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=TIMEOUT)
        finally:
            process.kill()


def _run(*command: str | Path) -> tuple[str, str, int]:
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return result.stdout, result.stderr, result.returncode


def test_row_35_clients_in_python_of_a_service_of_nestjs(project: Project) -> None:
    with _serving(NODE, project.folder / "dist/main.js") as address:
        for client, expected in CLIENTS.items():
            assert _run(sys.executable, "-s", EXAMPLES / client, address) == (expected, "", 0)


@pytest.mark.parametrize("language", ["typescript", "python"])
def test_the_client_in_typescript_of_both_services(language: str, project: Project) -> None:
    commands = {
        "typescript": (NODE, project.folder / "dist/main.js"),
        "python": (sys.executable, "-s", EXAMPLES / "server.py"),
    }
    with _serving(*commands[language]) as address:
        assert _run(NODE, project.folder / "dist/client.js", address) == (TYPESCRIPT_CLIENT, "", 0)


@pytest.mark.parametrize("name", ["main.ts", "client.ts"])
def test_the_page_shows_it(name: str) -> None:
    page = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "docs/typescript.md").read_text()
    assert f"```ts\n// examples/nestjs/{name}\n{(EXAMPLES / 'nestjs' / name).read_text()}```\n" in page
