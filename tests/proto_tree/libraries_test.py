"""The libraries of a tree: one per folder or cycle of folders, with exactly the deps that its imports need."""

import itertools
import random

import pytest

from proto_tree import ProtoTreeError
from proto_tree.libraries import Library, cycles, library_name, make_libraries

_Imports = dict[str, list[str]]

# Enough files that a set would change their order.
RUNTIME = [f"google/protobuf/{letter}.proto" for letter in "abcdefgh"]


@pytest.mark.parametrize(
    ("folder", "name"), [("", "root_proto"), ("a", "a_proto"), ("a/b", "b_proto"), ("a/b-c.d", "b-c.d_proto")]
)
def test_library_name(folder: str, name: str) -> None:
    assert library_name(folder) == name


@pytest.mark.parametrize(
    ("imports", "libraries"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param(
            {"b.proto": [], "a.proto": ["b.proto"]},
            [Library("", "root_proto", ["a.proto", "b.proto"], [], [], [])],
            id="one-folder-is-one-library",
        ),
        pytest.param(
            {"x/a.proto": [], "b.proto": ["x/a.proto"], "x/y/c.proto": ["b.proto", "x/a.proto"]},
            [
                Library("", "root_proto", ["b.proto"], [("x", "x_proto")], [], []),
                Library("x", "x_proto", ["x/a.proto"], [], [], []),
                Library("x/y", "y_proto", ["x/y/c.proto"], [("", "root_proto"), ("x", "x_proto")], [], []),
            ],
            id="a-library-a-folder",
        ),
        pytest.param(
            {"a/a.proto": ["b/b.proto"], "b/b.proto": ["c/c.proto"], "c/c.proto": []},
            [
                Library("a", "a_proto", ["a/a.proto"], [("b", "b_proto")], [], []),
                Library("b", "b_proto", ["b/b.proto"], [("c", "c_proto")], [], []),
                Library("c", "c_proto", ["c/c.proto"], [], [], []),
            ],
            id="deps-are-direct",
        ),
        pytest.param(
            {"a/1.proto": ["c/c.proto"], "a/2.proto": ["c/c.proto", "b/b.proto"], "b/b.proto": [], "c/c.proto": []},
            [
                Library("a", "a_proto", ["a/1.proto", "a/2.proto"], [("b", "b_proto"), ("c", "c_proto")], [], []),
                Library("b", "b_proto", ["b/b.proto"], [], [], []),
                Library("c", "c_proto", ["c/c.proto"], [], [], []),
            ],
            id="deps-are-sorted-and-there-once",
        ),
        pytest.param(
            {"a.proto": RUNTIME[::-1], "b.proto": RUNTIME[3:]},
            [Library("", "root_proto", ["a.proto", "b.proto"], [], RUNTIME, [])],
            id="the-runtime-is-sorted-and-there-once",
        ),
        pytest.param(
            {"x/c/a.proto": ["y/c/a.proto"], "y/c/a.proto": []},
            [
                Library("x/c", "c_proto", ["x/c/a.proto"], [("y/c", "c_proto")], [], []),
                Library("y/c", "c_proto", ["y/c/a.proto"], [], [], []),
            ],
            id="folders-of-the-same-name",
        ),
        pytest.param(
            {"a/1.proto": ["b/1.proto"], "a/2.proto": [], "b/1.proto": ["a/2.proto"], "c/1.proto": ["b/1.proto"]},
            [
                Library("a", "a_proto", ["a/1.proto", "a/2.proto", "b/1.proto"], [], [], [("b", "b_proto")]),
                Library("c", "c_proto", ["c/1.proto"], [("a", "a_proto")], [], []),
            ],
            id="folders-in-a-cycle-are-one-library",
        ),
        pytest.param(
            {
                "1.proto": ["b/1.proto", RUNTIME[0]],
                "x.proto.proto": ["1.proto"],
                "b/1.proto": ["b/2.proto", "d/1.proto"],
            }
            | {"b/2.proto": [RUNTIME[1]], "b/3.proto": ["x.proto.proto"], "d/1.proto": [RUNTIME[2]]},
            [
                Library(
                    *("", "root_proto", ["1.proto", "b/1.proto", "b/2.proto", "b/3.proto", "x.proto.proto"]),
                    *([("d", "d_proto")], RUNTIME[:2], [("b", "b_proto")]),
                ),
                Library("d", "d_proto", ["d/1.proto"], [], RUNTIME[2:3], []),
            ],
            id="the-root-in-a-cycle",
        ),
        pytest.param(
            {f"{folder}/1.proto": [f"{following}/2.proto"] for folder, following in itertools.pairwise("abcdea")}
            | {f"{folder}/2.proto": [] for folder in "abcde"},
            [
                Library(
                    *("a", "a_proto", [f"{folder}/{file}.proto" for folder in "abcde" for file in "12"]),
                    *([], [], [(folder, f"{folder}_proto") for folder in "bcde"]),
                )
            ],
            id="five-folders-in-a-cycle",
        ),
        pytest.param(
            {"a/b/1.proto": ["a/b/c/d/1.proto"], "a/b/c/1.proto": ["a/b/1.proto"], "a/b/c/d/1.proto": ["x/1.proto"]}
            | {"a/b/c/d/2.proto": [], "x/1.proto": ["a/b/c/d/2.proto"]},
            [
                Library("a/b", "b_proto", ["a/b/1.proto"], [("a/b/c/d", "d_proto")], [], []),
                Library("a/b/c", "c_proto", ["a/b/c/1.proto"], [("a/b", "b_proto")], [], []),
                Library(
                    *("a/b/c/d", "d_proto", ["a/b/c/d/1.proto", "a/b/c/d/2.proto", "x/1.proto"]),
                    *([], [], [("x", "x_proto")]),
                ),
            ],
            id="a-cycle-below-folders-that-are-not-in-it",
        ),
        pytest.param(
            {"a/1.proto": ["b/1.proto"], "b/1.proto": ["a/2.proto"], "a/2.proto": []}
            | {"c/1.proto": ["d/1.proto", "b/1.proto"], "d/1.proto": ["c/2.proto"], "c/2.proto": []},
            [
                Library("a", "a_proto", ["a/1.proto", "a/2.proto", "b/1.proto"], [], [], [("b", "b_proto")]),
                Library(
                    *("c", "c_proto", ["c/1.proto", "c/2.proto", "d/1.proto"]),
                    *([("a", "a_proto")], [], [("d", "d_proto")]),
                ),
            ],
            id="two-cycles",
        ),
    ],
)
def test_libraries(imports: _Imports, libraries: list[Library]) -> None:
    assert make_libraries(imports) == libraries
    backwards = {path: used[::-1] for path, used in reversed(imports.items())}
    assert make_libraries(backwards) == libraries, "the order of files matters"


