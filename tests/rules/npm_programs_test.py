"""Uses of npm_repository: programs in an action, below another program, in a test and by hand; and the folder."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.npm_locks import NpmWorkspace, npm_workspace
from tests.npm_registry import lock_entry, npm_tarball

# Prints its arguments and what it can load.
TOOL = """\
#!/usr/bin/env node
const { answer } = require("@house/answer");
let found = "not found";
try { require("undeclared"); found = "found"; } catch {}
const given = process.stdin.isTTY ? "" : require("node:fs").readFileSync(0, "utf8").trim();
console.log(answer, found, process.argv.slice(2).join(), given, process.env.NODE_OPTIONS ?? "no options");
"""

# As the code generator starts a plugin: by its path, from the execution root.
DRIVER = """\
import subprocess, sys
sys.stdout.write(subprocess.run([sys.argv[1], "started"], input="by Python", text=True, stdout=subprocess.PIPE).stdout)
"""

RULES = """\
load("//bazel:defs.bzl", "NodeModulesInfo")

def _write(ctx, command, inputs, tools):
    out = ctx.actions.declare_file(ctx.label.name + ".txt")
    ctx.actions.run_shell(outputs = [out], inputs = inputs, tools = tools, command = "(%s) > %s" % (command, out.path))
    return [DefaultInfo(files = depset([out]))]

def _run_impl(ctx):
    command = " ".join(ctx.attr.words + [ctx.executable.tool.path, "</dev/null && find . -type l | wc -l"])
    return _write(ctx, command, ctx.files.srcs, [ctx.attr.tool[DefaultInfo].files_to_run])

run = rule(_run_impl, attrs = {
    "srcs": attr.label_list(allow_files = True),
    "tool": attr.label(executable = True, cfg = "exec"),
    "words": attr.string_list(),
})

def _read_impl(ctx):
    packages = ctx.attr.packages[NodeModulesInfo]
    command = "cat '%s/tool/a b.txt' %s/tool/BUILD.bazel && echo '%s'" % (
        packages.directory.path, packages.directory.path, json.encode(packages.versions))
    return _write(ctx, command, [packages.directory], [])

read = rule(_read_impl, attrs = {"packages": attr.label(providers = [NodeModulesInfo])})

