"""Several folders of protos are one import space. What they do not have, others may provide."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.proto_tree.folders import EMPTY, error, importing, link, read, write

_STRAY = importing("nope.proto")


@pytest.mark.parametrize(
    ("files", "import_roots", "exclude", "found"),
    [
        pytest.param(
            {"a/svc.proto": importing("types/t.proto"), "b/types/t.proto": EMPTY},
            [],
            [],
            {"svc.proto": "a", "types/t.proto": "b"},
            id="two-roots",
        ),
        pytest.param(
            {"a/x/1.proto": importing("x/2.proto"), "b/x/2.proto": importing("x/3.proto"), "b/x/3.proto": EMPTY},
            [],
            [],
            {"x/1.proto": "a", "x/2.proto": "b", "x/3.proto": "b"},
            id="one-folder-in-two-roots",
        ),
        pytest.param(
            {"a/1.proto": importing("x/2.proto"), "b/2.proto": EMPTY, "c/x/2.proto": importing("3.proto")}
            | {"c/3.proto": EMPTY, "c/stray.proto": _STRAY},
            ["c"],
            [],
            {"1.proto": "a", "2.proto": "b", "3.proto": "c", "x/2.proto": "c"},
            id="an-import-root-gives-what-is-imported-and-no-more",
        ),
        pytest.param(
            {"a/1.proto": importing("x.proto"), "b/2.proto": EMPTY, "c/x.proto": EMPTY, "d/x.proto": _STRAY},
            ["c", "d"],
            [],
            {"1.proto": "a", "2.proto": "b", "x.proto": "c"},
            id="the-first-import-root-wins",
        ),
        pytest.param(
            {"a/1.proto": importing("2.proto"), "b/2.proto": EMPTY, "c/2.proto": _STRAY},
            ["c"],
            [],
            {"1.proto": "a", "2.proto": "b"},
            id="a-root-wins-over-an-import-root",
        ),
        pytest.param(
            {"a/1.proto": importing("g/x.proto"), "a/third_party/g/x.proto": EMPTY, "b/2.proto": EMPTY},
            ["a/third_party"],
            [],
            {"1.proto": "a", "2.proto": "b", "g/x.proto": "a/third_party"},
            id="an-import-root-inside-a-root",
        ),
        pytest.param(
            {"a/1.proto": EMPTY, "a/x/2.proto": _STRAY, "a/y.proto": _STRAY, "a/x2.proto": EMPTY, "b/y/3.proto": EMPTY},
            [],
            ["x/", "y.proto"],
            {"1.proto": "a", "x2.proto": "a", "y/3.proto": "b"},
            id="exclude",
        ),
        pytest.param(
            {"a/1.proto": EMPTY, "a/google/protobuf/any.proto": _STRAY, "b/google/protobuf/any.proto": _STRAY}
            | {"b/2.proto": EMPTY},
            [],
            [],
            {"1.proto": "a", "2.proto": "b"},
            id="two-copies-of-the-runtime",
        ),
    ],
)
def test_where_protos_come_from(
    files: Mapping[str, str],
    import_roots: Sequence[str],
    exclude: Sequence[str],
    found: Mapping[str, str],
    tmp_path: Path,
) -> None:
    write(tmp_path, files)
    protos = read(tmp_path / "a", tmp_path / "b", import_roots=[tmp_path / r for r in import_roots], exclude=exclude)
    assert protos.roots == {path: f"{tmp_path}/{root}" for path, root in found.items()}
    assert list(protos.imports) == list(found)


def test_a_link_from_one_root_into_another(tmp_path: Path) -> None:
    write(tmp_path, {"a/1.proto": importing("b/2.proto"), "b/2.proto": EMPTY})
    link(tmp_path, {"a/b": "../b", "a/2.proto": "../b/2.proto"})
    assert list(read(tmp_path / "a", tmp_path / "b").imports) == ["1.proto", "b/2.proto"]


def test_a_root_inside_a_passed_over_folder(tmp_path: Path) -> None:
    write(tmp_path, {"a.proto": importing("x.proto"), "node_modules/@x/protos/x.proto": EMPTY})
    assert list(read(tmp_path, tmp_path / "node_modules/@x/protos").imports) == ["a.proto", "x.proto"]


def test_a_root_inside_an_excluded_folder(tmp_path: Path) -> None:
    write(tmp_path, {"a.proto": importing("g/x.proto"), "third_party/api/g/x.proto": EMPTY})
    roots = (tmp_path, tmp_path / "third_party/api")
    assert list(read(*roots, exclude=["third_party/"]).imports) == ["a.proto", "g/x.proto"]


@pytest.mark.parametrize(
    ("files", "roots", "message"),
    [
        pytest.param({"a/x.proto": EMPTY}, ["a", "gone"], "{}/gone: No such file or directory. ", id="missing"),
        pytest.param({"a/x.proto": EMPTY}, ["a", "a/x.proto"], "{0}/a/x.proto: Not a directory. ", id="a-file"),
        pytest.param({"a/x.proto": EMPTY, "b/y": ""}, ["a", "b"], "{}/b contains no .proto files. ", id="no-protos"),
        pytest.param({"a/x.proto": EMPTY}, ["a", "a"], "{}/a is given twice. ", id="twice"),
        pytest.param({"a/x.proto": EMPTY}, ["a", "link"], "{0}/link is given twice, also as {0}/a. ", id="by-a-link"),
        pytest.param(
            {"a/b/x.proto": EMPTY},
            ["a", "a/b"],
            '{0}/a/b lies inside {0}/a, and its protos would be there twice. Exclude "b/", ',
            id="inside",
        ),
        pytest.param(
            {"a/b/c/x.proto": EMPTY},
            ["a/b/c", "a"],
            '{0}/a/b/c lies inside {0}/a, and its protos would be there twice. Exclude "b/c/", ',
            id="around",
        ),
        pytest.param(
            {"a/x/y.proto": EMPTY, "b/x/y.proto": EMPTY},
            ["a", "b"],
            "{0}/a/x/y.proto and {0}/b/x/y.proto are both imported as x/y.proto. ",
            id="one-import-path",
        ),
        pytest.param(
            {"a/x.proto": importing("n.proto"), "b/y.proto": EMPTY},
            ["a", "b"],
            'x.proto:2: nothing provides the import "n.proto". ',
            id="an-import",
        ),
    ],
)
def test_roots_that_cannot_be_used(
    files: Mapping[str, str], roots: Sequence[str], message: str, tmp_path: Path
) -> None:
    write(tmp_path, files)
    link(tmp_path, {"link": "a"})
    assert error(*(tmp_path / root for root in roots)).startswith(message.format(tmp_path))


@pytest.mark.parametrize(
    ("import_roots", "message"),
    [
        pytest.param(["gone"], "{}/gone: No such file or directory. ", id="missing"),
        pytest.param(["empty"], "{}/empty contains no .proto files. It is empty.", id="an-empty-submodule"),
        pytest.param(["a"], "{}/a is given twice. ", id="a-root"),
        pytest.param(["b", "b"], "{}/b is given twice. ", id="twice"),
    ],
)
def test_import_roots_that_cannot_be_used(import_roots: Sequence[str], message: str, tmp_path: Path) -> None:
    write(tmp_path, {"a/x.proto": EMPTY, "b/y.proto": EMPTY})
    (tmp_path / "empty").mkdir()
    places = [tmp_path / root for root in import_roots]
    assert error(tmp_path / "a", import_roots=places).startswith(message.format(tmp_path))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        pytest.param("a", 'exclude: "a" must be a proto\'s import path, or a folder with a slash', id="no-slash"),
        pytest.param("", 'exclude: "" must be', id="nothing"),
        pytest.param("nope/", 'exclude: "nope/" is in no folder of protos.', id="no-such-folder"),
        pytest.param("../", 'exclude: "../" is in no folder of protos.', id="above"),
        pytest.param("/", 'exclude: "/" is in no folder of protos.', id="the-root"),
        pytest.param("a/y.proto", 'exclude: "a/y.proto" is in no folder of protos.', id="no-such-proto"),
        pytest.param(
            "a/",
            'x.proto:2: nothing provides the import "a/b.proto". It is excluded: exclude x.proto too',
            id="imported",
        ),
    ],
)
def test_patterns_that_cannot_be_used(pattern: str, message: str, tmp_path: Path) -> None:
    write(tmp_path, {"x.proto": importing("a/b.proto"), "a/b.proto": EMPTY})
    assert error(tmp_path, exclude=[pattern]).startswith(message)


ANNOTATIONS = "google/api/annotations.proto"


@pytest.mark.parametrize(
    ("files", "import_roots", "exclude", "paths"),
    [
        pytest.param({}, [], [], ["x.proto"], id="provided"),
        pytest.param({f"a/{ANNOTATIONS}": EMPTY}, [], [], [ANNOTATIONS, "x.proto"], id="a-root-wins"),
        pytest.param({f"a/{ANNOTATIONS}": _STRAY}, [], ["google/"], ["x.proto"], id="unless-it-is-excluded"),
        pytest.param({f"b/{ANNOTATIONS}": _STRAY}, ["b"], [], ["x.proto"], id="before-an-import-root"),
    ],
)
def test_what_installed_packages_provide(
    files: Mapping[str, str], import_roots: Sequence[str], exclude: Sequence[str], paths: list[str], tmp_path: Path
) -> None:
    write(tmp_path, {"a/x.proto": importing(ANNOTATIONS), **files})
    places = [tmp_path / root for root in import_roots]
    found = read(tmp_path / "a", import_roots=places, exclude=exclude, provided=[ANNOTATIONS])
    assert list(found.imports) == paths


@pytest.mark.parametrize(
    ("files", "exclude"),
    [
        pytest.param({"a.proto": importing(ANNOTATIONS)}, [], id="anything"),
        pytest.param({"a.proto": importing(ANNOTATIONS), "annotations.proto": EMPTY}, [], id="one-of-that-name"),
        pytest.param({"a.proto": importing("x/b.proto"), "x/b.proto": EMPTY}, ["x/"], id="one-that-is-excluded"),
        pytest.param(
            {"a.proto": importing("x/b.proto"), "x/b.proto": EMPTY, "y/x/b.proto": EMPTY},
            ["x/"],
            id="one-that-is-excluded-and-looks-like-another",
        ),
    ],
)
def test_what_is_unknown_may_be_provided(files: Mapping[str, str], exclude: Sequence[str], tmp_path: Path) -> None:
    write(tmp_path, files)
    assert read(tmp_path, exclude=exclude, provided=None).imports["a.proto"]
    assert error(tmp_path, exclude=exclude).startswith("a.proto:2: nothing provides ")


@pytest.mark.parametrize(
    ("root", "files", "message"),
    [
        pytest.param(
            "", {f"third_party/googleapis/{ANNOTATIONS}": EMPTY}, "name third_party/googleapis/ in it", id="too-high"
        ),
        pytest.param("api", {"api/annotations.proto": EMPTY}, "name the one that google/api/ lies in.", id="too-deep"),
    ],
)
def test_a_wrong_root_is_not_taken_for_an_installed_package(
    root: str, files: Mapping[str, str], message: str, tmp_path: Path
) -> None:
    place = write(tmp_path / "google", files) / root
    write(place, {"a.proto": importing(ANNOTATIONS)})
    assert message in error(place, provided=None)
