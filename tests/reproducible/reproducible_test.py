"""Two people who share only the sources and the wheels produce the same bytes, and can share a cache."""

import json
import locale
import os
import shutil
import stat
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bazel_workspace import OWN_WHEELS, BazelWorkspace, bazel_workspace
from tests.supply_chain.packages import wheel
from tests.wheel_locks import add_wheels, lock_line

WHEELS = {**OWN_WHEELS, **{name: name for name in ("build_wheels", "ts_grpc_node", "ts_grpc_npm")}}
PROJECT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "pyproject.toml")
WHEEL = f"jts_grpc-{tomllib.loads(PROJECT.read_text())['project']['version']}-py3-none-any.whl"

# Locales that exist on every machine.
LANGUAGES = ("C", "C.UTF-8")

GROUPS = "--output_groups=default,package_manifest,package_warnings"

# One file of each kind that the comparison must include.
KINDS = {
    WHEEL,
    "protos/py_stubs.manifest.json",
    "protos/py_stubs.warnings",
    "protos/py_stubs/__init__.py",
    "protos/py_stubs/py.typed",
    "protos/py_stubs/requirements.txt",
    "protos/py_stubs/trading_pb2.py",
    "protos/py_stubs/trading_pb2.pyi",
    "protos/py_stubs/trading_pb2_grpc.py",
    "protos/py_stubs/trading_pb2_grpc.pyi",
    "protos/ts_stubs.manifest.json",
    "protos/ts_stubs.warnings",
    "protos/ts_stubs/npm-dependencies.json",
    "protos/ts_stubs/trading_pb.ts",
}


@dataclass
class Person:
    """A checkout, and the environment of the person who builds in it."""

    workspace: BazelWorkspace
    variables: dict[str, str]
    umask: str
    jobs: int

    def build(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Builds the packages of all languages and the wheel."""
        targets = ("//protos:py_stubs", "//protos:ts_stubs", "//:wheel")
        words = ["build", f"--jobs={self.jobs}", GROUPS, *options, *targets]
        result = self.bazel(*words)
        assert result.returncode == 0, result.stderr
        return result

    def bazel(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs Bazel in this person's environment."""
        # LC_ALL and LC_CTYPE take precedence over LANG.
        command = ("sh", "-c", 'umask "$0" && unset LC_ALL LC_CTYPE && exec bazel "$@"', self.umask, *words)
        return self.workspace.run(*command, env={**self.variables, **variables})

    def install(self, wheels: Iterable[Path]) -> dict[str, Path]:
        """Installs copies of wheels with pip_repository, and returns every file of the repository by its path."""
        index = self.workspace.root.parent / "index"
        index.mkdir()
        copies = [Path(shutil.copy(path, index)) for path in wheels]
        self.workspace.write("lock.txt", "".join(f"{lock_line(path)}\n" for path in copies))
        add_wheels(self.workspace)
        pip = {"PIP_FIND_LINKS": str(index), "PIP_NO_INDEX": "1", "PY_GRPC_PYTHON": sys.executable}
        result = self.bazel("build", "@wheels//:all", **pip)
        assert result.returncode == 0, result.stderr
        root = Path(self.bazel("info", "output_base").stdout.strip(), "external/wheels")
        return {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}

    def outputs(self) -> dict[str, Path]:
        """Returns every file below bazel-bin by its path, including intermediate outputs.

        Not the arguments of actions: Bazel 4 only writes them for an action that runs.
        """
        root = self.workspace.root / "bazel-bin"
        files = [path for path in root.rglob("*") if path.is_file() and path.suffix != ".params"]
        return {path.relative_to(root).as_posix(): path for path in files}


def _broken_programs(folder: Path) -> Path:
    """Creates a folder of failing programs for PATH: a build that uses one of them fails."""
    folder.mkdir()
    for name in ("grpc_python_plugin", "node", "npm", "pip", "protoc", "protoc-gen-mypy", "python", "python3"):
        program = folder / name
        program.write_text("#!/bin/sh\nexit 1\n")
        program.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Person, Person]]:
    """Two people, each with a Bazel server, an output base and a home of their own."""
    folder = tmp_path_factory.mktemp("people")
    bazel = Path(shutil.which("bazel") or "").parent
    far = folder / "a-folder-with-a-much-longer-name-than-the-other-one" / "and-another-one-in-it"
    (folder / "a").mkdir()
    far.mkdir(parents=True)
    with ExitStack() as stack:
        near_by, far_off = (stack.enter_context(bazel_workspace(place, WHEELS)) for place in (folder / "a", far))
        yield (
            Person(
                near_by,
                {"LANG": LANGUAGES[0], "PATH": f"/usr/bin:/bin:{bazel}", "TZ": "UTC", "USER": "one-tester"},
                umask="022",
                jobs=1,
            ),
            Person(
                far_off,
                {
                    "LANG": LANGUAGES[1],
                    "PATH": f"{_broken_programs(folder / 'broken')}:{bazel}:/sbin:/bin:/usr/bin",
                    "PYTHONHASHSEED": "7",
                    "SOURCE_DATE_EPOCH": "1700000000",
                    "TZ": "Asia/Seoul",
                    "USER": "another-tester",
                },
                umask="077",
                jobs=8,
            ),
        )


