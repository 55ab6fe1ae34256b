"""scripts/generate_grpc_stubs.sh --language with a real Bazel: TypeScript, alone and with Python."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import OWN_WHEELS, BazelWorkspace, bazel_workspace
from tests.scripts.script_runs import GENERATED, script, state

TS = "clients/typescript/src/generated"
FILES = {GENERATED: 15, TS: 4}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("ts"), OWN_WHEELS | {"ts_grpc_npm": "ts_grpc_npm"}) as made:
        yield made


def _states(workspace: BazelWorkspace) -> list[dict[str, tuple[int, bytes]]]:
    return [state(workspace, folder) for folder in FILES]


def _summaries(updated: int) -> str:
    return "".join(
        f"{folder}: {updated} updated, {number - updated} unchanged, 0 removed\n" for folder, number in FILES.items()
    )


def _edit(workspace: BazelWorkspace, old: str, new: str, path: str = "protos/trading.proto") -> None:
    text = (workspace.root / path).read_text()
    assert old in text
    (workspace.root / path).write_text(text.replace(old, new))


def test_the_committed_packages_are_fresh(workspace: BazelWorkspace) -> None:
    before = _states(workspace)
    result = script(workspace, "--language", "all")
    assert (result.returncode, result.stdout) == (0, _summaries(0)), result.stderr
    check = script(workspace, "--check", "--language", "all")
    assert (check.returncode, check.stdout) == (
        0,
        "".join(f"{folder}: {number} files are up to date\n" for folder, number in FILES.items()),
    )
    # Read as a folder without BUILD files, the same protos give the same packages.
    other = script(workspace, "--check", "--language", "all", "--proto-root", "protos")
    assert (other.returncode, other.stdout) == (0, check.stdout), other.stderr
    assert _states(workspace) == before


def test_an_edited_proto_is_stale_in_all_languages(workspace: BazelWorkspace) -> None:
    _edit(workspace, "// Buys.", "// Buys what it names.")
    check = script(workspace, "--check", "--language=all")
    assert (check.returncode, check.stdout.splitlines()) == (
        1,
        [
            f"{GENERATED}/trading_pb2.pyi: differs from the build",
            f"{TS}/trading_pb.ts: differs from the build",
            f"To update it, type: {workspace.root}/scripts/generate_grpc_stubs.sh --language=all",
        ],
    )
    result = script(workspace, "--language=all")
    assert (result.returncode, result.stdout) == (0, _summaries(1)), result.stderr


def test_removing_a_proto_removes_its_modules(workspace: BazelWorkspace) -> None:
    (workspace.root / "protos/trading.proto").unlink()
    (workspace.root / TS / "mine.ts").write_text("export const MINE = 1;\n")
    result = script(workspace, "--language", "typescript")
    assert (result.returncode, result.stdout) == (0, "0 updated, 3 unchanged, 1 removed\n"), result.stderr
    assert set(state(workspace, TS)) == {"common_pb.ts", "market_data_pb.ts", "mine.ts", "npm-dependencies.json"}
    assert (workspace.root / GENERATED / "trading_pb2.py").exists()


def test_a_failing_build_changes_nothing(workspace: BazelWorkspace) -> None:
    (workspace.root / GENERATED / "common_pb2.py").unlink()
    _edit(workspace, "// Buys.", "nonsense", "protos/trading.proto")
    before = _states(workspace)
    result = script(workspace, "--language", "all")
    assert (result.returncode, result.stdout) == (3, "") and "protos/trading.proto:" in result.stderr
    assert _states(workspace) == before


def test_other_proto_roots_and_another_folder(workspace: BazelWorkspace, tmp_path: Path) -> None:
    protos, more = tmp_path / "their protos", tmp_path / "more"
    protos.mkdir()
    (more / "3rd").mkdir(parents=True)
    (more / "3rd/item.proto").write_text('syntax = "proto3"; package shop; message Item { int64 id = 1; }')
    (protos / "shop.proto").write_text(
        'syntax = "proto3"; package shop; import "3rd/item.proto"; message Order { Item item = 1; }'
    )
    arguments = ["--language", "typescript", "--proto-root", protos.name, "--proto-root", "more", "--out", "out"]
    result = script(workspace, *arguments, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, "3 updated, 0 unchanged, 0 removed\n"), result.stderr
    out = tmp_path / "out"
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    # A name that Python could not import.
    assert files == {"3rd/item_pb.ts", "npm-dependencies.json", "shop_pb.ts"}
    # The next run sees an added proto.
    (protos / "new.proto").write_text('syntax = "proto3"; package shop; message New {}')
    check = script(workspace, *arguments, "--check", cwd=tmp_path)
    assert check.returncode == 1 and check.stdout.splitlines()[0] == f"{out}/new_pb.ts: is missing"
