"""The older pins, selected with one line, the versions that the stubs require, and a custom runtime."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mypy import api

from tests.bazel_workspace import OWN_WHEELS, BazelWorkspace, bazel_workspace

RUNFILES = Path(os.environ["TEST_SRCDIR"])
ROOT = RUNFILES / os.environ["TEST_WORKSPACE"]

DOCUMENTED = (ROOT / "docs/rules.md").read_text(encoding="utf-8")

# The documented WORKSPACE code, by default and for the older pins.
DEFAULT = "\npy_grpc_repositories()\n"
ONE_LINE = f"\n{re.search(r'^py_grpc_repositories.*protobuf6.*$', DOCUMENTED, re.MULTILINE)[0]}\n"  # type: ignore[index]

# A workspace with its own grpcio and protobuf.
OWN_RUNTIME = """
pip_repository(
    name = "pypi",
    requirements_lock = "//third_party:requirements_floors.txt",
)

register_toolchains("//own:toolchain", "@py_grpc_wheels//toolchain")
"""
OWN_BUILD = """
load("//bazel:defs.bzl", "py_grpc_library", "py_grpc_toolchain")

py_grpc_toolchain(
    name = "own",
    codegen_deps = ["@py_grpc_wheels//:grpcio_tools", "@py_grpc_wheels//:mypy_protobuf", "@py_grpc_wheels//:protobuf"],
    python = "@py_grpc_wheels//:python",
    runtime = ["@pypi//:grpcio", "@pypi//:protobuf", "@pypi//:typing_extensions"],
)

toolchain(
    name = "toolchain",
    toolchain = ":own",
    toolchain_type = "//bazel/toolchains:py_toolchain_type",
)

proto_library(
    name = "status",
    srcs = ["google/rpc/status.proto"],
    strip_import_prefix = "/own",
)

py_library(
    name = "with_protobuf",
    deps = ["@py_grpc_wheels//:googleapis_common_protos", "@py_grpc_wheels//:protobuf"],
)

py_grpc_library(
    name = "two",
    deps = ["//protos:common_proto", ":status"],
    provided_by = [":with_protobuf"],
)