def _test_impl(ctx):
    launcher, tool = ctx.actions.declare_file(ctx.label.name), ctx.executable.tool.short_path
    ctx.actions.write(launcher, "#!/bin/sh\\nexec ./%s tested < /dev/null" % tool, is_executable = True)
    runfiles = ctx.runfiles([ctx.executable.tool]).merge(ctx.attr.tool[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

run_test = rule(_test_impl, test = True, attrs = {"tool": attr.label(executable = True, cfg = "target")})
"""

BUILD = """\
load(":rules.bzl", "read", "run", "run_test")

run(name = "alone", tool = "@npm//bin:run-tool")
run(name = "below", srcs = ["driver.py"], tool = "@npm//bin:run-tool", words = ["{python}", "programs/driver.py"])
read(name = "folder", packages = "@npm//:node_modules")
run_test(name = "program_test", tool = "@npm//bin:run-tool")
"""


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NpmWorkspace]:
    folder = tmp_path_factory.mktemp("npm")
    with npm_workspace(folder) as made:
        for name, text in {
            "BUILD.bazel": BUILD.format(python=sys.executable),
            "driver.py": DRIVER,
            "rules.bzl": RULES,
        }.items():
            made.workspace.write(f"programs/{name}", text)
        _lock(made, folder, 42)
        yield made


def _lock(npm: NpmWorkspace, folder: Path, answer: int) -> None:
    """Locks a program and its dependency, whose version depends on the answer."""
    needed = npm_tarball(
        folder, {"index.js": f"exports.answer = {answer}\n"}, name="@house/answer", version=f"{answer}.0.0"
    )
    tool = npm_tarball(
        folder,
        {"tool.js": TOOL, "a b.txt": "no label, ", "BUILD.bazel": "and no BUILD file of ours\n", "x/BUILD": "("},
        name="tool",
        version="2.0.0",
        bin={"run-tool": "./tool.js", "lost": "lost.js"},
        dependencies={"@house/answer": ">=1.0.0"},
    )
    entries = {
        name: lock_entry(npm.registry.add(path)) for name, path in {"@house/answer": needed, "tool": tool}.items()
    }
    npm.lock({f"node_modules/{name}": entry for name, entry in entries.items()}, tool="2.0.0")


def _built(npm: NpmWorkspace, name: str, *flags: str) -> str:
    result = npm.bazel("build", *flags, f"//programs:{name}")
    assert result.returncode == 0, result.stderr
    assert "WARNING: input" not in result.stderr
    return (npm.workspace.root / f"bazel-bin/programs/{name}.txt").read_text()


def test_an_action_runs_a_program_and_has_few_links(npm: NpmWorkspace) -> None:
    said, links = _built(npm, "alone").splitlines()
    assert said == "42 not found   no options"
    # Three links (program, Node and folder), for the action itself and twice in the runfiles; not one per file.
    assert int(links) < 10


def test_another_program_starts_it_in_an_action(npm: NpmWorkspace) -> None:
    assert _built(npm, "below").startswith("42 not found started by Python no options\n")


def test_a_test_runs_it(npm: NpmWorkspace) -> None:
    result = npm.bazel("test", "--test_output=all", "//programs:program_test")
    assert result.returncode == 0, result.stderr
    assert "42 not found tested  no options\n" in result.stdout


def test_bazel_run_runs_it(npm: NpmWorkspace) -> None:
    result = npm.bazel("run", "@npm//bin:run-tool", "--", "a", "b", NODE_OPTIONS="--no-such-option")
    assert (result.returncode, result.stdout.rstrip()) == (0, "42 not found a,b  no options"), result.stderr


def test_by_hand_the_machines_settings_have_no_effect(npm: NpmWorkspace, tmp_path: Path) -> None:
    result = npm.bazel("build", "@npm//bin:run-tool")
    assert result.returncode == 0, result.stderr
    (tmp_path / "node").write_text("#!/bin/sh\necho another Node\n")
    (tmp_path / "node").chmod(0o755)
    for folder in (tmp_path, tmp_path / ".node_modules"):
        (folder / "undeclared").mkdir(parents=True)
        (folder / "undeclared/index.js").write_text("")
    launcher = npm.workspace.root / "bazel-bin/external/npm/bin/run-tool"
    settings = {
        "HOME": str(tmp_path),
        "NODE_OPTIONS": "--no-such-option",
        "NODE_PATH": str(tmp_path),
        "PATH": f"{tmp_path}:/usr/bin:/bin",
    }
    found = npm.workspace.run("sh", "-c", f"{launcher} by hand </dev/null", cwd=tmp_path, env=settings)
    assert (found.returncode, found.stdout) == (0, "42 not found by,hand  no options\n"), found.stderr


def test_a_folder_with_every_file_of_every_package(npm: NpmWorkspace) -> None:
    text, versions = _built(npm, "folder").splitlines()
    assert text == "no label, and no BUILD file of ours"
    assert json.loads(versions) == {"@house/answer": "42.0.0", "tool": "2.0.0"}


def test_files_of_packages_are_not_targets(npm: NpmWorkspace) -> None:
    result = npm.bazel("query", "--output=label_kind", "@npm//...")
    assert result.returncode == 0, result.stderr
    assert sorted(result.stdout.splitlines()) == [
        "node_modules rule @npm//:node_modules",
        "node_program rule @npm//bin:run-tool",
    ]


@pytest.mark.parametrize("cache", ["own", "disk"])
def test_another_package_changes_the_output(npm: NpmWorkspace, tmp_path: Path, cache: str) -> None:
    flags = [f"--disk_cache={tmp_path / 'cache'}"] if cache == "disk" else []
    for answer in (43, 44, 43):
        _lock(npm, tmp_path, answer)
        assert _built(npm, "alone", *flags).split()[0] == str(answer)
        assert f'"{answer}.0.0"' in _built(npm, "folder", *flags)
    _lock(npm, tmp_path, 42)
    assert _built(npm, "alone").split()[0] == "42"


def test_a_disk_cache_recognizes_the_packages(npm: NpmWorkspace, tmp_path: Path) -> None:
    flags = [f"--disk_cache={tmp_path / 'cache'}"]
    assert npm.bazel("clean").returncode == 0
    assert _built(npm, "alone", *flags)
    assert npm.bazel("clean", "--expunge").returncode == 0
    result = npm.bazel("build", *flags, "//programs:alone")
    assert result.returncode == 0 and " cache hit" in result.stderr, result.stderr
