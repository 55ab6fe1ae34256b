"""The adapter for grpc-js and NestJS: its tests as ESM and as CommonJS, and what its types refuse."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.typescript.project import MODULE_SYSTEMS, NODE, RUNFILES, Project

ROOT = RUNFILES / os.environ["TEST_WORKSPACE"]
SOURCES = [ROOT / "clients/typescript/src" / name for name in ("grpc.ts", "nestjs.ts")]
PROGRAMS = [ROOT / "tests/typescript/adapter" / name for name in ("adapter_test.ts", "nestjs_test.ts", "mistakes.ts")]
STUBS = [ROOT / "tests/typescript/adapter/stubs/tests/typescript/adapter", ROOT / "clients/typescript/src/generated"]

# What the sources hold to beyond `strict`; a project that has these set compiles them as they are.
STRICTER = [
    "--erasableSyntaxOnly",
    "--exactOptionalPropertyTypes",
    "--isolatedDeclarations",
    "--noPropertyAccessFromIndexSignature",
    "--noUncheckedIndexedAccess",
    "--noUnusedLocals",
    "--noUnusedParameters",
]
DIRECTIVE = "// @ts-expect-error "


@pytest.fixture(scope="module", params=MODULE_SYSTEMS)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The adapter, the stubs and the tests, compiled."""
    compiled = Project(tmp_path_factory.mktemp("adapter") / "project", request.param)
    compiled.install()
    (compiled.folder / "generated").mkdir()
    for path in [*SOURCES, *PROGRAMS]:
        shutil.copy(path, compiled.folder)
    for path in (path for folder in STUBS for path in folder.glob("*_pb.ts")):
        shutil.copy(path, compiled.folder / "generated")
    assert compiled.compile() == []
    return compiled


@pytest.mark.parametrize("name", ["adapter_test", "nestjs_test"])
def test_the_adapter_works(name: str, project: Project) -> None:
    output = project.output(NODE, "--test", f"dist/{name}.js")
    assert re.search(r"^(#|ℹ) pass [1-9]", output, re.MULTILINE), output


def test_the_sources_are_as_strict_as_typescript_can_be(project: Project) -> None:
    options = STRICTER if project.module_system == "commonjs" else [*STRICTER, "--verbatimModuleSyntax"]
    messages = project.output_of_compiler(*options)
    assert [message for message in messages if message.startswith(("grpc.ts", "nestjs.ts"))] == []


