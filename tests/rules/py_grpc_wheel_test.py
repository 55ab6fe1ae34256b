"""py_grpc_wheel as used in a BUILD file: projects and packages in other places, and all error messages."""

import zipfile
from collections.abc import Iterator

import pytest

from tests.bazel_workspace import OWN_WHEELS, BazelWorkspace, bazel_workspace

LOAD = 'load("@jts_grpc//bazel:defs.bzl", "py_grpc_library", "py_grpc_wheel")\n'
PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-stubs"
version = "2.0"
readme = "README.md"
requires-python = ">=3.11"

[tool.hatch.build.targets.wheel]
packages = ["acme"]
"""
WHEEL = (
    'py_grpc_wheel(name = "wheel", build_deps = ["@build_wheels//:all_distributions"], distribution = "acme-stubs", '
    'pyproject = "pyproject.toml", version = "2.0", '
)
GOOD = 'package = "@acme_py_stubs//:py_stubs", package_dir = "acme/stubs", srcs = ["README.md"])'


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    """A workspace with a project in a subfolder and a package from another repository with a similar name."""
    wheels = {**OWN_WHEELS, "build_wheels": "build_wheels"}
    with bazel_workspace(tmp_path_factory.mktemp("wheel"), wheels) as made:
        text = (made.root / "WORKSPACE").read_text()
        made.write("WORKSPACE", text + '\nlocal_repository(name = "acme_py_stubs", path = "acme")\n')
        made.write("acme/WORKSPACE", "")
        made.write("acme/a/shop.proto", 'syntax = "proto3"; message Order {}')
        made.write(
            "acme/BUILD.bazel",
            LOAD + 'proto_library(name = "shop", srcs = ["a/shop.proto"])\n'
            'py_grpc_library(name = "py_stubs", visibility = ["//visibility:public"], deps = [":shop"])\n',
        )
        made.write("python/pyproject.toml", PYPROJECT)
        made.write("python/README.md", "# Acme\n")
        yield made


def test_a_project_in_a_folder_with_a_package_of_another_repository(workspace: BazelWorkspace) -> None:
    workspace.write("python/BUILD.bazel", LOAD + WHEEL + GOOD)
    result = workspace.bazel("build", "//python:wheel")
    assert result.returncode == 0, result.stderr
    wheel = zipfile.ZipFile(workspace.root / "bazel-bin/python/acme_stubs-2.0-py3-none-any.whl")
    stubs = [f"acme/stubs/a/shop_pb2{ending}" for ending in (".py", ".pyi", "_grpc.py", "_grpc.pyi")]
    others = [
        "acme/stubs/__init__.py",
        "acme/stubs/a/__init__.py",
        "acme/stubs/py.typed",
        "acme/stubs/requirements.txt",
    ]
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == {*stubs, *others}
    assert b"# Acme" in wheel.read("acme_stubs-2.0.dist-info/METADATA")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            '"README.md"',
            '"//:README.md"',
            "//python:wheel: srcs: README.md is not in the folder of python/pyproject.toml. Leave it out, or",
            id="src-outside",
        ),
        pytest.param(
            '"acme/stubs"',
            '"../stubs"',
            '//python:wheel: package_dir: "../stubs" must be a folder below that of python/pyproject.toml, for example',
            id="package-dir-outside",
        ),
        pytest.param('"acme/stubs"', '""', '//python:wheel: package_dir: "" must be a folder', id="package-dir-empty"),
        pytest.param('"acme/stubs"', '"/x"', '//python:wheel: package_dir: "/x" must be a folder', id="absolute"),
        pytest.param(
            '"acme/stubs"',
            '"elsewhere/stubs"',
            "//python:wheel: pyproject.toml: its backend leaves elsewhere/stubs out of the wheel. Configure it",
            id="package-not-taken",
        ),
        pytest.param(
            'version = "2.0"',
            'version = "3.0"',
            "//python:wheel: pyproject.toml: its backend builds acme_stubs-2.0-py3-none-any.whl, and the rule is for "
            "acme_stubs-3.0-py3-none-any.whl. Use the same name",
            id="version",
        ),
        pytest.param(
            '["@build_wheels//:all_distributions"]',
            "[]",
            "//python:wheel: pyproject.toml: build-backend hatchling.build: No module named 'hatchling'. Add the",
            id="no-backend",
        ),
    ],
)
def test_bad_input(workspace: BazelWorkspace, old: str, new: str, message: str) -> None:
    assert old in WHEEL + GOOD
    workspace.write("python/BUILD.bazel", LOAD + (WHEEL + GOOD).replace(old, new))
    result = workspace.bazel("build", "//python:wheel")
    assert result.returncode != 0
    assert message in result.stderr, result.stderr
    assert '  File "' not in result.stderr, "a traceback of Python"
