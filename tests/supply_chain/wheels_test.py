"""pip_repository and packages that must not run: nothing of them is unpacked, built or imported."""

import os
import subprocess
import sys
import sysconfig
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace
from tests.supply_chain.packages import MARK, flip_a_byte, sdist, wheel
from tests.wheel_locks import add_wheels, lock_line, sha256

ONLY_BINARY = "the index has no wheel of a locked version for this Python and platform"


@dataclass
class Index:
    """A folder in which pip finds packages, and a workspace whose repository is installed from it."""

    workspace: BazelWorkspace
    folder: Path
    trace: Path

    def install(self, lock: str, **settings: str) -> tuple[bool, str]:
        """Makes Bazel install a lock file. Returns whether it succeeded, and its output."""
        self.workspace.write("lock.txt", f"# {self.folder}\n{lock}\n")
        environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.folder), "PY_GRPC_PYTHON": sys.executable}
        result = self.workspace.run("bazel", "build", "@wheels//:all", env={**environment, **settings})
        return result.returncode == 0, result.stderr

    def installed(self) -> set[str]:
        """Returns the modules and .pth files in the repository."""
        output_base = Path(self.workspace.bazel("info", "output_base").stdout.strip())
        found = (output_base / "external/wheels").rglob("*.p[yt]*")
        return {path.name for path in found if path.is_file() and MARK in path.read_text()}

    def is_clean(self) -> bool:
        """Returns whether no package left anything, by running or by being unpacked."""
        return not self.trace.exists() and self.installed() == set()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("wheels")) as made:
        add_wheels(made)
        yield made


@pytest.fixture
def index(workspace: BazelWorkspace, tmp_path: Path) -> Index:
    (tmp_path / "index").mkdir()
    return Index(workspace, tmp_path / "index", tmp_path / "trace")