@pytest.mark.parametrize(
    ("imports", "message"),
    [
        pytest.param(
            {"b.proto": [], "a.proto": ["b.proto", "a.proto"]}, "a.proto imports itself. Remove that import.", id="self"
        ),
        pytest.param(
            {"b.proto": ["a.proto"], "a.proto": ["b.proto"]},
            "a.proto, b.proto import each other in a cycle",
            id="two-files",
        ),
        pytest.param(
            {"b.proto": ["a.proto", "a.proto"], "a.proto": ["b.proto", "b.proto"]},
            "a.proto, b.proto import each other in a cycle",
            id="two-files-with-double-imports",
        ),
        pytest.param(
            {"x/c.proto": ["a.proto"], "b.proto": ["x/c.proto"], "a.proto": ["b.proto"], "d.proto": ["a.proto"]},
            "a.proto, b.proto, x/c.proto import each other in a cycle",
            id="three-files-over-folders",
        ),
    ],
)
def test_files_in_a_cycle(imports: _Imports, message: str) -> None:
    with pytest.raises(ProtoTreeError) as caught:
        make_libraries(imports)
    assert str(caught.value).startswith(message) and "\n" not in str(caught.value)


@pytest.mark.parametrize("folder", [pytest.param("", id="files"), pytest.param("f{}/", id="folders")])
def test_a_long_chain(folder: str) -> None:
    names = [f"{folder.format(number)}a{number}.proto" for number in range(5000)]
    imports = {name: [following] for name, following in itertools.pairwise(names)} | {names[-1]: []}
    libraries = make_libraries(imports)
    assert len(libraries) == (5000 if folder else 1)
    assert sum(len(library.deps) for library in libraries) == len(libraries) - 1


def test_a_long_cycle() -> None:
    assert [len(cycle) for cycle in cycles({number: [(number + 1) % 5000] for number in range(5000)})] == [5000]


def _reachable(edges: dict[int, list[int]], start: int) -> set[int]:
    found: set[int] = set()
    pending = list(edges[start])
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending += edges[node]
    return found


def _random_graph(generator: random.Random) -> dict[int, list[int]]:
    nodes = range(generator.randint(1, 12))
    density = generator.random() * 2.5 / len(nodes)
    return {node: [other for other in nodes if generator.random() < density] for node in nodes}


def test_a_cycle_is_what_can_reach_itself() -> None:
    generator = random.Random(20)
    several = 0
    for _ in range(500):
        edges = _random_graph(generator)
        reach = {node: _reachable(edges, node) for node in edges}
        expected = {frozenset({n, *(m for m in reach[n] if n in reach[m])}) for n in edges}
        found = cycles(edges)
        assert {frozenset(cycle) for cycle in found} == {cycle for cycle in expected if len(cycle) > 1}, edges
        assert sum(map(len, found)) == len({node for cycle in found for node in cycle}), edges
        several += len(found) > 1
    assert several > 20, "graphs with several cycles are too rare"


def test_libraries_of_random_trees_are_sound() -> None:
    """Every import is covered by its own library or a direct dep, every dep is needed, and there are no cycles."""
    generator = random.Random(21)
    for _ in range(300):
        names = [f"f{generator.randint(0, 4)}/a{number}.proto" for number in range(generator.randint(1, 12))]
        imports = {
            name: generator.sample(names[:at], generator.randint(0, min(at, 3))) for at, name in enumerate(names)
        }
        libraries = make_libraries(imports)
        owner = {path: (library.folder, library.name) for library in libraries for path in library.srcs}
        assert sorted(owner) == sorted(names)
        for library in libraries:
            own = (library.folder, library.name)
            assert library.deps == sorted({owner[used] for path in library.srcs for used in imports[path]} - {own})
        assert cycles({(library.folder, library.name): library.deps for library in libraries}) == []
        named = [name for library in libraries for name in [(library.folder, library.name), *library.aliases]]
        assert sorted(named) == sorted({(path.rpartition("/")[0], path[:2] + "_proto") for path in names})
