"""pip_repository and packages that must not run: nothing of them is unpacked, built or imported."""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace
from tests.supply_chain.packages import MARK, flip_a_byte, sdist, wheel

PIN = "demo-pkg==1.0 --hash=sha256:{}"
ONLY_BINARY = "the index has no wheel of a locked version for this Python and platform"


@dataclass
class Index:
    """A folder that pip finds packages in, and a workspace whose repository is installed from it."""

    workspace: BazelWorkspace
    folder: Path
    trace: Path

    def install(self, lock: str, **settings: str) -> tuple[bool, str]:
        """Has Bazel install a lock. Returns whether it did, and what it said."""
        self.workspace.write("lock.txt", f"# {self.folder}\n{lock}\n")
        environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.folder), "PY_GRPC_PYTHON": sys.executable}
        result = self.workspace.run("bazel", "build", "@wheels//:all", env={**environment, **settings})
        return result.returncode == 0, result.stderr

    def installed(self) -> set[str]:
        """Returns the modules and .pth files that lie in the repository."""
        output_base = Path(self.workspace.bazel("info", "output_base").stdout.strip())
        found = (output_base / "external/wheels").rglob("*.p[yt]*")
        return {path.name for path in found if path.is_file() and MARK in path.read_text()}

    def is_clean(self) -> bool:
        """Returns whether no package has left anything, be it by running or by being unpacked."""
        return not self.trace.exists() and self.installed() == set()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("wheels")) as made:
        with (made.root / "WORKSPACE").open("a") as file:
            file.write('pip_repository(name = "wheels", requirements_lock = "//:lock.txt")\n')
        with (made.root / "BUILD.bazel").open("a") as file:
            file.write('exports_files(["lock.txt"])\n')
        yield made


@pytest.fixture
def index(workspace: BazelWorkspace, tmp_path: Path) -> Index:
    (tmp_path / "index").mkdir()
    return Index(workspace, tmp_path / "index", tmp_path / "trace")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _run_python(*arguments: str | Path) -> None:
    """Runs what this Python can run without a person's own settings, and wants no success of it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    command = [sys.executable, *map(str, arguments)]
    subprocess.run(command, env={**clean, "PIP_CONFIG_FILE": os.devnull}, capture_output=True, check=False)


def test_a_locked_wheel_is_unpacked_and_does_not_run(index: Index, figures: Counter[str]) -> None:
    path = wheel(index.folder, index.trace)
    done, said = index.install(PIN.format(_sha256(path)))
    assert done, said
    assert index.installed() == {"demo_pkg.py", "demo_pkg.pth"} and not index.trace.exists()
    figures["installed"] += 1
    # It would leave a trace: the tests below would see it run.
    _run_python("-c", f"import sys; sys.path.append({str(index.folder)!r} + '/{path.name}'); import demo_pkg")
    assert index.trace.exists()


@pytest.mark.parametrize("part", ["demo_pkg.py", "demo_pkg.pth", "demo_pkg-1.0.dist-info/RECORD"])
def test_a_wheel_with_a_flipped_byte_is_refused(index: Index, figures: Counter[str], part: str) -> None:
    path = wheel(index.folder, index.trace)
    lock = PIN.format(_sha256(path))
    with zipfile.ZipFile(path) as archive:
        # In the contents, which zip itself checks: had it been unpacked, the message would be of its checksum.
        start = archive.getinfo(part).header_offset + 30 + len(part)
    flip_a_byte(path, start)
    done, said = index.install(lock)
    assert not done and index.is_clean()
    assert "cannot install //:lock.txt: a file is not the one that was locked, and was not used. To mend it: " in said
    assert f"demo-pkg==1.0 from file://{path}" in said and "CRC" not in said
    figures["refused"] += 1


# A line with a hash and without a version is as good: the hash names the file. pip before 26 refuses it all the same.
def test_one_line_without_a_hash_is_refused(index: Index, figures: Counter[str]) -> None:
    locked, _ = wheel(index.folder, index.trace, "locked_pkg"), wheel(index.folder, index.trace)
    done, said = index.install(f"locked-pkg==1.0 --hash=sha256:{_sha256(locked)}\ndemo-pkg==1.0")
    assert not done and index.is_clean()
    assert "cannot install //:lock.txt: the lock does not name a version and a hash for every file." in said
    assert "To mend it: lock the requirements again: tools/update_requirements.sh." in said
    assert "\n    demo-pkg==1.0 --hash=sha256:" in said, "which line it is"
    figures["refused"] += 1


def test_a_lock_without_any_hash_is_refused(index: Index, figures: Counter[str]) -> None:
    # pip alone insists on hashes only where a line of the lock has one.
    wheel(index.folder, index.trace)
    done, said = index.install("demo-pkg==1.0", PIP_REQUIRE_HASHES="0")
    assert not done and index.is_clean()
    assert "cannot install //:lock.txt: the lock does not name a version and a hash for every file." in said
    figures["refused"] += 1


@pytest.mark.parametrize("settings", [{}, {"PIP_NO_BINARY": ":all:"}, {"PIP_NO_BINARY": "demo-pkg"}], ids=str)
def test_an_sdist_is_never_built(index: Index, figures: Counter[str], settings: dict[str, str]) -> None:
    path = sdist(index.folder, index.trace)
    done, said = index.install(PIN.format(_sha256(path)), **settings)
    assert not done and index.is_clean()
    assert f"cannot install //:lock.txt: {ONLY_BINARY}" in said
    figures["refused"] += 1


def test_an_sdist_would_leave_a_trace(index: Index) -> None:
    path = sdist(index.folder, index.trace)
    _run_python("-m", "pip", "wheel", "--no-index", "--no-build-isolation", "--wheel-dir", index.folder, path)
    assert index.trace.exists()


def test_what_an_address_or_a_folder_names_is_refused(index: Index, figures: Counter[str]) -> None:
    path = wheel(index.folder, index.trace)
    for line in (f"demo-pkg @ {path.as_uri()}", f"-e {index.folder}", f"demo-pkg @ git+{path.as_uri()}@{'0' * 40}"):
        done, said = index.install(line)
        assert not done and index.is_clean(), line
        assert "cannot install //:lock.txt: " in said
        figures["refused"] += 1


@pytest.mark.parametrize("setting", ["constraint", "prefix", "requirement", "root", "target"])
@pytest.mark.parametrize("given", ["file", "variable"])
def test_a_persons_own_settings_change_nothing_of_what_is_installed(
    index: Index, tmp_path: Path, figures: Counter[str], setting: str, given: str
) -> None:
    locked, other = wheel(index.folder, index.trace), wheel(index.folder, index.trace, "other_pkg")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"other-pkg==1.0 --hash=sha256:{_sha256(other)}\n")
    value = {"constraint": tmp_path / "missing", "requirement": requirements}.get(setting, tmp_path / "elsewhere")
    (tmp_path / "pip.conf").write_text(f"[install]\n{setting} = {value}\n")
    variables = {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf")} if given == "file" else {}
    if given == "variable":
        variables[f"PIP_{setting.upper()}"] = str(value)
    done, said = index.install(PIN.format(_sha256(locked)), **variables)
    assert done, said
    assert index.installed() == {"demo_pkg.py", "demo_pkg.pth"} and not (tmp_path / "elsewhere").exists()
    figures["settings without effect"] += 1