@pytest.fixture(scope="module")
def builds(people: tuple[Person, Person]) -> list[dict[str, Path]]:
    """The outputs of both people's separate builds."""
    for person in people:
        said = person.build().stderr
        assert "cache hit" not in said
    return [person.outputs() for person in people]


def _differences(one: Mapping[str, Path], other: Mapping[str, Path]) -> list[str]:
    """Returns the files that only one of two builds has, or that differ."""
    lone = sorted(one.keys() ^ other.keys())
    return lone + [path for path in sorted(one.keys() & other) if one[path].read_bytes() != other[path].read_bytes()]


@pytest.fixture(scope="module")
def repositories(people: tuple[Person, Person], tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Path]]:
    """The repositories that pip_repository creates for both."""
    folder = tmp_path_factory.mktemp("wheels")
    # An order that changes if case is ignored.
    wheels = [wheel(folder, folder / "trace", name) for name in ("b_pkg", "Other_pkg", "a_pkg", "Zebra_pkg")]
    return [person.install(wheels) for person in people]


def test_the_locales_exist() -> None:
    before = locale.setlocale(locale.LC_ALL)
    for name in LANGUAGES:
        locale.setlocale(locale.LC_ALL, name)
    locale.setlocale(locale.LC_ALL, before)


def test_pip_repository_is_reproducible(repositories: list[dict[str, Path]], figures: Counter[str]) -> None:
    one, other = repositories
    assert one.keys() >= {"BUILD.bazel", "site-packages/Zebra_pkg.py", "site-packages/a_pkg-1.0.dist-info/RECORD"}
    differ = _differences(one, other)
    runnable = [{path for path, file in each.items() if file.stat().st_mode & stat.S_IXUSR} for each in repositories]
    figures["repositories of wheels"] = len(repositories)
    figures["files in each"] = len(one)
    figures["of them differ"] = len(differ)
    assert (differ, runnable[0]) == ([], runnable[1])


def test_every_byte_is_the_same(builds: list[dict[str, Path]], figures: Counter[str]) -> None:
    one, other = builds
    assert one.keys() >= KINDS
    differ = _differences(one, other)
    figures["builds"] = len(builds)
    figures["files"] = len(one)
    figures["bytes compared"] = sum(path.stat().st_size for path in one.values())
    figures["differ"] = len(differ)
    assert differ == []


def test_the_comparison_detects_a_changed_byte_and_an_extra_file(builds: list[dict[str, Path]], tmp_path: Path) -> None:
    one = builds[0]
    text = bytearray(one[WHEEL].read_bytes())
    text[-1] ^= 1
    (tmp_path / WHEEL).write_bytes(text)
    more = {**one, WHEEL: tmp_path / WHEEL, "left/over.py": tmp_path / WHEEL}
    assert _differences(one, more) == ["left/over.py", WHEEL]


def test_the_wheel_does_not_depend_on_the_umask(builds: list[dict[str, Path]]) -> None:
    for build in builds:
        with zipfile.ZipFile(build[WHEEL]) as wheel:
            modes = {stat.S_IMODE(entry.external_attr >> 16) for entry in wheel.infolist()}
            years = {entry.date_time[0] for entry in wheel.infolist()}
        assert modes == {0o644} and years == {1980}


def test_outputs_do_not_reveal_where_or_by_whom_they_were_built(
    people: tuple[Person, Person], builds: list[dict[str, Path]]
) -> None:
    for person, build in zip(people, builds, strict=True):
        for path, file in build.items():
            data = file.read_bytes()
            assert str(person.workspace.root.parent).encode() not in data, path
            assert b"-tester" not in data, path


def _spawned(log: Path) -> list[dict[str, object]]:
    """Returns the spawns of our actions in an execution log, which is a sequence of JSON values."""
    text, spawns = log.read_text(), []
    while text := text.lstrip():
        spawn, end = json.JSONDecoder().raw_decode(text)
        text = text[end:]
        spawns.append(spawn)
    return [spawn for spawn in spawns if spawn["mnemonic"].startswith(("PyGrpc", "TsGrpc"))]


def _was_hit(spawn: Mapping[str, object]) -> bool:
    """Returns whether a spawn was a cache hit; Bazel 4 names the field differently."""
    return bool(spawn["remoteCacheHit"] if "remoteCacheHit" in spawn else spawn["cacheHit"])


def test_a_second_checkout_gets_only_cache_hits(
    people: tuple[Person, Person], builds: list[dict[str, Path]], tmp_path: Path, figures: Counter[str]
) -> None:
    runs = []
    for number, person in enumerate(people):
        assert person.bazel("clean").returncode == 0
        log = tmp_path / f"{number}.json"
        cache = f"--disk_cache={tmp_path / 'cache'}"
        # Bazel 7 leaves intermediate outputs in the cache; the comparison needs them all.
        person.build(cache, "--remote_download_outputs=all", f"--execution_log_json_file={log}")
        runs.append(_spawned(log))
    first, second = runs
    figures["cache hits"] = sum(map(_was_hit, second))
    figures["cache misses"] = len(second) - figures["cache hits"]
    assert len(first) == len(second) > 7
    assert not any(_was_hit(spawn) for spawn in first)
    assert all(_was_hit(spawn) for spawn in second), [spawn["mnemonic"] for spawn in second]
    assert _differences(people[0].outputs(), people[1].outputs()) == []
