"""Running servers of every library, and the process that makes calls."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import trustme

from tests.agreement.peers import Call, Client, Outcome, Pair, Process, command, compiled, outcome, running
from tests.agreement.python_peer import call_by_python, serving
from tests.typescript.project import Project


@dataclass(frozen=True)
class Peers:
    """The servers, and the clients in Python and in Node."""

    # From the name of a library to the ports of its server, without and with TLS.
    _ports: dict[str, list[int]]
    _process: Process
    _ca: str

    def pair(self, client: str, server: str, by: Client | None = None) -> Pair:
        """Returns a client and a server; a browser client makes its calls itself."""

        def in_node(address: str, ca: str | None, call: Call) -> Outcome:
            return outcome(call, self._process.ask({"client": client, **command(address, ca, call)}))

        make_call = by or (call_by_python if client == "python" else in_node)
        return Pair(client, server, make_call, self._ports[server], self._ca)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return compiled(tmp_path_factory.mktemp("agreement") / "project")


@pytest.fixture(scope="session")
def peers(project: Project) -> Iterator[Peers]:
    ca = trustme.CA()
    server = ca.issue_cert("127.0.0.1", "localhost")
    key, certificate = server.private_key_pem.bytes(), b"".join(pem.bytes() for pem in server.cert_chain_pems)
    with running(project, "peer.js") as process, serving(key, certificate) as python:
        ports = process.ask({"key": key.decode(), "cert": certificate.decode()})
        yield Peers({**ports, "python": python}, process, ca.cert_pem.bytes().decode())
