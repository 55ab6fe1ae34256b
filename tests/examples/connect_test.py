"""examples/connect: its server, its Node client, and its page as served. page_test.py opens the page in a browser."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest

from tests.examples.project import compiled
from tests.examples.servers import CHECKS, EXAMPLES, PYTHON, TYPESCRIPT_CLIENT, Running, run, serving
from tests.typescript.project import NODE

IMPORT = re.compile(r'^(?:import|export)(?: [\w\s{},*$]+ from)? "([^"]+)";', re.MULTILINE)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled example."""
    return compiled("connect", tmp_path_factory.mktemp("examples")).folder / "dist"


@pytest.fixture
def server(dist: Path) -> Iterator[Running]:
    """A server that has reported that it is ready."""
    with serving(NODE, dist / "server.js", "0", "0") as running:
        yield running


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_server(check: Callable[[str], None], server: Running) -> None:
    check(server.address)


def test_the_client(dist: Path, server: Running) -> None:
    assert run(NODE, dist / "client.js", server.address) == (TYPESCRIPT_CLIENT, "", 0)


def test_the_client_with_the_python_server(dist: Path) -> None:
    with serving(*PYTHON, EXAMPLES / "server.py", "0") as server:
        assert run(NODE, dist / "client.js", server.address) == (TYPESCRIPT_CLIENT, "", 0)


def test_a_client_without_a_server_reports_an_error(dist: Path) -> None:
    output, errors, status = run(NODE, dist / "client.js", "127.0.0.1:1")
    assert (output, status) == ("", 1) and "unavailable" in errors


def _get(address: str) -> tuple[str, str]:
    """Returns the content type and the text at a URL."""
    with urlopen(address, timeout=20) as response:
        return response.headers.get_content_type(), response.read().decode()


def test_the_page_and_everything_it_loads_are_served(server: Running) -> None:
    (page,) = re.findall(r"^the page is (http://127\.0\.0\.1:\d+/)$", server.line(), re.MULTILINE)
    kind, text = _get(page)
    assert kind == "text/html"
    (names,) = (json.loads(found)["imports"] for found in re.findall(r'"importmap">(.*?)</script>', text, re.DOTALL))
    waiting = [urljoin(page, path) for path in re.findall(r'<script type="module" src="(.*?)"', text)]
    seen, used = set(waiting), set()
    while waiting:
        address = waiting.pop()
        kind, text = _get(address)
        assert kind == "text/javascript"
        for name in IMPORT.findall(text):
            used.add(name)
            found = urljoin(address, name) if name.startswith(".") else urljoin(page, names[name])
            if found not in seen:
                seen.add(found)
                waiting.append(found)
    assert set(names) <= used and any(name.endswith("trading_pb.js") for name in seen)


def test_nothing_outside_the_example_is_served(dist: Path, server: Running) -> None:
    assert (dist.parents[1] / "package/package.json").is_file()
    page = server.line().split()[-1]
    for path in ("../package/package.json", "%2e%2e/package/package.json", "dist/..%2f../package/package.json"):
        with pytest.raises(HTTPError, match="404") as caught:
            _get(page + path)
        caught.value.close()
