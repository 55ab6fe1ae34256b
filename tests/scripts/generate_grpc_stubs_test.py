"""scripts/generate_grpc_stubs.sh as a user types it, with a real Bazel behind it."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace

GENERATED = "src/infrastructure/grpc/generated"
MEND = "To bring it up to date, type: scripts/generate_grpc_stubs.sh\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("script")) as made:
        yield made


@pytest.fixture
def workspace(shared: BazelWorkspace, tmp_path: Path) -> Iterator[BazelWorkspace]:
    """The workspace, as committed; what a test does to it is undone."""
    for folder in ("protos", "src"):
        shutil.copytree(shared.root / folder, tmp_path / "saved" / folder)
    yield shared
    for folder in ("protos", "src"):
        shutil.rmtree(shared.root / folder)
        shutil.copytree(tmp_path / "saved" / folder, shared.root / folder)


def _script(workspace: BazelWorkspace, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return workspace.run(workspace.root / "scripts/generate_grpc_stubs.sh", *arguments, cwd=cwd)


def _state(workspace: BazelWorkspace) -> dict[str, tuple[int, bytes]]:
    """Returns time and content of every file of the package."""
    root = workspace.root / GENERATED
    return {
        path.relative_to(root).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in root.rglob("*")
        if path.is_file()
    }


def test_the_committed_package_is_fresh(workspace: BazelWorkspace) -> None:
    before = _state(workspace)
    result = _script(workspace)
    assert (result.returncode, result.stdout) == (0, "0 updated, 14 unchanged, 0 removed\n"), result.stderr
    assert _state(workspace) == before
    check = _script(workspace, "--check")
    assert (check.returncode, check.stdout) == (0, "14 files are up to date\n")


def test_first_run(workspace: BazelWorkspace) -> None:
    committed = {path: content for path, (_, content) in _state(workspace).items()}
    shutil.rmtree(workspace.root / GENERATED)
    result = _script(workspace)
    assert (result.returncode, result.stdout) == (0, "14 updated, 0 unchanged, 0 removed\n"), result.stderr
    assert {path: content for path, (_, content) in _state(workspace).items()} == committed


def test_one_edited_proto(workspace: BazelWorkspace) -> None:
    before = _state(workspace)
    proto = workspace.root / "protos/trading.proto"
    proto.write_text(proto.read_text().replace("// Buys.", "// Buys what it names."))
    check = _script(workspace, "--check")
    assert check.returncode == 1
    assert f"{GENERATED}/trading_pb2.pyi: differs from what the protos give\n" in check.stdout
    assert check.stdout.endswith(MEND)
    result = _script(workspace)
    assert (result.returncode, result.stdout) == (0, "1 updated, 13 unchanged, 0 removed\n"), result.stderr
    changed = {path for path, state in _state(workspace).items() if before[path] != state}
    assert changed == {"trading_pb2.pyi"}


def test_a_removed_proto_takes_its_stubs_along(workspace: BazelWorkspace) -> None:
    build = workspace.root / "protos/BUILD.bazel"
    build.write_text(build.read_text().replace('        ":trading_proto",\n', ""))
    (workspace.root / GENERATED / "helpers.py").write_text("HAND = 'written'\n")
    check = _script(workspace, "--check")
    assert check.returncode == 1
    assert f"{GENERATED}/trading_pb2_grpc.pyi: is left over: no proto gives it\n" in check.stdout
    result = _script(workspace)
    assert (result.returncode, result.stdout) == (0, "0 updated, 10 unchanged, 4 removed\n"), result.stderr
    assert "helpers.py" in _state(workspace) and not [path for path in _state(workspace) if "trading" in path]
    assert _script(workspace, "--check").returncode == 0


@pytest.mark.parametrize(
    ("path", "text", "finding"),
    [
        pytest.param("common_pb2.py", "broken", "differs from what the protos give", id="edited"),
        pytest.param("common_pb2.py", None, "is missing", id="deleted"),
        pytest.param("py.typed", None, "is missing", id="typing-marker-deleted"),
        pytest.param("stray_pb2.py", "", "is left over: no proto gives it", id="stray"),
        pytest.param(
            "mine_pb2.py",
            "MINE = 1\n",
            "has the name of a generated file, but nothing generates it: rename or delete it",
            id="hand-written-with-the-name-of-a-stub",
        ),
    ],
)
def test_check_names_file_and_command(workspace: BazelWorkspace, path: str, text: str | None, finding: str) -> None:
    target = workspace.root / GENERATED / path
    if text is None:
        target.unlink()
    else:
        target.write_text(text)
    before = _state(workspace)
    result = _script(workspace, "--check")
    assert (result.returncode, result.stdout) == (1, f"{GENERATED}/{path}: {finding}\n{MEND}")
    assert _state(workspace) == before


def test_from_any_directory_to_any_directory(workspace: BazelWorkspace, tmp_path: Path) -> None:
    result = _script(workspace, "--out", "my stubs/v1", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, "14 updated, 0 unchanged, 0 removed\n"), result.stderr
    copied = tmp_path / "my stubs/v1"
    assert (copied / "trading_pb2.py").read_bytes() == (workspace.root / GENERATED / "trading_pb2.py").read_bytes()
    (copied / "trading_pb2.py").unlink()
    check = _script(workspace, f"--out={copied}", "--check", cwd=Path("/"))
    assert check.returncode == 1
    assert check.stdout.splitlines()[0] == f"{copied}/trading_pb2.py: is missing"
    quoted = str(copied).replace(" ", "\\ ")
    mend = check.stdout.splitlines()[1]
    assert mend == f"To bring it up to date, type: scripts/generate_grpc_stubs.sh --out {quoted}"


@pytest.mark.parametrize(
    ("proto", "text", "message"),
    [
        pytest.param(
            "common.proto",
            "\nmessage X { string = 1; }",
            "protos/common.proto:53:20: Expected field name.",
            id="syntax",
        ),
        pytest.param(
            "common.proto", "\nmessage Decimal {}", 'common.proto:53:9: "Decimal" is already defined', id="duplicate"
        ),
        pytest.param(
            "trading.proto",
            '\nimport "nope.proto";',
            "nope.proto: no dependency of //protos:trading_proto",
            id="import",
        ),
        pytest.param(
            "common.proto", "\n// caf\udce9", "protos/common.proto:53:7: not UTF-8: byte 0xe9.", id="encoding"
        ),
    ],
)
def test_a_failing_build_changes_nothing(workspace: BazelWorkspace, proto: str, text: str, message: str) -> None:
    with (workspace.root / "protos" / proto).open("a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
    before = _state(workspace)
    result = _script(workspace)
    assert (result.returncode, result.stdout) == (1, ""), result.stderr
    assert message in result.stderr
    assert _state(workspace) == before


def test_two_at_once_end_as_one(workspace: BazelWorkspace) -> None:
    shutil.rmtree(workspace.root / GENERATED)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: _script(workspace), range(2)))
    assert [result.returncode for result in results] == [0, 0], results
    assert sorted(result.stdout for result in results) == [
        "0 updated, 14 unchanged, 0 removed\n",
        "14 updated, 0 unchanged, 0 removed\n",
    ]
    assert not (workspace.root / GENERATED / ".copy_out").exists()


def test_out_is_a_file(workspace: BazelWorkspace, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    result = _script(workspace, "--out", str(tmp_path / "file"))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"generate_grpc_stubs.sh: {tmp_path}/file is not a folder: choose another one with --out DIR.\n"
    )
    assert (tmp_path / "file").read_text() == "mine"


def test_out_is_read_only(workspace: BazelWorkspace) -> None:
    # /proc refuses to make folders even to root.
    result = _script(workspace, "--out", "/proc/stubs")
    assert result.returncode == 2
    assert re.fullmatch(r"generate_grpc_stubs\.sh: /proc/stubs: .*: .*, or choose another folder .*\n", result.stderr)


def test_a_folder_in_the_place_of_a_file(workspace: BazelWorkspace) -> None:
    stub = workspace.root / GENERATED / "common_pb2.py"
    stub.unlink()
    stub.mkdir()
    assert _script(workspace, "--check").returncode == 1
    result = _script(workspace)
    assert result.returncode == 2
    assert result.stderr == (
        f"generate_grpc_stubs.sh: {stub}: Is a directory: delete or rename it, "
        "or choose another folder with --out DIR. No file was half-written.\n"
    )


def test_a_folder_with_hand_written_files_in_the_way(workspace: BazelWorkspace, tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("import mine\n")
    result = _script(workspace, "--out", str(tmp_path))
    assert result.returncode == 2
    assert f"{tmp_path}/__init__.py was not generated and would be overwritten: delete it" in result.stderr
    assert set(os.listdir(tmp_path)) == {"saved", "__init__.py"}


def test_a_second_run_waits_for_the_first(workspace: BazelWorkspace) -> None:
    with (workspace.root / "WORKSPACE").open("rb") as held, ThreadPoolExecutor(1) as pool:
        fcntl.flock(held, fcntl.LOCK_EX)
        run = pool.submit(_script, workspace)
        # A run with nothing to do takes less than a second; it cannot end before the lock is free.
        assert not wait([run], timeout=5).done
        fcntl.flock(held, fcntl.LOCK_UN)
        assert run.result().returncode == 0


def test_a_terminated_run_says_so(workspace: BazelWorkspace, tmp_path: Path) -> None:
    bazel = tmp_path / "bazel"
    bazel.write_text('#!/bin/sh\nkill -TERM "$PPID"\nexec sleep 5 >/dev/null 2>&1\n')
    bazel.chmod(0o755)
    before = _state(workspace)
    result = workspace.run(workspace.root / "scripts/generate_grpc_stubs.sh", env={"BAZEL": str(bazel)})
    assert result.returncode == 128 + signal.SIGTERM
    assert _state(workspace) == before


def test_the_exit_status_is_the_builds(workspace: BazelWorkspace, tmp_path: Path) -> None:
    bazel = tmp_path / "bazel"
    bazel.write_text("#!/bin/sh\nexit 37\n")
    bazel.chmod(0o755)
    result = workspace.run(workspace.root / "scripts/generate_grpc_stubs.sh", env={"BAZEL": str(bazel)})
    assert (result.returncode, result.stdout) == (37, "")