def _run_python(*arguments: str | Path) -> None:
    """Runs this Python without the user's pip settings, and ignores its exit status."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    command = [sys.executable, *map(str, arguments)]
    subprocess.run(command, env={**clean, "PIP_CONFIG_FILE": os.devnull}, capture_output=True, check=False)


def test_a_locked_wheel_is_unpacked_and_does_not_run(index: Index, figures: Counter[str]) -> None:
    path = wheel(index.folder, index.trace)
    done, said = index.install(lock_line(path))
    assert done, said
    assert index.installed() == {"demo_pkg.py", "demo_pkg.pth"} and not index.trace.exists()
    figures["installed"] += 1
    # Importing it would leave a trace, which the tests below would detect.
    _run_python("-c", f"import sys; sys.path.append({str(index.folder)!r} + '/{path.name}'); import demo_pkg")
    assert index.trace.exists()


@pytest.mark.parametrize("part", ["demo_pkg.py", "demo_pkg.pth", "demo_pkg-1.0.dist-info/RECORD"])
def test_a_wheel_with_a_flipped_byte_is_rejected(index: Index, figures: Counter[str], part: str) -> None:
    path = wheel(index.folder, index.trace)
    lock = lock_line(path)
    with zipfile.ZipFile(path) as archive:
        # In the contents, which zip itself checks: had it been unpacked, the message would be about its checksum.
        start = archive.getinfo(part).header_offset + 30 + len(part)
    flip_a_byte(path, start)
    done, said = index.install(lock)
    assert not done and index.is_clean()
    assert "cannot install //:lock.txt: a file is not the one that was locked, and was not used. To fix it: " in said
    assert f"demo-pkg==1.0 from file://{path}" in said and "CRC" not in said
    figures["refused"] += 1


# A line with a hash but no version would be safe, as the hash identifies the file. pip before 26 rejects it anyway.
def test_one_line_without_a_hash_is_rejected(index: Index, figures: Counter[str]) -> None:
    locked, _ = wheel(index.folder, index.trace, "locked_pkg"), wheel(index.folder, index.trace)
    done, said = index.install(f"{lock_line(locked)}\ndemo-pkg==1.0")
    assert not done and index.is_clean()
    assert "cannot install //:lock.txt: the lock does not name a version and a hash for every file." in said
    assert "To fix it: lock the requirements again: uv pip compile --generate-hashes." in said
    assert "\n    demo-pkg==1.0 --hash=sha256:" in said, "which line it is"
    figures["refused"] += 1


def test_an_empty_lock_installs_nothing(index: Index) -> None:
    # The rules that need a missing package report it: see test_wheels_without_a_compiler.
    done, said = index.install("")
    assert done and index.is_clean(), said


def test_a_lock_file_without_any_hash_is_rejected(index: Index, figures: Counter[str]) -> None:
    # On its own, pip requires hashes only if some line of the lock file has one.
    wheel(index.folder, index.trace)
    done, said = index.install("demo-pkg==1.0", PIP_REQUIRE_HASHES="0")
    assert not done and index.is_clean()
    assert "cannot install //:lock.txt: the lock does not name a version and a hash for every file." in said
    figures["refused"] += 1


@pytest.mark.parametrize("settings", [{}, {"PIP_NO_BINARY": ":all:"}, {"PIP_NO_BINARY": "demo-pkg"}], ids=str)
def test_an_sdist_is_never_built(index: Index, figures: Counter[str], settings: dict[str, str]) -> None:
    path = sdist(index.folder, index.trace)
    done, said = index.install(f"demo-pkg==1.0 --hash=sha256:{sha256(path)}", **settings)
    assert not done and index.is_clean()
    assert f"cannot install //:lock.txt: {ONLY_BINARY}" in said
    figures["refused"] += 1


def test_an_sdist_would_leave_a_trace(index: Index) -> None:
    path = sdist(index.folder, index.trace)
    _run_python("-m", "pip", "wheel", "--no-index", "--no-build-isolation", "--wheel-dir", index.folder, path)
    assert index.trace.exists()


def test_urls_and_folders_are_rejected(index: Index, figures: Counter[str]) -> None:
    path = wheel(index.folder, index.trace)
    for line in (f"demo-pkg @ {path.as_uri()}", f"-e {index.folder}", f"demo-pkg @ git+{path.as_uri()}@{'0' * 40}"):
        done, said = index.install(line)
        assert not done and index.is_clean(), line
        assert "cannot install //:lock.txt: " in said
        figures["refused"] += 1


# Maps pip settings to values with an effect: a path is relative to the test's folder.
_OTHER = f"{sys.version_info[0]}{sys.version_info[1]}"
SETTINGS = {
    "abi": "other",
    "constraint": "missing",
    "dry-run": "1",
    "editable": "/nowhere",
    "implementation": "pp",
    "log": "elsewhere",
    "no-binary": ":all:",
    "platform": "win_amd64",
    "prefix": "elsewhere",
    "python": "elsewhere",
    "python-version": "3.99",
    "report": "elsewhere",
    "requirement": "requirements.txt",
    "root": "elsewhere",
    "target": "elsewhere",
    "user": "1",
}
_PATHS = ("elsewhere", "missing", "requirements.txt")

# The tag of the wheel that pip would choose because of each setting, instead of the universal wheel.
TAGS = {
    "abi": f"cp{_OTHER}-other-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}",
    "implementation": f"pp{_OTHER}-none-any",
    "platform": "py3-none-win_amd64",
    "python-version": "cp399-none-any",
}


def _given(tmp_path: Path, way: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Returns the variables that configure pip, either through a file or directly."""
    if way == "variable":
        return {f"PIP_{name.upper().replace('-', '_')}": value for name, value in settings.items()}
    lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
    (tmp_path / "pip.conf").write_text(f"[global]\n{lines}[install]\n{lines}")
    return {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("way", ["file", "variable"])
def test_user_settings_do_not_change_what_is_installed(
    index: Index, tmp_path: Path, figures: Counter[str], setting: str, way: str
) -> None:
    locked, other = wheel(index.folder, index.trace), wheel(index.folder, index.trace, "other_pkg")
    (tmp_path / "requirements.txt").write_text(f"{lock_line(other)}\n")
    # A lock file has the hashes of the wheels for all platforms.
    lock = lock_line(locked)
    if setting in TAGS:
        lock += f" --hash=sha256:{sha256(wheel(index.folder, index.trace, tag=TAGS[setting], module='not_ours'))}"
    value = SETTINGS[setting]
    value = str(tmp_path / value) if value in _PATHS else value
    done, said = index.install(lock, **_given(tmp_path, way, {setting: value}))
    assert done, said
    assert index.installed() == {"demo_pkg.py", "demo_pkg.pth"} and not (tmp_path / "elsewhere").exists()
    figures["settings without effect"] += 1


class _Proxy(BaseHTTPRequestHandler):
    """A proxy that serves an index whose name does not resolve."""

    wheel: Path

    def do_GET(self) -> None:
        """Answers with a page that links to the wheel, or with the wheel."""
        if self.path == "http://index.invalid/simple/demo-pkg/":
            kind, body = "text/html", f'<a href="/{self.wheel.name}">{self.wheel.name}</a>'.encode()
        elif self.path == f"http://index.invalid/{self.wheel.name}":
            kind, body = "application/octet-stream", self.wheel.read_bytes()
        else:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Suppresses the request log."""


# Unsets the settings that Index.install passes.
NO_FOLDER = {"PIP_NO_INDEX": "", "PIP_FIND_LINKS": ""}


@pytest.mark.parametrize("way", ["file", "variable"])
def test_index_proxy_and_trusted_host_take_effect(
    index: Index, tmp_path: Path, figures: Counter[str], way: str
) -> None:
    path = wheel(tmp_path, index.trace)
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Proxy", (_Proxy,), {"wheel": path})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        proxy = f"http://127.0.0.1:{server.server_port}"
        settings = {"index-url": "http://index.invalid/simple", "proxy": proxy, "trusted-host": "index.invalid"}
        given = _given(tmp_path, way, {**settings, "no-cache-dir": "1", "retries": "0"})
        done, said = index.install(lock_line(path), **{**NO_FOLDER, **given})
        server.shutdown()
    assert done, said
    assert index.installed() == {"demo_pkg.py", "demo_pkg.pth"}
    figures["settings with effect"] += 3


@pytest.mark.parametrize("way", ["file", "variable"])
def test_a_folder_of_wheels_takes_effect(index: Index, tmp_path: Path, figures: Counter[str], way: str) -> None:
    path = wheel(tmp_path, index.trace)
    given = _given(tmp_path, way, {"find-links": str(tmp_path), "no-index": "true"})
    done, said = index.install(lock_line(path), **{**NO_FOLDER, **given})
    assert done, said
    assert index.installed() == {"demo_pkg.py", "demo_pkg.pth"}
    figures["settings with effect"] += 2


@pytest.mark.parametrize("way", ["file", "variable"])
def test_certificates_take_effect(index: Index, tmp_path: Path, figures: Counter[str], way: str) -> None:
    settings = {"cert": str(tmp_path / "no.pem"), "index-url": "https://127.0.0.1:1/simple", "retries": "0"}
    given = {"PIP_CERT": "", **NO_FOLDER, **_given(tmp_path, way, settings)}
    done, said = index.install(f"demo-pkg==1.0 --hash=sha256:{'0' * 64}", **given)
    assert not done and f"{tmp_path}/no.pem" in said, said
    figures["settings with effect"] += 1


def test_a_variable_overrides_a_file(index: Index, tmp_path: Path) -> None:
    path = wheel(tmp_path, index.trace)
    given = _given(tmp_path, "file", {"find-links": "/nowhere", "no-index": "0"})
    done, said = index.install(lock_line(path), **given, PIP_FIND_LINKS=str(tmp_path))
    assert done, said


def test_an_invalid_settings_file_is_named(index: Index, tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text("index-url\n")
    done, said = index.install("", PIP_CONFIG_FILE=str(tmp_path / "pip.conf"))
    assert not done
    assert (
        "cannot install //:lock.txt: pip failed. To fix it: read what it says below.\nERROR: Configuration file" in said
    )
    assert str(tmp_path / "pip.conf") in said
