"""An unprepared folder of protos: what is read, and what is rejected."""

import os
from pathlib import Path

import pytest

from proto_tree import ProtoTreeError
from proto_tree.folder import read_folder

EMPTY = 'syntax = "proto3";'


def _write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def _import(*paths: str) -> str:
    return EMPTY + "".join(f'\nimport "{path}";' for path in paths)


def _error(root: Path, runtime: Path | None = None) -> str:
    with pytest.raises(ProtoTreeError) as caught:
        read_folder(root, runtime)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_import_paths_and_imports(tmp_path: Path) -> None:
    _write(tmp_path, {"z.proto": _import("a/b.proto"), "a/b.proto": EMPTY, "a/c/d.proto": _import("z.proto")})
    found = read_folder(tmp_path)
    assert list(found) == ["a/b.proto", "a/c/d.proto", "z.proto"]
    assert {path: [tuple(entry) for entry in imports] for path, imports in found.items()} == {
        "a/b.proto": [],
        "a/c/d.proto": [("z.proto", 2)],
        "z.proto": [("a/b.proto", 2)],
    }


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(".hidden.proto", id="hidden-file"),
        pytest.param(".git/a.proto", id="hidden-folder"),
        pytest.param("a/.b/c/d.proto", id="below-a-hidden-folder"),
        pytest.param(".proto", id="an-ending-alone"),
        pytest.param("README.md", id="another-ending"),
        pytest.param("a.proto3", id="a-longer-ending"),
        pytest.param("a.PROTO", id="an-ending-in-capitals"),
        pytest.param("google/protobuf/any.proto", id="copy-of-the-runtime"),
        pytest.param("google/protobuf/compiler/plugin.proto", id="copy-of-the-runtime-below"),
    ],
)
def test_what_is_skipped(path: str, tmp_path: Path) -> None:
    _write(tmp_path, {"a.proto": EMPTY, path: _import("nope.proto")})
    assert list(read_folder(tmp_path)) == ["a.proto"]


@pytest.mark.parametrize("path", ["google/api/http.proto", "google/protobuf.proto", "my/google/protobuf/any.proto"])
def test_lookalikes_of_the_runtime_are_read(path: str, tmp_path: Path) -> None:
    assert list(read_folder(_write(tmp_path, {path: EMPTY}))) == [path]


def test_an_emacs_lock_file_is_skipped(tmp_path: Path) -> None:
    _write(tmp_path, {"a.proto": EMPTY})
    (tmp_path / ".#a.proto").symlink_to("me@machine.123:456")
    assert list(read_folder(tmp_path)) == ["a.proto"]


def test_a_folder_may_be_named_like_a_proto(tmp_path: Path) -> None:
    assert list(read_folder(_write(tmp_path, {"a.proto/b.proto": EMPTY}))) == ["a.proto/b.proto"]


def test_a_link_to_a_proto_inside_is_skipped(tmp_path: Path) -> None:
    _write(tmp_path, {"a/b.proto": EMPTY})
    (tmp_path / "d.proto").symlink_to("a/b.proto")
    assert list(read_folder(tmp_path)) == ["a/b.proto"]


@pytest.mark.parametrize("target", [".store/x.proto", "a/x.txt"])
def test_a_link_to_anything_but_a_proto_of_the_tree_counts_as_a_file(target: str, tmp_path: Path) -> None:
    _write(tmp_path, {"c.proto": EMPTY, target: _import("c.proto")})
    (tmp_path / "d.proto").symlink_to(target)
    assert {path: len(imports) for path, imports in read_folder(tmp_path).items()} == {"c.proto": 0, "d.proto": 1}


def test_a_link_to_a_folder_inside_is_skipped(tmp_path: Path) -> None:
    _write(tmp_path, {"a/b.proto": EMPTY})
    (tmp_path / "again").symlink_to("a")
    (tmp_path / "a" / "up").symlink_to("..")
    assert list(read_folder(tmp_path)) == ["a/b.proto"]


@pytest.mark.parametrize("target", ["gone.proto", "b.proto"], ids=["nothing", "itself"])
def test_a_dangling_link(target: str, tmp_path: Path) -> None:
    _write(tmp_path, {"a.proto": EMPTY})
    (tmp_path / "b.proto").symlink_to(target)
    assert _error(tmp_path) == f"{tmp_path}/b.proto is a dangling link. Fix or remove it."


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    _write(tmp_path / "real", {"a/b.proto": EMPTY, "c.proto": EMPTY})
    (tmp_path / "real" / "d.proto").symlink_to(tmp_path / "real" / "c.proto")
    (tmp_path / "link").symlink_to("real")
    assert list(read_folder(tmp_path / "link")) == ["a/b.proto", "c.proto"]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        pytest.param("b.proto", "out/x.proto", id="file"),
        pytest.param("b", "out", id="folder"),
        pytest.param("deep/b", "out", id="folder-below"),
        pytest.param("b.proto", "in2/x.proto", id="a-folder-whose-name-starts-the-same"),
        pytest.param("b.proto", "gone.proto", id="file-that-is-not-there"),
    ],
)
def test_a_link_that_leads_outside(name: str, target: str, tmp_path: Path) -> None:
    _write(tmp_path, {"in/a.proto": EMPTY, "in/deep/c.proto": EMPTY, "out/x.proto": EMPTY, "in2/x.proto": EMPTY})
    link = tmp_path / "in" / name
    link.symlink_to(tmp_path / target)
    place = (tmp_path / target).resolve()
    assert _error(tmp_path / "in").startswith(f"{link} is a link to {place}, outside of the folder. ")


