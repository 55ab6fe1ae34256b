"""Unprepared folders of protos: what is read, and what is rejected."""

import os
from pathlib import Path

import pytest

from tests.proto_tree.folders import EMPTY, error, importing, read, write


def test_import_paths_and_imports(tmp_path: Path) -> None:
    write(tmp_path, {"z.proto": importing("a/b.proto"), "a/b.proto": EMPTY, "a/c/d.proto": importing("z.proto")})
    found = read(tmp_path)
    assert list(found.imports) == ["a/b.proto", "a/c/d.proto", "z.proto"]
    assert found.imports == {"a/b.proto": [], "a/c/d.proto": ["z.proto"], "z.proto": ["a/b.proto"]}
    assert found.roots == dict.fromkeys(found.imports, str(tmp_path))
    assert sorted(found.folders) == [(str(tmp_path), path) for path in ("", "a/", "a/c/")]


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
    write(tmp_path, {"a.proto": EMPTY, path: importing("nope.proto")})
    assert list(read(tmp_path).imports) == ["a.proto"]


@pytest.mark.parametrize("path", ["google/api/http.proto", "google/protobuf.proto", "my/google/protobuf/any.proto"])
def test_lookalikes_of_the_runtime_are_read(path: str, tmp_path: Path) -> None:
    assert list(read(write(tmp_path, {path: EMPTY})).imports) == [path]


def test_a_folder_may_be_named_like_a_proto(tmp_path: Path) -> None:
    assert list(read(write(tmp_path, {"a.proto/b.proto": EMPTY})).imports) == ["a.proto/b.proto"]


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", {"a/b.proto": EMPTY, "c.proto": EMPTY})
    (tmp_path / "real" / "d.proto").symlink_to(tmp_path / "real" / "c.proto")
    (tmp_path / "link").symlink_to("real")
    assert list(read(tmp_path / "link").imports) == ["a/b.proto", "c.proto"]


def test_a_folder_that_links_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert error(tmp_path / "loop").startswith(f"{tmp_path}/loop: Too many levels of symbolic links. ")


def test_a_missing_folder(tmp_path: Path) -> None:
    assert error(tmp_path / "nope").startswith(f"{tmp_path}/nope: No such file or directory. ")


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {"a.proto": EMPTY})
    assert error(tmp_path / "a.proto").startswith(f"{tmp_path}/a.proto: Not a directory. ")


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
    write(tmp_path, files)
    assert error(tmp_path).startswith(f"{tmp_path} contains no .proto files. ")


def _refused(*_arguments: object, **_options: object) -> bytes:
    raise PermissionError(13, "Permission denied", "a/b")


