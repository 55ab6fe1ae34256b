"""What is no proto of the tree, unless something imports it: links, and folders that other programs fill."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from proto_tree.folder import read_folders
from tests.proto_tree.folders import EMPTY, error, importing, link, read, write

# Each folder has a proto that nothing provides the import of: it must not be read.
_STRAY = importing("nope.proto")


@pytest.mark.parametrize(
    ("files", "links"),
    [
        pytest.param({"node_modules/@grpc/proto-loader/x.proto": _STRAY}, {}, id="node-modules"),
        pytest.param({"web/app/node_modules/x/y.proto": _STRAY}, {}, id="node-modules-below"),
        pytest.param({"venv/pyvenv.cfg": "", "venv/lib/python3/site-packages/x.proto": _STRAY}, {}, id="venv"),
        pytest.param({"tools/py/pyvenv.cfg": "", "tools/py/x.proto": _STRAY}, {}, id="venv-of-another-name"),
        pytest.param({".venv/x.proto": _STRAY, ".git/y.proto": _STRAY}, {}, id="hidden-folders"),
        pytest.param({}, {"bazel-bin": "/usr/lib", "bazel-protos": "/usr/share"}, id="bazel-links"),
        pytest.param({"../out/x.proto": _STRAY}, {"bazel-out": "../out", "c/b": "../../out"}, id="links-to-outside"),
        pytest.param({"../out/x.proto": _STRAY}, {"b.proto": "../out/x.proto"}, id="a-link-to-a-proto-outside"),
        pytest.param({"../in2/x.proto": _STRAY}, {"b.proto": "../in2/x.proto"}, id="a-name-that-starts-the-same"),
        pytest.param({}, {"b.proto": "gone.proto", "c": "gone"}, id="dangling-links"),
        pytest.param({}, {"b.proto": "b.proto"}, id="a-link-to-itself"),
        pytest.param({}, {".#a.proto": "me@machine.123:456"}, id="an-emacs-lock-file"),
        pytest.param({}, {"b.proto": "a.proto", "a/b/c.proto": "../../a.proto"}, id="links-to-a-proto-inside"),
        pytest.param({}, {"b:c.proto": "a.proto"}, id="a-link-that-bazel-could-not-name"),
        pytest.param({"a/README.md": ""}, {"again": "a", "a/up": ".."}, id="links-to-folders-inside"),
        pytest.param({"a/README.md": ""}, {"x.proto": "a"}, id="a-link-to-a-folder-that-is-named-like-a-proto"),
    ],
)
def test_what_nothing_imports_is_passed_over(
    files: Mapping[str, str], links: Mapping[str, str], tmp_path: Path
) -> None:
    root = write(tmp_path / "in", {"a.proto": EMPTY, **files})
    link(root, links)
    found = read(root)
    assert (found.roots, found.aliases) == ({"a.proto": str(root)}, {})
    assert not [path for _, path in found.folders if "node_modules" in path or "venv" in path]


@pytest.mark.parametrize(
    ("files", "links", "imported"),
    [
        pytest.param({"node_modules/x/x.proto": EMPTY}, {}, ["node_modules/x/x.proto"], id="node-modules"),
        pytest.param({"v/pyvenv.cfg": "", "v/x.proto": EMPTY}, {}, ["v/x.proto"], id="venv"),
        pytest.param({".b.proto": EMPTY, ".c/c.proto": EMPTY}, {}, [".b.proto", ".c/c.proto"], id="hidden"),
        pytest.param({".s/x/y.proto": EMPTY}, {"x": ".s/x"}, ["x/y.proto"], id="a-link-to-a-hidden-folder"),
    ],
)
def test_what_is_imported_is_taken_with_what_it_imports(
    files: Mapping[str, str], links: Mapping[str, str], imported: list[str], tmp_path: Path
) -> None:
    write(tmp_path, {**files, "a.proto": importing("node_modules/far.proto"), "node_modules/stray.proto": _STRAY})
    write(tmp_path, {"node_modules/far.proto": importing(*imported)})
    link(tmp_path, links)
    assert list(read(tmp_path).imports) == sorted(["a.proto", "node_modules/far.proto", *imported])


@pytest.mark.parametrize("target", [".store/x.proto", "a/x.txt", "node_modules/x.proto"])
def test_a_link_to_a_file_that_is_not_there_otherwise_is_a_proto(target: str, tmp_path: Path) -> None:
    write(tmp_path, {"c.proto": EMPTY, target: importing("c.proto")})
    link(tmp_path, {"d.proto": target, "e.proto": target})
    found = read(tmp_path)
    assert {path: len(imports) for path, imports in found.imports.items()} == {"c.proto": 0, "d.proto": 1}


@pytest.mark.parametrize(
    ("importer", "paths", "aliases"),
    [
        pytest.param(importing("d.proto"), ["a.proto", "d.proto"], {}, id="by-the-links-name"),
        pytest.param(importing("again/b.proto"), ["a.proto", "again/b.proto"], {}, id="through-a-link-to-its-folder"),
        pytest.param(importing("m/b.proto"), ["a.proto", "m/b.proto"], {}, id="by-its-own-name"),
        pytest.param(
            importing("d.proto", "again/b.proto", "m/b.proto"),
            ["a.proto", "again/b.proto", "d.proto", "m/b.proto"],
            {"again/b.proto": "m/b.proto", "d.proto": "m/b.proto"},
            id="by-all-of-them",
        ),
        pytest.param(
            importing("d.proto", "again/b.proto"),
            ["a.proto", "again/b.proto", "d.proto"],
            {"d.proto": "again/b.proto"},
            id="by-two-links",
        ),
    ],
)
def test_a_file_with_several_names_is_there_once(
    importer: str, paths: list[str], aliases: dict[str, str], tmp_path: Path
) -> None:
    write(tmp_path, {"a.proto": importer, "m/b.proto": EMPTY})
    link(tmp_path, {"d.proto": "m/b.proto", "again": "m"})
    found = read(tmp_path)
    assert (list(found.imports), found.aliases) == (paths, aliases)
    assert sorted([*found.roots, *found.aliases]) == paths
    for alias, target in aliases.items():
        assert found.imports[alias] == [target]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        pytest.param("../out", "{root}/b is a link to {out}, outside of the folder. ", id="outside"),
        pytest.param("../gone", "{root}/b is a dangling link. ", id="dangling-and-outside"),
        pytest.param("gone", "{root}/b is a dangling link. ", id="dangling"),
    ],
)
@pytest.mark.parametrize("provided", [(), None], ids=["installed", "unknown"])
def test_an_import_through_a_broken_link(
    target: str, message: str, provided: tuple[str, ...] | None, tmp_path: Path
) -> None:
    root = write(tmp_path / "in", {"a.proto": importing("b/x.proto")})
    write(tmp_path / "out", {"x.proto": EMPTY})
    link(root, {"b": target})
    assert error(root, provided=provided) == (
        f'a.proto:2: nothing provides the import "b/x.proto". {message.format(root=root, out=tmp_path / "out")}'
        + ("Copy what it leads to, or name that." if "out" in target else "Fix or remove it.")
    )


def _checkout(root: Path, *commands: str) -> None:
    for command in ("init --quiet", *commands):
        subprocess.run(["git", "-C", root, *command.split()], check=True)


TREE = {
    "protos/a.proto": EMPTY,
    "protos/build/gen/x.proto": _STRAY,
    "protos/dist/y.proto": EMPTY,
    "protos/scratch.proto": _STRAY,
    ".gitignore": "build/\nscratch.proto\n",
}


@pytest.mark.parametrize("root", ["protos", "."])
def test_what_git_ignores_is_passed_over(root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _checkout(write(tmp_path, TREE))
    # As in a hook of another checkout.
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))
    assert [Path(path).name for path in read(tmp_path / root).imports] == ["a.proto", "y.proto"]


def test_an_ignored_file_is_read_if_it_is_imported_or_in_git(tmp_path: Path) -> None:
    root = write(tmp_path, {**TREE, "protos/a.proto": importing("protos/build/z.proto"), "protos/build/z.proto": EMPTY})
    write(root, {"protos/scratch.proto": EMPTY})
    _checkout(root, "add --force protos/scratch.proto")
    assert list(read(root).imports) == [
        "protos/a.proto", "protos/build/z.proto", "protos/dist/y.proto", "protos/scratch.proto"
    ]  # fmt: skip


def test_a_root_that_git_ignores_is_read(tmp_path: Path) -> None:
    _checkout(write(tmp_path, {**TREE, "protos/build/gen/x.proto": EMPTY}))
    assert list(read(tmp_path / "protos/build").imports) == ["gen/x.proto"]


def test_without_git_nothing_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _checkout(write(tmp_path, {**TREE, "protos/scratch.proto": EMPTY, "protos/build/gen/x.proto": EMPTY}))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert len(read(tmp_path).imports) == 4


def test_a_broken_checkout_ignores_nothing(tmp_path: Path) -> None:
    write(tmp_path, {".git": "gitdir: nowhere", ".gitignore": "a.proto", "a.proto": EMPTY})
    assert list(read(tmp_path).imports) == ["a.proto"]


def _git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@localhost")
    subprocess.run(["git", "-C", root, *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose files are long written when they are read."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 60 * 10**9)
    root = write(tmp_path / "main", {**TREE, "protos/sub/b.proto": EMPTY})
    _git(root, "init", "--quiet")
    _git(root, "add", ".")
    _git(root, "commit", "--quiet", "--message=x")
    return root


def _again(root: Path, record: Mapping[str, Any]) -> list[str]:
    """Returns what is read with the record of an earlier run, which must be the same as without."""
    found = read_folders([root], provided=(), record=json.loads(json.dumps(record)))
    assert list(found.imports) == list(read(root).imports)
    return list(found.imports)


def test_git_is_asked_again_only_if_its_answer_may_differ(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = checkout / "protos"
    first = read(root)
    assert list(first.imports) == ["a.proto", "dist/y.proto", "sub/b.proto"]
    write(root, {"sub/b.proto": EMPTY + "// a comment", "build/gen/new.proto": EMPTY})
    monkeypatch.setenv("PATH", str(checkout))
    again = read_folders([root], provided=(), record=first.record)
    assert list(again.imports) == list(first.imports) and again.record["ignored"] == first.record["ignored"]


_IGNORED = {"build/gen/x.proto", "scratch.proto"}


@pytest.mark.parametrize(
    ("change", "more", "fewer"),
    [
        pytest.param(lambda root: write(root, {".gitignore": "other/\n"}), _IGNORED, set(), id="rules"),
        pytest.param(
            lambda root: write(root, {"protos/sub/.gitignore": "*.proto\n"}),
            set(),
            {"sub/c.proto"},
            id="more-rules-in-a-folder",
        ),
        pytest.param(
            lambda root: write(root, {"protos/dist/.gitignore": "x.proto\n"}),
            {"dist/z.proto"},
            {"dist/x.proto"},
            id="other-rules-in-a-folder",
        ),
        pytest.param(
            lambda root: write(root, {".git/info/exclude": "c.proto\n"}), set(), {"sub/c.proto"}, id="rules-in-.git"
        ),
        pytest.param(
            lambda root: _git(root, "add", "--force", "protos/build"), {"build/gen/x.proto"}, set(), id="into-git"
        ),
        pytest.param(lambda root: write(root, {"protos/sub/scratch.proto": EMPTY}), set(), set(), id="an-ignored-file"),
        pytest.param(
            lambda root: write(root, {"protos/new/build/x.proto": EMPTY}), set(), set(), id="an-ignored-folder"
        ),
        pytest.param(
            lambda root: shutil.rmtree(root / ".git"), {*_IGNORED, "dist/z.proto"}, set(), id="the-checkout-goes"
        ),
    ],
)
def test_another_answer_of_git_is_seen(
    change: Callable[[Path], object], more: set[str], fewer: set[str], checkout: Path
) -> None:
    root = checkout / "protos"
    write(root, {**dict.fromkeys(_IGNORED, EMPTY), "sub/c.proto": EMPTY})
    write(root / "dist", {".gitignore": "z.proto\n", "x.proto": EMPTY, "z.proto": EMPTY})
    found = read(root)
    assert found.record["ignored"]
    change(checkout)
    assert set(_again(root, found.record)) == {*found.imports, *more} - fewer


def test_what_the_last_answer_makes_an_error_may_be_ignored_now(checkout: Path) -> None:
    """A root in another one is fine if the other one passes over it."""
    write(checkout, {"protos/out/x.proto": EMPTY})
    record = read(checkout / "protos").record
    write(checkout, {".gitignore": "out/\nbuild/\nscratch.proto\n"})
    roots = [checkout / "protos", checkout / "protos/out"]
    assert list(read_folders(roots, provided=(), record=record).imports) == [
        "a.proto", "dist/y.proto", "sub/b.proto", "x.proto"
    ]  # fmt: skip


def test_git_is_asked_again_in_a_worktree(checkout: Path) -> None:
    tree = checkout.parent / "tree"
    _git(checkout, "worktree", "add", "--quiet", os.fspath(tree))
    write(tree, {"protos/scratch.proto": EMPTY})
    record = read(tree / "protos").record
    assert record["ignored"]
    _git(tree, "add", "--force", "protos/scratch.proto")
    assert "scratch.proto" in _again(tree / "protos", record)
    write(tree, {"protos/new.proto": EMPTY})
    record = read(tree / "protos").record
    write(checkout, {".git/info/exclude": "new.proto\n"})
    assert "new.proto" not in _again(tree / "protos", record)
