"""A build of the stubs: what its actions may do, and what it leaves in the source tree."""

import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bazel_workspace import OWN_WHEELS, BazelWorkspace, bazel_workspace
from tests.namespaces import without_user_namespaces

TARGETS = ("//protos:py_stubs", "//:wheel")
MNEMONICS = {"PyGrpcCompile", "PyGrpcGenerate", "PyGrpcImport", "PyGrpcPackage", "PyGrpcWheel"}

# The sandbox that can block the network; without this flag, Bazel may fall back to another.
SANDBOX = "--spawn_strategy=linux-sandbox"

# Bazel's own symlinks into its output tree.
LINKS = {f"bazel-{name}" for name in ("bin", "out", "testlogs", "workspace")}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    """The workspace as a git repository, with everything committed."""
    wheels = {**OWN_WHEELS, "build_wheels": "build_wheels"}
    with bazel_workspace(tmp_path_factory.mktemp("build"), wheels) as made:
        for arguments in (
            ["init", "-q"],
            ["add", "."],
            ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "t"],
        ):
            result = made.run("git", *arguments, env={"GIT_CONFIG_NOSYSTEM": "1"})
            assert result.returncode == 0, result.stderr
        yield made


def _status(workspace: BazelWorkspace) -> set[str]:
    """Returns what is not committed to git, ignored or not."""
    result = workspace.run("git", "status", "--porcelain", "--ignored", "--untracked-files=all")
    assert result.returncode == 0, result.stderr
    return set(result.stdout.splitlines())


def test_a_build_leaves_nothing_in_the_source_tree(workspace: BazelWorkspace, figures: Counter[str]) -> None:
    before, folders = _status(workspace), _folders(workspace)
    assert before == set()
    result = workspace.bazel("build", *TARGETS)
    assert result.returncode == 0, result.stderr
    links, after = {f"?? {name}" for name in LINKS}, _status(workspace)
    figures["files left in the source tree"] = len(after - links)
    assert after == links
    assert _folders(workspace) == folders, "git does not see an empty folder"


def _folders(workspace: BazelWorkspace) -> set[str]:
    found = (path for path in workspace.root.rglob("*") if path.is_dir() and not path.is_symlink())
    return {path.relative_to(workspace.root).as_posix() for path in found if ".git" not in path.parts}


def test_python_needs_neither_node_nor_npm(workspace: BazelWorkspace) -> None:
    result = workspace.bazel("build", *TARGETS)
    assert result.returncode == 0, result.stderr
    fetched = {path.name for path in Path(workspace.bazel("info", "output_base").stdout.strip(), "external").iterdir()}
    assert "com_google_protobuf" in fetched
    assert not [name for name in fetched if re.search(r"ts_grpc_(node|npm)|test_npm", name)]


def _actions(workspace: BazelWorkspace) -> list[dict[str, Any]]:
    """Returns every action that the targets need, including those of aspects."""
    expression = " + ".join(f"deps({target})" for target in TARGETS)
    result = workspace.bazel("aquery", "--include_aspects", "--output=jsonproto", expression)
    assert result.returncode == 0, result.stderr
    actions: list[dict[str, Any]] = json.loads(result.stdout)["actions"]
    return actions


def test_nothing_is_compiled(workspace: BazelWorkspace, figures: Counter[str]) -> None:
    actions = _actions(workspace)
    mnemonics = {action["mnemonic"] for action in actions}
    assert mnemonics >= MNEMONICS
    assert not [name for name in mnemonics if name.startswith(("Cpp", "Objc", "Java"))]
    figures["actions, none of a compiler"] = len(actions)


def test_every_action_of_ours_blocks_the_network(workspace: BazelWorkspace, figures: Counter[str]) -> None:
    ours = [action for action in _actions(workspace) if action["mnemonic"].startswith("PyGrpc")]
    assert {action["mnemonic"] for action in ours} == MNEMONICS
    for action in ours:
        assert {"key": "block-network", "value": "1"} in action.get("executionInfo", []), action["mnemonic"]
    figures["of them without a network by their own rule"] = len(ours)


@pytest.fixture
def listener(workspace: BazelWorkspace) -> Iterator[socket.socket]:
    """A socket that listens on loopback, on a machine where Bazel's sandbox can block access to it."""
    workspace.write("probe/BUILD.bazel", 'genrule(name = "probe", outs = ["o"], cmd = "touch $@")\n')
    result = workspace.bazel("build", SANDBOX, "//probe")
    if "no strategy with that identifier was registered" in result.stderr:
        without_user_namespaces("Bazel has no linux-sandbox here: no user namespaces, or a chroot")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def _was_reached(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize("allowed", [False, True], ids=["as-committed", "allowed"])
def test_a_genrule_reaches_the_network_only_if_allowed(
    workspace: BazelWorkspace, listener: socket.socket, figures: Counter[str], allowed: bool
) -> None:
    command = f"exec 3<>/dev/tcp/127.0.0.1/{listener.getsockname()[1]} && echo reached > $@"
    workspace.write("calls/BUILD.bazel", f'genrule(name = "home", outs = ["o"], cmd = "{command}")\n')
    options = ["--sandbox_default_allow_network=true"] if allowed else []
    result = workspace.bazel("build", SANDBOX, *options, "//calls:home")
    assert (_was_reached(listener), result.returncode == 0) == (allowed, allowed), result.stderr
    figures["calls let through" if allowed else "calls stopped"] += 1


# Prepended to the command of each of our actions.
CALL = """\
import socket
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=5).close()
except OSError:
    print("called in vain")
"""


def test_our_actions_have_no_network_even_where_others_do(
    workspace: BazelWorkspace, listener: socket.socket, figures: Counter[str]
) -> None:
    program = workspace.root / "codegen/run.py"
    text = program.read_text()
    program.write_text(
        text.replace("import importlib\n", CALL.format(port=listener.getsockname()[1]) + "import importlib\n")
    )
    groups = "--experimental_run_validations"
    result = workspace.bazel("build", SANDBOX, "--sandbox_default_allow_network=true", groups, *TARGETS)
    program.write_text(text)
    assert result.returncode == 0, result.stderr
    assert not _was_reached(listener)
    stopped = result.stdout.count("called in vain")
    assert stopped == len([action for action in _actions(workspace) if action["mnemonic"] in MNEMONICS])
    figures["calls stopped"] += stopped
