"""A running server of either kind, with and without TLS, and channels to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event

import grpc
import grpc.aio
import pytest
import trustme

from tests.rpc.servers import aio_server, sync_server


@dataclass
class Served:
    """A server that listens on loopback."""

    address: str
    credentials: grpc.ChannelCredentials | None
    cancelled: Event

    def channel(self) -> grpc.Channel:
        """Returns a channel for synchronous calls."""
        if self.credentials:
            return grpc.secure_channel(self.address, self.credentials)
        return grpc.insecure_channel(self.address)

    def aio_channel(self) -> grpc.aio.Channel:
        """Returns a channel for asyncio."""
        if self.credentials:
            return grpc.aio.secure_channel(self.address, self.credentials)
        return grpc.aio.insecure_channel(self.address)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority for the tests."""
    return trustme.CA()


@pytest.fixture(params=["sync-server", "aio-server"])
def start(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    """The function that starts the server."""
    return {"sync-server": sync_server, "aio-server": aio_server}[request.param]


@pytest.fixture(params=["plain", "tls"])
def served(request: pytest.FixtureRequest, start, authority: trustme.CA) -> Iterator[Served]:  # type: ignore[no-untyped-def]
    """A running server."""
    server_credentials = channel_credentials = None
    if request.param == "tls":
        certificate = authority.issue_cert("127.0.0.1")
        chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
        server_credentials = grpc.ssl_server_credentials([(certificate.private_key_pem.bytes(), chain)])
        channel_credentials = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
    with start(server_credentials) as (port, cancelled):
        yield Served(f"127.0.0.1:{port}", channel_credentials, cancelled)
