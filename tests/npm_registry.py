"""Creates npm packages, and a registry on loopback that serves them."""

import base64
import hashlib
import io
import json
import ssl
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

Json = dict[str, Any]


def integrity(path: Path) -> str:
    """Returns a tarball's hash in the format of a lock file."""
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def npm_tarball(folder: Path, files: Mapping[str, str], **manifest: object) -> Path:
    """Creates a tarball of a package, version 1.0.0 unless the manifest says otherwise.

    Args:
      folder: where to put it.
      files: maps paths to text.
      manifest: the contents of its package.json; `name` at least.
    """
    manifest = {"version": "1.0.0", **manifest}
    path = folder / f"{str(manifest['name']).replace('/', '-')}-{manifest['version']}.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in {"package.json": json.dumps(manifest), **files}.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


def read_manifest(tarball: Path) -> Json:
    """Returns a tarball's package.json."""
    with tarfile.open(tarball) as archive:
        file = archive.extractfile("package/package.json")
        assert file
        manifest: Json = json.load(file)
        return manifest


class Registry(ThreadingHTTPServer):
    """Serves tarballs on loopback, always with the hash of what it serves: only a lock file reveals a change."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        """Binds a free port; with a context it uses TLS."""
        super().__init__(("127.0.0.1", 0), _Handler)
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        # Maps file names to files, and packages to their original package.json; a test may damage a file later.
        self.tarballs: dict[str, Path] = {}
        self.packages: dict[str, tuple[Json, Path]] = {}
        # The requests, as "path authorization".
        self.asked: list[str] = []
        self.address = f"{'https' if context else 'http'}://127.0.0.1:{self.server_port}"

    def add(self, tarball: Path) -> Path:
        """Starts to serve a tarball and returns it."""
        manifest = read_manifest(tarball)
        self.packages[manifest["name"]] = (manifest, tarball)
        self.tarballs[tarball.name] = tarball
        return tarball

    def answer(self, path: str) -> bytes | None:
        """Returns a tarball or a package's metadata; None if the package is unknown."""
        path = urlsplit(path).path  # a proxy is sent the full URL
        if tarball := self.tarballs.get(path.rpartition("/")[2]):
            return tarball.read_bytes()
        name = unquote(path).strip("/")
        if name not in self.packages:
            return None
        manifest, tarball = self.packages[name]
        version = manifest["version"]
        dist = {"tarball": f"{self.address}/{tarball.name}", "integrity": integrity(tarball)}
        scripts = {"hasInstallScript": True} if manifest.get("scripts") else {}
        versions = {version: {**manifest, **scripts, "dist": dist}}
        return json.dumps({"name": name, "dist-tags": {"latest": version}, "versions": versions}).encode()


class _Handler(BaseHTTPRequestHandler):
    server: Registry

    def do_GET(self) -> None:
        """Answers a request."""
        self.server.asked.append(f"{self.path} {self.headers.get('Authorization', '')}".strip())
        body = self.server.answer(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Suppresses the request log."""


@contextmanager
def npm_registry(context: ssl.SSLContext | None = None) -> Iterator[Registry]:
    """Yields a running registry; with a context it uses TLS."""
    with Registry(context) as registry:
        thread = threading.Thread(target=registry.serve_forever)
        thread.start()
        try:
            yield registry
        finally:
            registry.shutdown()
            thread.join()


# The keys that a lock file copies from package.json.
_IN_LOCK = (
    "bin",
    "bundleDependencies",
    "cpu",
    "dependencies",
    "optionalDependencies",
    "os",
    "peerDependencies",
    "version",
)


def lock_entry(tarball: Path) -> Json:
    """Returns the lock file entry for a tarball; like ours it has no URL."""
    manifest = read_manifest(tarball)
    scripts = {"hasInstallScript": True} if manifest.get("scripts") else {}
    return {"integrity": integrity(tarball), **{key: manifest[key] for key in _IN_LOCK if key in manifest}, **scripts}


def lock_of(packages: Mapping[str, Json], *, dependencies: Mapping[str, str], name: str = "project") -> tuple[str, str]:
    """Returns the text of a package.json and of its lock file.

    Args:
      packages: maps folders, "node_modules/x", to entries.
      dependencies: the project's own dependencies; maps names to versions.
      name: the project's name.
    """
    project = {"name": name, "dependencies": dependencies}
    lock = {"name": name, "lockfileVersion": 3, "requires": True, "packages": {"": project, **packages}}
    return json.dumps(project), json.dumps(lock)
