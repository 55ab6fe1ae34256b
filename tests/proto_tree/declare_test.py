"""The file that says what the protos of a package import."""

from pathlib import Path

import pytest

from proto_tree import ProtoTreeError
from proto_tree.declare import declare, imports_text, is_declared, read_protos
from tests.proto_tree.folders import write


def test_imports_are_written_sorted_and_only_if_they_differ(tmp_path: Path) -> None:
    folder = write(tmp_path, {"b.proto": 'import "a.proto"; import "google/api/http.proto";', "a.proto": ""})
    imports = read_protos(folder).imports
    assert not is_declared(folder, imports)
    declare(folder, imports)
    text = (folder / "imports.bzl").read_text()
    assert text == imports_text({"a.proto": [], "b.proto": ["google/api/http.proto", "a.proto"]})
    before = (folder / "imports.bzl").stat().st_ino
    declare(folder, imports)
    assert is_declared(folder, imports) and (folder / "imports.bzl").stat().st_ino == before


def test_packages_below_have_their_own_file(tmp_path: Path) -> None:
    protos = {"a.proto": "", "sub/BUILD.bazel": "", "sub/s.proto": "", "old/deeper/BUILD": "", "old/deeper/o.proto": ""}
    assert read_protos(write(tmp_path, {**protos, "old/p.proto": ""})).imports == {"a.proto": [], "old/p.proto": []}


def test_a_file_that_is_imported_by_two_names_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, {"a.proto": "", "b.proto": 'import "a.proto"; import "link.proto";'})
    (folder / "link.proto").symlink_to("a.proto")
    with pytest.raises(ProtoTreeError, match=r"/link\.proto is another name of a\.proto\. Import it by one name"):
        read_protos(folder)


def test_an_import_that_nothing_provides_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path, {"a.proto": '\nimport "x/y.proto";'})
    assert read_protos(folder).imports == {"a.proto": ["x/y.proto"]} == read_protos(folder, ["x/y.proto"]).imports
    with pytest.raises(ProtoTreeError, match=r'a\.proto:2: nothing provides the import "x/y\.proto"'):
        read_protos(folder, [])