py_test(
    name = "app",
    srcs = ["app.py"],
    legacy_create_init = False,
    deps = ["//protos:py_stubs", "@pypi//:protobuf"],
)
"""
APP = """\
import google.protobuf
from protos.py_stubs import trading_pb2_grpc
print("runs on", google.protobuf.__version__)
"""


def _locked(name: str) -> dict[str, str]:
    """Returns the installed versions of the packages in a lock file."""
    found = {}
    for folder in (RUNFILES / name / "site-packages").glob("*.dist-info"):
        distribution, _, version = folder.name.removesuffix(".dist-info").partition("-")
        found[distribution] = version
    return found


def _probe(wheels: str, parent: Path) -> str:
    """Returns probe.py's output for a package on some wheels."""
    program = [sys.executable, "-I", "-S", "-B", str(ROOT / "tests/versions/probe.py")]
    result = subprocess.run(
        [*program, str(RUNFILES / wheels / "site-packages"), str(parent), "protos.py_stubs"],
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip() or result.stderr


def _runs(wheels: str, parent: Path) -> bool:
    locked = _locked(wheels)
    output = _probe(wheels, parent)
    assert output == f"A {locked['grpcio']} {locked['protobuf']}", output
    return True


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    """A workspace with the older pins and the built package."""
    wheels = {"py_grpc_wheels": "protobuf6_wheels"}
    with bazel_workspace(tmp_path_factory.mktemp("six"), wheels) as workspace:
        text = (workspace.root / "WORKSPACE").read_text()
        assert text.count(DEFAULT) == 1
        workspace.write("WORKSPACE", text.replace(DEFAULT, ONE_LINE))
        result = workspace.bazel("build", "//protos:py_stubs")
        assert result.returncode == 0, result.stderr
        yield workspace


def _requirements(package: Path) -> list[str]:
    return [line for line in (package / "requirements.txt").read_text().splitlines() if not line.startswith("#")]


def test_one_line_selects_the_older_pins(six: BazelWorkspace) -> None:
    # The wheels that replace its own come from the same lock file.
    shown = six.bazel("query", "--output=build", "//external:py_grpc_wheels + //external:protobuf6_wheels")
    locks = re.findall(r'requirements_lock = "(?:@jts_grpc)?(//\S+)"', shown.stdout)
    assert locks == ["//third_party:requirements_protobuf6.txt"] * 2, shown.stdout + shown.stderr
    header = (six.root / "bazel-bin/protos/py_stubs/common_pb2.py").read_text().splitlines()[0]
    assert f"with grpcio-tools {_locked('protobuf6_wheels')['grpcio_tools']}, mypy-protobuf" in header


@pytest.mark.parametrize(
    ("lock", "major"), [pytest.param("floors_wheels", 7, id="7"), pytest.param("protobuf6_floors_wheels", 6, id="6")]
)
def test_the_minimum_versions_are_those_stamped_into_the_code(lock: str, major: int, six: BazelWorkspace) -> None:
    package = (ROOT if major == 7 else six.root / "bazel-bin") / "protos/py_stubs"
    floors = _locked(lock)
    assert floors["protobuf"].startswith(f"{major}.")
    assert _requirements(package) == [
        f"grpcio>={floors['grpcio']}",
        f"protobuf>={floors['protobuf']},<{major + 2}",
    ], "lock the floors again: third_party/requirements_*floors.in, tools/update_requirements.sh"


@pytest.mark.parametrize("wheels", ["floors_wheels", "py_grpc_wheels"])
def test_the_stubs_run_on_minimum_and_newest_versions(wheels: str) -> None:
    assert _runs(wheels, ROOT)


@pytest.mark.parametrize("wheels", ["protobuf6_floors_wheels", "protobuf6_wheels", "py_grpc_wheels"])
def test_older_stubs_run_on_protobuf_6_and_7(wheels: str, six: BazelWorkspace) -> None:
    assert _runs(wheels, six.root / "bazel-bin")


def test_versions_below_the_minimum_fail() -> None:
    assert "VersionError" in _probe("protobuf6_wheels", ROOT)


def test_older_stubs_are_typed(six: BazelWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYPYPATH", str(six.root / "bazel-bin"))
    options = ["--strict", f"--cache-dir={os.devnull}", "--config-file=", "-p", "protos.py_stubs"]
    output, errors, status = api.run(options)
    assert status == 0, output + errors


@pytest.fixture(scope="module", params=["floors_wheels", "protobuf6_floors_wheels"])
def own(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    """A workspace whose own runtime replaces ours, in a compatible version and in one that is too old."""
    with bazel_workspace(tmp_path_factory.mktemp("own"), {**OWN_WHEELS, "pypi": request.param}) as workspace:
        text = (workspace.root / "WORKSPACE").read_text()
        workspace.write("WORKSPACE", text.replace(DEFAULT, OWN_RUNTIME + DEFAULT))
        workspace.write("own/BUILD.bazel", OWN_BUILD)
        workspace.write("own/app.py", APP)
        workspace.write("own/google/rpc/status.proto", 'syntax = "proto3"; package google.rpc; message Status {}')
        yield workspace


@pytest.mark.parametrize("own", ["floors_wheels"], indirect=True)
def test_the_runfiles_contain_only_the_users_protobuf(own: BazelWorkspace) -> None:
    result = own.bazel("test", "--test_output=all", "//own:app")
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"runs on {_locked('floors_wheels')['protobuf']}" in result.stdout
    runfiles = own.root / "bazel-bin/own/app.runfiles"
    for module in ("google/protobuf/__init__.py", "grpc/__init__.py"):
        # Bazel 4 lists each a second time, below external/.
        found = [path.relative_to(runfiles).parts[:-3] for path in runfiles.rglob(module)]
        assert found and all("pypi" in folders for folders in found), found


@pytest.mark.parametrize("own", ["floors_wheels"], indirect=True)
def test_a_second_protobuf_is_rejected(own: BazelWorkspace) -> None:
    result = own.bazel("build", "//own:two")
    assert result.returncode != 0
    both = f"{_locked('floors_wheels')['protobuf']} and {_locked('py_grpc_wheels')['protobuf']}"
    assert f"//own:two: two protobuf would be in the runfiles: {both}: of the py_grpc toolchain" in result.stderr


@pytest.mark.parametrize("own", ["protobuf6_floors_wheels"], indirect=True)
def test_an_incompatible_version_fails_the_build(own: BazelWorkspace) -> None:
    result = own.bazel("build", "//protos:py_stubs")
    assert result.returncode != 0
    floors, theirs = _locked("floors_wheels"), _locked("protobuf6_floors_wheels")
    assert (
        f"//protos:py_stubs: the stubs need grpcio>={floors['grpcio']}, and the runtime of the py_grpc toolchain has "
        f"grpcio {theirs['grpcio']}. Install that version" in result.stderr
    ), result.stderr
    assert "Traceback" not in result.stderr