@pytest.mark.parametrize(
    ("name", "target"),
    [
        pytest.param("README.md", "out/README.md", id="another-ending"),
        pytest.param("b", "gone", id="nothing"),
        pytest.param(".b.proto", "out/x.proto", id="hidden"),
    ],
)
def test_an_irrelevant_link_to_the_outside(name: str, target: str, tmp_path: Path) -> None:
    _write(tmp_path, {"in/a.proto": EMPTY, "out/x.proto": EMPTY, "out/README.md": ""})
    (tmp_path / "in" / name).symlink_to(tmp_path / target)
    assert list(read_folder(tmp_path / "in")) == ["a.proto"]


def test_a_folder_that_links_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert _error(tmp_path / "loop").startswith(f"{tmp_path}/loop: Too many levels of symbolic links. ")


def test_a_missing_folder(tmp_path: Path) -> None:
    assert _error(tmp_path / "nope").startswith(f"{tmp_path}/nope: No such file or directory. ")


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    _write(tmp_path, {"a.proto": EMPTY})
    assert _error(tmp_path / "a.proto").startswith(f"{tmp_path}/a.proto: Not a directory. ")


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"a/README.md": ""}, id="no-proto"),
        pytest.param({".a.proto": EMPTY}, id="hidden-ones"),
        pytest.param({"google/protobuf/any.proto": EMPTY}, id="copies-of-the-runtime"),
    ],
)
def test_an_empty_folder(files: dict[str, str], tmp_path: Path) -> None:
    _write(tmp_path, files)
    assert _error(tmp_path).startswith(f"{tmp_path} contains no .proto files. ")


def _forbid(monkeypatch: pytest.MonkeyPatch, method: str, path: Path) -> None:
    """Makes a path unreadable, even for the superuser, whom file modes do not stop."""
    real = getattr(Path, method)

    def refuse(self: Path, *arguments: object, **options: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied", str(path))
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, method, refuse)


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, {"a/b.proto": EMPTY})
    for method in ("read_text", "read_bytes", "open"):
        _forbid(monkeypatch, method, tmp_path / "a" / "b.proto")
    assert _error(tmp_path).startswith(f"{tmp_path}/a/b.proto: Permission denied. ")


def test_an_unreadable_subfolder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, {"a/b.proto": EMPTY})
    _forbid(monkeypatch, "iterdir", tmp_path / "a")
    assert _error(tmp_path).startswith(f"{tmp_path}/a: Permission denied. ")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param("caf\u00e9/a.proto", "caf\u00e9/a.proto: Bazel labels must be ASCII", id="beyond-ascii"),
        pytest.param("a\nb.proto", r"'a\nb.proto': Bazel labels cannot contain '\n'", id="newline"),
        pytest.param("a:b/c.proto", "a:b/c.proto: Bazel labels cannot contain ':'", id="colon"),
        pytest.param("a\\b.proto", "a\\b.proto: Bazel labels cannot contain ", id="backslash"),
        pytest.param(os.fsdecode(b"caf\xe9.proto"), r"'caf\udce9.proto': Bazel labels must be ASCII", id="no-text"),
        pytest.param("-a.proto", "-a.proto: protoc treats a name that starts with - as an option", id="dash-first"),
        pytest.param("@a.proto", "@a.proto: protoc treats a name that starts with @ as an option", id="at-first"),
        pytest.param(
            "a/BUILD.bazel/a.proto", "a/BUILD.bazel/a.proto: Bazel reserves the name BUILD.bazel", id="build-file"
        ),
    ],
)
def test_names_that_bazel_or_protoc_cannot_handle(path: str, message: str, tmp_path: Path) -> None:
    assert _error(_write(tmp_path, {"fine.proto": EMPTY, path: EMPTY})).startswith(message)


@pytest.mark.parametrize(
    "path",
    [
        "with-dash.proto",
        "a/-b.proto",
        "dot.ted/a.b.proto",
        "in/class.proto",
        "BUILD/a.proto",
        "external/b.proto",
        # Only some languages reject these names.
        "3rd/2x.proto",
        "two words/$(a);'b'.proto",
        "a..b.proto",
    ],
)
def test_valid_names(path: str, tmp_path: Path) -> None:
    assert list(read_folder(_write(tmp_path, {path: EMPTY}))) == [path]


def test_names_that_collide_in_some_languages_only(tmp_path: Path) -> None:
    paths = ["a-b.proto", "a.b.proto", "a/b.proto", "a_b.proto"]
    assert list(read_folder(_write(tmp_path, dict.fromkeys(paths, EMPTY)))) == paths


