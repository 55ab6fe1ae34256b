"""A page in Chromium calls a Connect server with gRPC-Web: the tests of the other clients, as far as browsers can.

It loads the compiler's output and the npm packages as modules; an import map replaces a bundler.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest
from tests.agreement.agreement_py.tests.agreement.agreement_pb2 import Values

from tests.agreement import agreement_test as shared
from tests.agreement.conftest import Peers
from tests.agreement.peers import Call, Outcome, Pair, command, outcome
from tests.typescript.project import Project

PACKAGES = ("@bufbuild/protobuf", "@connectrpc/connect", "@connectrpc/connect-web")
TIMEOUT = 60.0

# Chromium must request nothing but the page. As root, as in a container, it has no sandbox.
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)

test_values_in_unary_calls = shared.test_values_in_unary_calls
test_values_in_server_streams = shared.test_values_in_server_streams
test_unknown_fields_survive_a_round_trip = shared.test_unknown_fields_survive_a_round_trip
test_metadata = shared.test_metadata
test_metadata_with_several_values = shared.test_metadata_with_several_values
test_metadata_with_several_binary_values = shared.test_metadata_with_several_binary_values
test_the_server_knows_the_deadline = shared.test_the_server_knows_the_deadline
test_a_call_ends_on_both_sides = shared.test_a_call_ends_on_both_sides
test_an_error_carries_code_message_and_details = shared.test_an_error_carries_code_message_and_details


def import_map(modules: Path) -> dict[str, Any]:
    """Returns the import map: each package's exports, resolved as Node's `import` does."""
    return {
        "imports": {
            package + name.removeprefix("."): f"/node_modules/{package}/{target['import'].removeprefix('./')}"
            for package in PACKAGES
            for name, target in json.loads((modules / package / "package.json").read_text())["exports"].items()
        }
    }


class Site(ThreadingHTTPServer):
    """Serves the page and the calls that it should make, and receives their outcomes."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        """Takes the project folder."""
        self.folder = folder
        self.page = (
            f'<script type="importmap">{json.dumps(import_map(folder / "node_modules"))}</script>'
            '<script type="module" src="/dist/page.js"></script>'
        )
        self.commands: Queue[dict[str, Any]] = Queue()
        self.outcomes: Queue[dict[str, Any]] = Queue()
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(SimpleHTTPRequestHandler):
    """Serves the files of the project."""

    server: Site

    def __init__(self, *given: Any) -> None:
        super().__init__(*given, directory=str(given[2].folder))

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer("text/html", self.server.page)
        elif self.path == "/command":
            self._answer("application/json", json.dumps(self.server.commands.get()))
        else:
            super().do_GET()

    def do_POST(self) -> None:
        self.server.outcomes.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer("text/plain", "")

    def log_message(self, format: str, *args: Any) -> None:
        """Suppresses the request log."""

    def _answer(self, kind: str, text: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.fixture(scope="session")
def site(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The page, open in a browser."""
    chromium = shutil.which("chromium")
    assert chromium, "there is no Chromium to test with: apt-get install chromium"
    with Site(project.folder) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        home = tmp_path_factory.mktemp("chromium")
        arguments = [chromium, *FLAGS, f"--user-data-dir={home}/profile", f"http://127.0.0.1:{site.server_port}/"]
        environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
        with subprocess.Popen(arguments, env=environment) as process:
            yield site
            process.terminate()
        site.shutdown()


@pytest.fixture(scope="session")
def pair(site: Site, peers: Peers) -> Pair:
    def call_in_browser(address: str, ca: str | None, call: Call) -> Outcome:
        site.commands.put(command(address, ca, call))
        return outcome(call, site.outcomes.get(timeout=TIMEOUT))

    return peers.pair("browser", "web", call_in_browser)


@pytest.mark.parametrize("method", ["ClientStream", "BidiStream"])
def test_a_browser_cannot_stream_requests(pair: Pair, method: str) -> None:
    outcome = pair.call(method, Values())
    assert outcome.answers == [] and "does not support streaming request" in str(outcome.message)
