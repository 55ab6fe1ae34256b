"""scripts/generate_grpc_stubs.sh --language, with a real Bazel behind it: TypeScript, alone and with Python."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import OWN_WHEELS, BazelWorkspace, bazel_workspace
from tests.scripts.script_runs import GENERATED, script, state

TS = "clients/typescript/src/generated"
NESTJS = "clients/typescript/src/nestjs"
FILES = {GENERATED: 15, TS: 5, NESTJS: 5}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("ts"), OWN_WHEELS | {"ts_grpc_npm": "ts_grpc_npm"}) as made:
        yield made


def _states(workspace: BazelWorkspace) -> list[dict[str, tuple[int, bytes]]]:
    return [state(workspace, folder) for folder in FILES]


def _summaries(updated: int, removed: int = 0, folders: dict[str, int] = FILES) -> str:
    return "".join(
        f"{folder}: {updated} updated, {number - updated - removed} unchanged, {removed} removed\n"
        for folder, number in folders.items()
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


def test_one_edited_proto_is_stale_in_all(workspace: BazelWorkspace) -> None:
    _edit(workspace, "// Buys.", "// Buys what it names.")
    check = script(workspace, "--check", "--language=all")
    assert (check.returncode, check.stdout.splitlines()) == (
        1,
        [
            f"{GENERATED}/trading_pb2.pyi: differs from what the protos give",
            f"{TS}/trading.ts: differs from what the protos give",
            f"{NESTJS}/trading.ts: differs from what the protos give",
            f"To bring it up to date, type: {workspace.root}/scripts/generate_grpc_stubs.sh --language all",
        ],
    )
    result = script(workspace, "--language=all")
    assert (result.returncode, result.stdout) == (0, _summaries(1)), result.stderr


def test_a_removed_proto_takes_its_modules_along(workspace: BazelWorkspace) -> None:
    _edit(workspace, '        ":trading_proto",\n', "", "protos/BUILD.bazel")
    (workspace.root / TS / "mine.ts").write_text("export const MINE = 1;\n")
    result = script(workspace, "--language", "typescript")
    assert (result.returncode, result.stdout) == (0, _summaries(0, 1, {TS: 5, NESTJS: 5})), result.stderr
    assert set(state(workspace, NESTJS)) | {"mine.ts"} == set(state(workspace, TS))
    assert (workspace.root / GENERATED / "trading_pb2.py").exists()


def test_a_failing_build_changes_nothing(workspace: BazelWorkspace) -> None:
    (workspace.root / GENERATED / "common_pb2.py").unlink()
    _edit(workspace, "// Buys.", "nonsense", "protos/trading.proto")
    before = _states(workspace)
    result = script(workspace, "--language", "all")
    assert (result.returncode, result.stdout) == (1, "") and "protos/trading.proto:" in result.stderr
    assert _states(workspace) == before


def test_something_in_the_way_of_one_changes_nothing(workspace: BazelWorkspace) -> None:
    _edit(workspace, "// Buys.", "// Buys what it names.")
    mine = workspace.root / NESTJS / "npm-dependencies.json"
    mine.write_text('{"dependencies": {}}\n')
    before = _states(workspace)
    result = script(workspace, "--language", "all")
    assert (result.returncode, result.stdout) == (2, "")
    assert f"generate_grpc_stubs.sh: {mine} was not generated and would be overwritten: " in result.stderr
    assert _states(workspace) == before


def test_another_proto_root_and_another_folder(workspace: BazelWorkspace, tmp_path: Path) -> None:
    protos = tmp_path / "their protos"
    (protos / "base").mkdir(parents=True)
    (protos / "base/item.proto").write_text('syntax = "proto3"; package shop; message Item { int64 id = 1; }')
    (protos / "shop.proto").write_text(
        'syntax = "proto3"; package shop; import "base/item.proto"; message Order { Item item = 1; }'
    )
    arguments = ["--language", "typescript", "--proto-root", protos.name, "--out", "out"]
    result = script(workspace, *arguments, cwd=tmp_path)
    out = tmp_path / "out"
    lines = [f"{out}/generated: 3 updated, 0 unchanged, 0 removed", f"{out}/nestjs: 3 updated, 0 unchanged, 0 removed"]
    assert (result.returncode, result.stdout.splitlines()) == (0, lines), result.stderr
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    names = ("base/item.ts", "npm-dependencies.json", "shop.ts")
    assert files == {f"{flavor}/{name}" for flavor in ("generated", "nestjs") for name in names}
    # A proto that comes is seen by the next run.
    (protos / "new.proto").write_text('syntax = "proto3"; package shop; message New {}')
    check = script(workspace, *arguments, "--check", cwd=tmp_path)
    assert check.returncode == 1
    assert check.stdout.splitlines()[:2] == [f"{out}/{flavor}/new.ts: is missing" for flavor in ("generated", "nestjs")]
