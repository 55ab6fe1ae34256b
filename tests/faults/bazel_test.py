"""The script when a real Bazel loses its server."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace
from tests.faults.copy_out_runs import STAGE, tree
from tests.faults.polling import until

GENERATED = "src/infrastructure/grpc/generated"
STUBS = 15

# A build that blocks until it is told to continue.
SLOW = """
genrule(
    name = "slow",
    outs = ["slow.proto"],
    cmd = "touch {folder}/started; until [ -e {folder}/go ]; do sleep 0.1; done; echo 'syntax = \\"proto3\\";' > $@",
    local = True,
)

proto_library(name = "slow_proto", srcs = [":slow"])
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("faults")) as made:
        yield made


def _script(workspace: BazelWorkspace) -> subprocess.CompletedProcess[str]:
    return workspace.run(workspace.root / "scripts/generate_grpc_stubs.sh")


def _kill_server(workspace: BazelWorkspace) -> None:
    """Kills this workspace's server, a child of this test, and waits until it is gone."""
    server = int(workspace.bazel("info", "server_pid").stdout)
    os.kill(server, signal.SIGKILL)
    until(lambda: not _runs(server), "the server is gone")


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # it may not have been reaped


def test_a_server_killed_between_two_runs(workspace: BazelWorkspace, figures: Counter[str]) -> None:
    before = tree(workspace.root / GENERATED)
    assert _script(workspace).returncode == 0
    _kill_server(workspace)
    (workspace.root / GENERATED / "common_pb2.py").unlink()
    result = _script(workspace)
    assert (result.returncode, result.stdout) == (0, f"1 updated, {STUBS - 1} unchanged, 0 removed\n"), result.stderr
    assert tree(workspace.root / GENERATED) == before
    figures["servers killed between two runs"] += 1


def test_a_server_killed_during_a_build(workspace: BazelWorkspace, tmp_path: Path, figures: Counter[str]) -> None:
    build = workspace.root / "protos/BUILD.bazel"
    text = build.read_text().replace("deps = PROTOS", 'deps = PROTOS + [":slow_proto"]', 1)
    build.write_text(text + SLOW.replace("{folder}", str(tmp_path)))
    server = int(workspace.bazel("info", "server_pid").stdout)
    before = tree(workspace.root / GENERATED)
    try:
        with ThreadPoolExecutor(1) as pool:
            run = pool.submit(_script, workspace)
            until((tmp_path / "started").exists, "the build has started")
            os.kill(server, signal.SIGKILL)
            result = run.result()
    finally:
        (tmp_path / "go").touch()  # nothing ends the actions of a killed server
    assert (result.returncode, result.stdout) == (37, "")
    assert "Server terminated abruptly" in result.stderr
    assert tree(workspace.root / GENERATED) == before
    result = _script(workspace)
    assert result.returncode == 0, result.stderr
    after = tree(workspace.root / GENERATED)
    assert after.keys() > before.keys() and "protos/slow_pb2.py" in after and STAGE not in after
    figures["servers killed in the middle of a build"] += 1
