"""The adapter for grpc-js and NestJS: its own tests as ESM and as CommonJS, and the errors that its types catch."""

import os
import re
import shutil

import pytest

from tests.typescript.project import MODULE_SYSTEMS, NODE, RUNFILES, Project

ROOT = RUNFILES / os.environ["TEST_WORKSPACE"]
HERE = ROOT / "tests/typescript/adapter"
SOURCES = ("grpc.ts", "nestjs.ts")

# Options beyond `strict` that the adapter satisfies, for projects that apply them to imports, or that copy it.
STRICTER = [
    "--erasableSyntaxOnly",
    "--exactOptionalPropertyTypes",
    "--isolatedDeclarations",
    "--isolatedModules",
    "--noPropertyAccessFromIndexSignature",
    "--noUncheckedIndexedAccess",
    "--noUnusedLocals",
    "--noUnusedParameters",
]

# "// @ts-expect-error TS2322: a part of the message", for the next line.
EXPECTATION = re.compile(r"^\s*// @ts-expect-error (?P<code>TS\d+): (?P<text>.+)$")
MESSAGE = re.compile(r"^(?P<file>[^\s(]+)\((?P<line>\d+),\d+\): error (?P<text>TS\d+: .*)$")


def expectations() -> dict[int, tuple[str, str]]:
    """Returns each mistake's error code and part of the message, by line number."""
    lines = (HERE / "mistakes.ts").read_text().splitlines()
    found = {number: EXPECTATION.match(line) for number, line in enumerate(lines, 2)}
    assert len([line for line in lines if "@ts-" in line]) == len([match for match in found.values() if match])
    return {number: (match["code"], match["text"]) for number, match in found.items() if match}


@pytest.fixture(scope="module", params=MODULE_SYSTEMS)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The compiled adapter, its tests and their stubs."""
    compiled = Project(tmp_path_factory.mktemp("adapter") / "project", request.param)
    compiled.install()
    for path in (*(ROOT / "clients/typescript/src" / name for name in SOURCES), *HERE.glob("*.ts")):
        shutil.copy(path, compiled.folder)
    (compiled.folder / "generated").mkdir()
    for path in (*(ROOT / "protos/ts_stubs").glob("*_pb.ts"), *(HERE / "stubs").glob("*_pb.ts")):
        shutil.copy(path, compiled.folder / "generated")
    messages = compiled.compile()
    assert messages == [], "\n".join(messages)
    return compiled


def compiler_messages(project: Project, *options: str) -> list[tuple[str, int, str]]:
    """Compiles with more options. Returns the file, the line and the full text of each message."""
    result = project.run(project.bin / "tsc", "--project", ".", "--noEmit", *options)
    found: list[tuple[str, int, str]] = []
    for line in result.stdout.splitlines():
        if match := MESSAGE.match(line):
            found.append((match["file"], int(match["line"]), match["text"]))
        else:
            file, number, text = found[-1]
            found[-1] = (file, number, f"{text}\n{line}")
    return found


@pytest.mark.parametrize("name", ["adapter_test", "nestjs_test"])
def test_clients_and_servers(name: str, project: Project) -> None:
    output = project.output(NODE, "--test", f"dist/{name}.js")
    assert re.search(r"^\S+ pass [1-9]", output, re.MULTILINE), output


def test_each_mistake_is_caught_for_the_right_reason(project: Project) -> None:
    mistakes = project.folder / "mistakes.ts"
    text = mistakes.read_text()
    mistakes.write_text(text.replace("@ts-expect-error", ""))
    try:
        messages = compiler_messages(project)
    finally:
        mistakes.write_text(text)
    seen = {line: message for file, line, message in messages if file == "mistakes.ts"}
    assert len(seen) == len(messages), messages
    expected = expectations()
    assert seen.keys() == expected.keys()
    others = {
        line: message
        for line, message in seen.items()
        if not message.startswith(f"{expected[line][0]}: ") or expected[line][1] not in message
    }
    assert others == {}


def test_the_adapter_is_as_strict_as_a_project_can_be(project: Project) -> None:
    # CommonJS cannot use this option: `import` has no syntax of its own there.
    esm = '"module"' in (project.folder / "package.json").read_text()
    messages = compiler_messages(project, *STRICTER, *(["--verbatimModuleSyntax"] if esm else []))
    assert [message for message in messages if message[0] in SOURCES] == []
    # Proof that the options were applied: an enum is not erasable syntax.
    assert any(file.startswith("generated/") and "TS1294" in text for file, _, text in messages)
