"""nodejs_binary: in an action, below another program, as a test's data and by hand; and what it must not see."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.npm_locks import NpmWorkspace, npm_workspace
from tests.npm_registry import npm_tarball

# Says what it is given, and what it can load; in the language of modules, and in the old one.
PROGRAM = """\
import { readFileSync } from "node:fs";
import { answer } from "declared";
import { question } from "./lib/question.mjs";
const found = await import("undeclared").then(() => "found", () => "not found");
const given = process.stdin.isTTY ? "" : readFileSync(0, "utf8").trim();
console.log(question, answer, found, process.argv.slice(2).join(), given, process.env.NODE_OPTIONS ?? "no options");
"""
OLD_PROGRAM = """\
let found = "not found";
try { require("undeclared"); found = "found"; } catch {}
console.log(require("declared").answer, found, require.resolve("declared").includes(".runfiles/"));
"""

# As the code generator starts a plugin: by its path, from the root of the execution.
DRIVER = """\
import subprocess, sys
sys.stdout.write(subprocess.run([sys.argv[1], "started"], input="by Python", text=True, stdout=subprocess.PIPE).stdout)
"""

RULES = """\
def _write_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".txt")
    command = "{} > {}".format(" ".join(ctx.attr.words + [ctx.executable.tool.path]), out.path)
    ctx.actions.run_shell(outputs = [out], inputs = ctx.files.srcs, tools = [ctx.attr.tool[DefaultInfo].files_to_run],
                          command = command + " < /dev/null", execution_requirements = {"block-network": "1"})
    return [DefaultInfo(files = depset([out]))]

write = rule(_write_impl, attrs = {
    "srcs": attr.label_list(allow_files = True),
    "tool": attr.label(executable = True, cfg = "exec"),
    "words": attr.string_list(),
})

def _test_impl(ctx):
    launcher, tool = ctx.actions.declare_file(ctx.label.name), ctx.executable.tool.short_path
    ctx.actions.write(launcher, "#!/bin/sh\\nexec ./%s tested < /dev/null" % tool, is_executable = True)
    runfiles = ctx.runfiles().merge(ctx.attr.tool[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

run_test = rule(_test_impl, test = True, attrs = {"tool": attr.label(executable = True, cfg = "target")})
"""

BUILD = """\
load("//bazel:defs.bzl", "nodejs_binary")
load(":rules.bzl", "run_test", "write")

[
    nodejs_binary(
        name = name,
        data = glob(["lib/*"]),
        entry_point = main,
        node = "@npm//:nodejs",
        deps = ["@npm//declared"],
    )
    for name, main in {{"program": "main.mjs", "old_program": "main.cjs", "plain_program": "plain.js"}}.items()
]

write(name = "alone", tool = ":program")
write(name = "old", tool = ":old_program")
write(name = "plain", tool = ":plain_program")
write(name = "below", srcs = ["driver.py"], tool = ":program", words = ["{python}", "programs/driver.py"])
run_test(name = "program_test", tool = ":program")
"""


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NpmWorkspace]:
    folder = tmp_path_factory.mktemp("nodejs")
    with npm_workspace(folder) as made:
        files = {
            "BUILD.bazel": BUILD.format(python=sys.executable),
            "driver.py": DRIVER,
            "lib/question.mjs": 'export const question = "What?";\n',
            "main.cjs": OLD_PROGRAM,
            "main.mjs": PROGRAM,
            "plain.js": "console.log(typeof require)\n",
            "rules.bzl": RULES,
        }
        for name, text in files.items():
            made.workspace.write(f"programs/{name}", text)
        made.lock_all(
            *(
                npm_tarball(folder, {"index.js": "exports.answer = 42\n"}, name=name)
                for name in ("declared", "undeclared")
            )
        )
        yield made


def _built(npm: NpmWorkspace, name: str) -> str:
    result = npm.bazel("build", f"//programs:{name}")
    assert result.returncode == 0, result.stderr
    return (npm.workspace.root / f"bazel-bin/programs/{name}.txt").read_text()


def test_an_action_runs_it(npm: NpmWorkspace) -> None:
    assert _built(npm, "alone") == "What? 42 not found   no options\n"


def test_an_action_runs_one_of_the_old_kind(npm: NpmWorkspace) -> None:
    assert _built(npm, "old") == "42 not found true\n"


def test_no_folder_above_says_what_a_plain_file_is(npm: NpmWorkspace) -> None:
    above = npm.workspace.home.parent / "package.json"
    above.write_text('{"type": "module"}')
    assert _built(npm, "plain") == "function\n"
    above.unlink()


def test_two_files_of_one_place(npm: NpmWorkspace) -> None:
    rule = 'nodejs_binary(name = "two", data = ["{}:index.js"], entry_point = "index.js", node = "@npm//:nodejs")\n'
    load = 'load("//bazel:defs.bzl", "nodejs_binary")\n'
    for folder, text in {
        "two": load + rule.format("@other//two"),
        "other/two": 'exports_files(["index.js"])\n',
    }.items():
        npm.workspace.write(f"{folder}/index.js", "")
        npm.workspace.write(f"{folder}/BUILD.bazel", text)
    npm.workspace.write("other/WORKSPACE", "")
    with (npm.workspace.root / "WORKSPACE").open("a") as file:
        file.write('local_repository(name = "other", path = "other")\n')
    result = npm.bazel("build", "//two")
    assert result.returncode == 1
    assert "//two:two: //two:index.js and @other//two:index.js both become two/index.js. Take both" in result.stderr


def test_another_program_starts_it_in_an_action(npm: NpmWorkspace) -> None:
    assert _built(npm, "below") == "What? 42 not found started by Python no options\n"


def test_a_test_runs_it(npm: NpmWorkspace) -> None:
    result = npm.bazel("test", "--test_output=all", "//programs:program_test")
    assert result.returncode == 0, result.stderr
    assert "What? 42 not found tested  no options\n" in result.stdout


def test_a_person_runs_it_without_a_node_on_path(npm: NpmWorkspace, tmp_path: Path) -> None:
    result = npm.bazel("build", "//programs:program")
    assert result.returncode == 0, result.stderr
    (tmp_path / "node").write_text("#!/bin/sh\necho another Node\n")
    (tmp_path / "node").chmod(0o755)
    launcher = npm.workspace.root / "bazel-bin/programs/program"
    settings = {"NODE_OPTIONS": "--no-such-option", "NODE_PATH": str(tmp_path), "PATH": f"{tmp_path}:/usr/bin:/bin"}
    found = npm.workspace.run("sh", "-c", f"{launcher} by hand </dev/null", cwd=tmp_path, env=settings)
    assert (found.returncode, found.stdout) == (0, "What? 42 not found by,hand  no options\n"), found.stderr


def test_bazel_runs_it(npm: NpmWorkspace) -> None:
    result = npm.bazel("run", "//programs:old_program")
    assert (result.returncode, result.stdout) == (0, "42 not found true\n"), result.stderr
