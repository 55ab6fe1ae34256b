"""The script when the package index dies while Bazel fetches wheels from it, or afterwards."""

import errno
import re
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace
from tests.faults.copy_out_runs import tree
from tests.faults.index import CLOSES, IS_GONE, RESETS, SERVES, index
from tests.namespaces import without_user_namespaces
from tests.supply_chain.packages import wheel
from tests.wheel_locks import add_wheels, lock_line

GENERATED = "src/infrastructure/grpc/generated"

# Makes the stubs depend on a fetched file.
FETCHED = """
genrule(
    name = "fetched",
    srcs = ["@wheels//:all_distributions"],
    outs = ["fetched.proto"],
    cmd = "echo 'syntax = \\"proto3\\";' > $@",
)

proto_library(name = "fetched_proto", srcs = [":fetched"])
"""

CUT_OFF = "the download of a package was cut off"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("network")) as made:
        add_wheels(made)
        build = made.root / "protos/BUILD.bazel"
        text = build.read_text().replace("deps = PROTOS", 'deps = PROTOS + [":fetched_proto"]', 1)
        build.write_text(text + FETCHED)
        yield made


def _script(workspace: BazelWorkspace, port: int) -> subprocess.CompletedProcess[str]:
    settings = {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": f"http://127.0.0.1:{port}/simple",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "0",
        "PY_GRPC_PYTHON": sys.executable,
    }
    return workspace.run(workspace.root / "scripts/generate_grpc_stubs.sh", env=settings)


def test_no_other_network_is_reachable() -> None:
    try:
        socket.create_connection(("192.0.2.1", 443), timeout=5).close()
    except OSError as error:
        if error.errno == errno.ENETUNREACH:
            return
    without_user_namespaces("Bazel keeps no test from the network here: it has no linux-sandbox")


@pytest.mark.parametrize(
    ("death", "problem", "downloads"),
    [
        pytest.param(RESETS, CUT_OFF, 1, id="reset"),
        # The second problem is all that pip before 25 detects.
        pytest.param(CLOSES, f"(?:{CUT_OFF}|a file is not the one that was locked, and was not used)", 1, id="closed"),
        pytest.param(IS_GONE, "the package index cannot be reached", 0, id="gone"),
    ],
)
def test_an_index_that_dies_while_wheels_are_fetched(
    workspace: BazelWorkspace, tmp_path: Path, figures: Counter[str], death: str, problem: str, downloads: int
) -> None:
    package, stub = workspace.root / GENERATED, workspace.root / GENERATED / "common_pb2.py"
    path = wheel(tmp_path, tmp_path / "trace")
    workspace.write("lock.txt", f"{lock_line(path)}\n")
    committed = stub.read_bytes()
    stub.unlink()
    before = tree(package)
    with index(path, death) as dying:
        result = _script(workspace, dying.port)
    assert (result.returncode, result.stdout) == (3, ""), result.stderr
    said = rf"@wheels: \S+ \(Python \S+\) cannot install //:lock\.txt: {problem}\. To fix it: "
    assert re.search(said, result.stderr), result.stderr
    assert dying.downloads == downloads and tree(package) == before
    with index(path, SERVES, dying.port) as back:
        result = _script(workspace, back.port)
    assert result.returncode == 0 and re.match("[16] updated, ", result.stdout), result
    assert back.downloads == 1 and stub.read_bytes() == committed
    figures["indexes that died survived"] += 1


def test_a_network_that_is_lost_after_the_fetch(
    workspace: BazelWorkspace, tmp_path: Path, figures: Counter[str]
) -> None:
    path = wheel(tmp_path, tmp_path / "trace")
    workspace.write("lock.txt", f"{lock_line(path)}\n")
    with index(path, SERVES) as there:
        assert _script(workspace, there.port).returncode == 0
    assert there.downloads == 1
    before = tree(workspace.root / GENERATED)
    shutil.rmtree(workspace.root / GENERATED)
    assert workspace.bazel("clean").returncode == 0
    result = _script(workspace, there.port)
    assert (result.returncode, result.stdout) == (0, "20 updated, 0 unchanged, 0 removed\n"), result.stderr
    assert tree(workspace.root / GENERATED) == before
    figures["files made without a network"] += sum(content is not None for content in before.values())