@pytest.mark.parametrize(("owner", "function"), [(os, "scandir"), (Path, "read_bytes")], ids=["folder", "file"])
def test_what_is_unreadable(owner: object, function: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # File modes do not stop the superuser.
    write(tmp_path, {"a/b.proto": EMPTY})
    monkeypatch.setattr(owner, function, _refused)
    assert ": Permission denied. " in error(tmp_path)


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
    assert error(write(tmp_path, {"fine.proto": EMPTY, path: EMPTY})).startswith(message)


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
    assert list(read(write(tmp_path, {path: EMPTY})).imports) == [path]


def test_names_that_collide_in_some_languages_only(tmp_path: Path) -> None:
    paths = ["a-b.proto", "a.b.proto", "a/b.proto", "a_b.proto"]
    assert list(read(write(tmp_path, dict.fromkeys(paths, EMPTY))).imports) == paths


@pytest.mark.parametrize("path", ["./b.proto", "../x/b.proto", "a//b.proto"])
def test_an_import_that_protoc_rejects(path: str, tmp_path: Path) -> None:
    write(tmp_path, {"a/c.proto": importing(path), "b.proto": EMPTY, "a/b.proto": EMPTY})
    assert error(tmp_path) == (
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
            {"x/b.proto": EMPTY, "x/a.proto": importing("schemas/v1/x/b.proto")},
            'x/a.proto:2: nothing provides the import "schemas/v1/x/b.proto". '
            "The folder has x/b.proto: name the one that schemas/v1/ lies in.",
            id="the-root-is-too-deep",
        ),
        pytest.param(
            {"schemas/v1/x/b.proto": EMPTY, "schemas/v1/a.proto": importing("x/b.proto")},
            'schemas/v1/a.proto:2: nothing provides the import "x/b.proto". '
            "The folder has schemas/v1/x/b.proto: name schemas/v1/ in it instead, or also, as an import root.",
            id="the-root-is-too-high",
        ),
        pytest.param(
            {"xb.proto": EMPTY, "a.proto": importing("b.proto")},
            'a.proto:2: nothing provides the import "b.proto". Put',
            id="a-file-whose-name-ends-the-same",
        ),
        pytest.param(
            {"xb.proto": EMPTY, "a.proto": importing("y/axb.proto")},
            'a.proto:2: nothing provides the import "y/axb.proto". Put',
            id="an-import-that-ends-the-same",
        ),
        pytest.param(
            {"a.proto": importing("a\\nb.proto")},
            r"""a.proto:2: nothing provides the import "'a\nb.proto'". Put""",
            id="newline",
        ),
    ],
)
def test_an_import_that_nothing_provides(files: dict[str, str], message: str, tmp_path: Path) -> None:
    assert error(write(tmp_path, files)).startswith(message)


def test_names_are_checked_before_imports(tmp_path: Path) -> None:
    write(tmp_path, {"a.proto": importing("nope.proto"), "b:c.proto": EMPTY})
    assert error(tmp_path).startswith("b:c.proto: Bazel labels cannot contain")


RUNTIME_IMPORTS = importing("google/protobuf/any.proto", "google/protobuf/new.proto")


def test_without_a_runtime_every_well_known_type_is_assumed(tmp_path: Path) -> None:
    assert len(read(write(tmp_path, {"a.proto": RUNTIME_IMPORTS})).imports["a.proto"]) == 2


def test_the_runtime_decides_which_well_known_types_exist(tmp_path: Path) -> None:
    runtime = write(tmp_path / "runtime", {"google/protobuf/any.proto": EMPTY})
    protos = write(tmp_path / "protos", {"a.proto": RUNTIME_IMPORTS, "google/protobuf/new.proto": EMPTY})
    assert error(protos, runtime=runtime) == (
        'a.proto:3: nothing provides the import "google/protobuf/new.proto". '
        "The installed protobuf does not have it: remove the import, or lock another version."
    )
    write(runtime, {"google/protobuf/new.proto": EMPTY})
    assert list(read(protos, runtime=runtime).imports) == ["a.proto"]


def test_the_runtime_provides_nothing_else(tmp_path: Path) -> None:
    runtime = write(tmp_path / "runtime", {"google/api/http.proto": EMPTY})
    protos = write(tmp_path / "protos", {"a.proto": importing("google/api/http.proto")})
    assert error(protos, runtime=runtime).startswith(
        'a.proto:2: nothing provides the import "google/api/http.proto". Put'
    )


def test_invalid_utf_8_is_left_to_the_build(tmp_path: Path) -> None:
    (tmp_path / "a.proto").write_bytes(b'// caf\xe9\nimport "b.proto";')
    (tmp_path / "b.proto").write_bytes(b"\xef\xbb\xbf" + b'import "c.proto";')
    (tmp_path / "c.proto").touch()
    assert read(tmp_path).imports == {"a.proto": ["b.proto"], "b.proto": ["c.proto"], "c.proto": []}


def test_a_carriage_return_does_not_end_a_comment(tmp_path: Path) -> None:
    (tmp_path / "a.proto").write_bytes(b'// x\rimport "nope.proto";\n')
    assert read(tmp_path).imports == {"a.proto": []}