@pytest.mark.parametrize("path", ["./b.proto", "../x/b.proto", "a//b.proto"])
def test_an_import_that_protoc_rejects(path: str, tmp_path: Path) -> None:
    _write(tmp_path, {"a/c.proto": _import(path), "b.proto": EMPTY, "a/b.proto": EMPTY})
    assert _error(tmp_path) == (
        f'a/c.proto:2: nothing provides the import "{path}". '
        "protoc does not allow dots or empty parts in imports: write the path below the folder."
    )


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param(
            {"a.proto": f'{EMPTY}\n\n\nimport "nope.proto";'},
            'a.proto:4: nothing provides the import "nope.proto". Put',
            id="nowhere",
        ),
        pytest.param(
            {"x/b.proto": EMPTY, "x/a.proto": _import("schemas/v1/x/b.proto")},
            'x/a.proto:2: nothing provides the import "schemas/v1/x/b.proto". '
            "The folder has x/b.proto: name the one that schemas/v1/ lies in.",
            id="the-root-is-too-deep",
        ),
        pytest.param(
            {"schemas/v1/x/b.proto": EMPTY, "schemas/v1/a.proto": _import("x/b.proto")},
            'schemas/v1/a.proto:2: nothing provides the import "x/b.proto". '
            "The folder has schemas/v1/x/b.proto: name schemas/v1/ in it, if all imports are relative to that.",
            id="the-root-is-too-high",
        ),
        pytest.param(
            {"xb.proto": EMPTY, "a.proto": _import("b.proto")},
            'a.proto:2: nothing provides the import "b.proto". Put',
            id="a-file-whose-name-ends-the-same",
        ),
        pytest.param(
            {"xb.proto": EMPTY, "a.proto": _import("y/axb.proto")},
            'a.proto:2: nothing provides the import "y/axb.proto". Put',
            id="an-import-that-ends-the-same",
        ),
        pytest.param(
            {"a.proto": _import("a\\nb.proto")},
            r"""a.proto:2: nothing provides the import "'a\nb.proto'". Put""",
            id="newline",
        ),
        pytest.param(
            {".b.proto": EMPTY, "a.proto": _import(".b.proto")},
            'a.proto:2: nothing provides the import ".b.proto". Put',
            id="hidden",
        ),
    ],
)
def test_an_import_that_nothing_provides(files: dict[str, str], message: str, tmp_path: Path) -> None:
    assert _error(_write(tmp_path, files)).startswith(message)


def test_names_are_checked_before_imports(tmp_path: Path) -> None:
    _write(tmp_path, {"a.proto": _import("nope.proto"), "b:c.proto": EMPTY})
    assert _error(tmp_path).startswith("b:c.proto: Bazel labels cannot contain")


RUNTIME_IMPORTS = _import("google/protobuf/any.proto", "google/protobuf/new.proto")


def test_without_a_runtime_every_well_known_type_is_assumed(tmp_path: Path) -> None:
    assert len(read_folder(_write(tmp_path, {"a.proto": RUNTIME_IMPORTS}))["a.proto"]) == 2


def test_the_runtime_decides_which_well_known_types_exist(tmp_path: Path) -> None:
    runtime = _write(tmp_path / "runtime", {"google/protobuf/any.proto": EMPTY})
    protos = _write(tmp_path / "protos", {"a.proto": RUNTIME_IMPORTS, "google/protobuf/new.proto": EMPTY})
    assert _error(protos, runtime) == (
        'a.proto:3: nothing provides the import "google/protobuf/new.proto". '
        "The installed protobuf does not have it: remove the import, or lock another version."
    )
    _write(runtime, {"google/protobuf/new.proto": EMPTY})
    assert list(read_folder(protos, runtime)) == ["a.proto"]


def test_the_runtime_provides_nothing_else(tmp_path: Path) -> None:
    runtime = _write(tmp_path / "runtime", {"google/api/http.proto": EMPTY})
    protos = _write(tmp_path / "protos", {"a.proto": _import("google/api/http.proto")})
    assert _error(protos, runtime).startswith('a.proto:2: nothing provides the import "google/api/http.proto". Put')


def test_invalid_utf_8_is_left_to_the_build(tmp_path: Path) -> None:
    (tmp_path / "a.proto").write_bytes(b'// caf\xe9\nimport "b.proto";')
    (tmp_path / "b.proto").write_bytes(b"\xef\xbb\xbf" + b'import "a.proto";')
    assert {path: [tuple(entry) for entry in imports] for path, imports in read_folder(tmp_path).items()} == {
        "a.proto": [("b.proto", 2)], "b.proto": [("a.proto", 1)]
    }  # fmt: skip


def test_a_carriage_return_does_not_end_a_comment(tmp_path: Path) -> None:
    (tmp_path / "a.proto").write_bytes(b'// x\rimport "nope.proto";\n')
    assert read_folder(tmp_path) == {"a.proto": []}
