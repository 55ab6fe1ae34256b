"""scripts/generate_grpc_stubs.sh --proto-root: protos of another checkout, without BUILD files."""

import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace
from tests.scripts.script_runs import fetched, said, script, state

BASE = 'syntax = "proto3"; package shop; message Item { string name = 1; }'
SHOP = 'syntax = "proto3"; package shop; import "base/item.proto"; message Order { Item item = 1; }'


@pytest.fixture
def protos(tmp_path: Path) -> Path:
    """A folder of protos without BUILD files, with a space in its name."""
    root = tmp_path / "their protos"
    (root / "base").mkdir(parents=True)
    (root / "base/item.proto").write_text(BASE)
    (root / "shop.proto").write_text(SHOP)
    return root


def _stubs(*stems: str) -> set[str]:
    return {stem + ending for stem in stems for ending in ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")}


def test_another_proto_root(workspace: BazelWorkspace, protos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = state(workspace)
    result = script(workspace, "--proto-root", protos.name, "--out", "out", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, "12 updated, 0 unchanged, 0 removed\n"), result.stderr
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert files == {"__init__.py", "py.typed", "requirements.txt", "base/__init__.py"} | _stubs("base/item", "shop")
    assert state(workspace) == before
    check = script(workspace, f"--proto-root={protos}", f"--out={out}", "--check")
    assert (check.returncode, check.stdout) == (0, "12 files are up to date\n"), check.stderr
    # The JTS protos again: a proto root leaves nothing behind for the next run.
    assert script(workspace).stdout == "0 updated, 15 unchanged, 0 removed\n"
    # Both proto roots also declare TypeScript stubs; a run for Python fetches nothing for them.
    repositories = fetched(workspace)
    assert {"proto_root", "py_grpc_wheels"} <= repositories
    assert not [name for name in repositories if "node" in name or "npm" in name]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_a_root_with_a_name_beyond_ascii(locale: str, workspace: BazelWorkspace, protos: Path, tmp_path: Path) -> None:
    root = protos.rename(tmp_path / "f\u00fcr \u20ac \U0001f600")
    program = workspace.root / "scripts/generate_grpc_stubs.sh"
    arguments = (program, "--proto-root", root, "--out", tmp_path / "out")
    for updated in ("12 updated, 0 unchanged, 0 removed\n", "0 updated, 12 unchanged, 0 removed\n"):
        result = workspace.run(*arguments, env={"LC_ALL": locale})
        assert (result.returncode, result.stdout) == (0, updated), result.stderr
    (root / "shop.proto").write_text(SHOP.replace("Order", "Changed"))
    assert workspace.run(*arguments, env={"LC_ALL": locale}).stdout == "3 updated, 9 unchanged, 0 removed\n"


def test_a_root_below_tmp(workspace: BazelWorkspace, protos: Path, tmp_path: Path) -> None:
    """Where the sandbox of Bazel 7 has a folder of its own."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        shutil.copytree(protos, f"{folder}/protos")
        result = script(workspace, "--proto-root", f"{folder}/protos", "--out", str(tmp_path / "out"))
    assert (result.returncode, result.stdout) == (0, "12 updated, 0 unchanged, 0 removed\n"), result.stderr


def test_the_next_run_sees_an_added_or_removed_proto(workspace: BazelWorkspace, protos: Path, tmp_path: Path) -> None:
    def run() -> str:
        return script(workspace, "--proto-root", str(protos), "--out", str(tmp_path / "out")).stdout

    assert run() == "12 updated, 0 unchanged, 0 removed\n"
    (protos / "new.proto").write_text(SHOP.replace("Order", "New"))
    assert run() == "5 updated, 11 unchanged, 0 removed\n"
    (protos / "base/item.proto").write_text(BASE.replace("name = 1", "title = 1"))
    assert run() == "2 updated, 14 unchanged, 0 removed\n"
    (protos / "new.proto").write_text(SHOP.replace("Order", "New").replace('import "', 'import "shop.proto"; import "'))
    assert run() == "1 updated, 15 unchanged, 0 removed\n"
    (protos / "new.proto").unlink()
    (protos / "shop.proto").write_text('syntax = "proto3"; package shop;')
    (protos / "base/item.proto").unlink()
    (tmp_path / "out/helpers.py").write_text("HAND = 'written'\n")
    assert run() == "3 updated, 4 unchanged, 9 removed\n"
    assert run() == "0 updated, 7 unchanged, 0 removed\n"
    assert sorted(os.listdir(tmp_path / "out")) == sorted(
        {"__init__.py", "helpers.py", "py.typed", "requirements.txt"} | _stubs("shop")
    )


def test_what_a_run_saves_for_the_next_may_get_lost(workspace: BazelWorkspace, protos: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"

    def run() -> str:
        arguments = ("--proto-root", protos, "--out", tmp_path / "out")
        program = workspace.root / "scripts/generate_grpc_stubs.sh"
        return workspace.run(program, *arguments, env={"XDG_CACHE_HOME": str(cache)}).stdout

    assert run() == "12 updated, 0 unchanged, 0 removed\n"
    saved = [path for path in cache.rglob("*") if path.is_file()]
    assert saved
    for path in saved:
        path.write_bytes(path.read_bytes()[:100])
    (protos / "new.proto").write_text(SHOP.replace("Order", "New"))
    assert run() == "5 updated, 11 unchanged, 0 removed\n"
    shutil.rmtree(cache)
    cache.touch()
    assert run() == "0 updated, 16 unchanged, 0 removed\n"


# mypy-protobuf defines an extension with that number and mistakes this one for it.
ODD = """
syntax = "proto2";
package odd;
import "google/protobuf/descriptor.proto";
extend google.protobuf.FieldOptions { optional string unit = 1151; }
message Price { optional string amount = 1 [(unit) = "KRW"]; }
"""


def test_a_fallback_type_stub_is_reported_at_every_run(workspace: BazelWorkspace, protos: Path, tmp_path: Path) -> None:
    (protos / "odd.proto").write_text(ODD)
    for updated in ("16 updated, 0 unchanged, 0 removed\n", "0 updated, 16 unchanged, 0 removed\n"):
        result = script(workspace, "--proto-root", str(protos), "--out", str(tmp_path / "out"))
        assert (result.returncode, result.stdout) == (0, updated), result.stderr
        (warning,) = said(result).splitlines()
        assert re.fullmatch(
            r"warning: @proto_root//:root_proto: odd\.proto: mypy-protobuf \S+ failed "
            r"\(AssertionError: .*\)\. Fell back to protoc\.",
            warning,
        )
    assert "amount: str" in (tmp_path / "out/odd_pb2.pyi").read_text()


def test_check_prints_the_command_with_the_proto_root(workspace: BazelWorkspace, protos: Path, tmp_path: Path) -> None:
    result = script(workspace, "--proto-root", str(protos), "--out", str(tmp_path / "out"), "--check")
    assert result.returncode == 1
    assert shlex.split(result.stdout.splitlines()[-1].partition("type: ")[2]) == [
        f"{workspace.root}/scripts/generate_grpc_stubs.sh",
        *("--proto-root", str(protos), "--out", f"{tmp_path}/out"),
    ]


def test_a_message_shows_the_file_below_the_proto_root(workspace: BazelWorkspace, protos: Path, tmp_path: Path) -> None:
    (protos / "shop.proto").write_text(SHOP + "\nmessage {")
    result = script(workspace, "--proto-root", str(protos), "--out", str(tmp_path / "out"))
    assert result.returncode == 3
    assert "@proto_root//:root_proto: protoc failed\nshop.proto:2:9: Expected message name.\n" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param(
            {"$(touch pwned):/x.proto": ""},
            "$(touch pwned):/x.proto: Bazel labels cannot contain ':'. Rename it.\n",
            id="colon",
        ),
        pytest.param(
            {"x.proto": 'import "../../etc/passwd.proto";'},
            'x.proto:1: nothing provides the import "../../etc/passwd.proto". '
            "protoc does not allow dots or empty parts in imports: write the path below the folder.\n",
            id="up-and-out",
        ),
        pytest.param(
            {"readme.txt": ""},
            "{root} contains no .proto files. Name the folder that their imports are relative to.\n",
            id="no-protos",
        ),
        pytest.param(
            {}, "{root}: No such file or directory. Name a folder of .proto files that can be read.\n", id="no-folder"
        ),
    ],
)
def test_a_bad_proto_root_is_rejected_in_one_line(
    workspace: BazelWorkspace, tmp_path: Path, files: dict[str, str], message: str
) -> None:
    root = tmp_path / "bad"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    result = script(workspace, "--proto-root", str(root), "--out", str(tmp_path / "out"), cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", message.replace("{root}", str(root)))
    assert not (tmp_path / "out").exists() and not list(tmp_path.rglob("pwned"))


def test_a_name_that_python_cannot_have_is_rejected_for_python(workspace: BazelWorkspace, tmp_path: Path) -> None:
    for folder in ("3rd", "$(touch pwned)"):
        path = tmp_path / "their protos" / folder / "x.proto"
        path.parent.mkdir(parents=True)
        path.write_text(BASE)
        result = script(workspace, "--proto-root", str(path.parents[1]), "--out", str(tmp_path / "out"))
        assert (result.returncode, result.stdout) == (3, ""), result.stderr
        (line,) = (line for line in result.stderr.splitlines() if f'Python cannot import "{folder}"' in line)
        assert f"{folder}/x.proto: " in line and "Traceback" not in result.stderr
        path.unlink()
        path.parent.rmdir()
    assert not (tmp_path / "out").exists() and not list(tmp_path.rglob("pwned"))
