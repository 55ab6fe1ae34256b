"""Groups protos into libraries: one per folder, or one for all folders that import each other in a cycle."""

import posixpath
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from proto_tree import ProtoTreeError
from proto_tree.folder import Protos

_Node = TypeVar("_Node", bound=Hashable)


class Library(NamedTuple):
    """Protos that are compiled together, as a BUILD file would declare them.

    `folder` is where the library is declared, "" for the root; `name` is unique there; `srcs` are import paths; `deps`
    are pairs of folder and name; `provided` are the import paths that it needs from installed packages. Each folder of
    a cycle but the first has an alias of the library: a pair of folder and name.
    """

    folder: str
    name: str
    srcs: list[str]
    deps: list[tuple[str, str]]
    provided: list[str]
    aliases: list[tuple[str, str]]


def read_libraries(protos: Protos) -> list[Library]:
    """Returns the libraries of protos; see make_libraries."""
    return make_libraries(protos.imports)


def make_libraries(imports: Mapping[str, Sequence[str]]) -> list[Library]:
    """Returns the libraries of a tree, sorted, with exactly the deps that their imports need.

    Args:
      imports: from import path to what it imports; an installed package provides a path that is not a key.

    Raises:
      ProtoTreeError: if files import each other in a cycle, which protoc rejects.
    """
    _check_cycles(imports)
    owners = _owners(imports)
    sources: dict[tuple[str, str], list[str]] = {}
    for path in sorted(imports):
        sources.setdefault(owners[path], []).append(path)
    libraries = []
    for key, srcs in sorted(sources.items()):
        used = {other for path in srcs for other in imports[path]}
        deps = sorted({owners[other] for other in used if other in owners} - {key})
        provided = sorted(other for other in used if other not in owners)
        folders = sorted({posixpath.dirname(path) for path in srcs} - {key[0]})
        libraries.append(Library(*key, srcs, deps, provided, [(folder, library_name(folder)) for folder in folders]))
    return libraries


def library_name(folder: str) -> str:
    """Returns the name of a folder's library: "a/b" gives "b_proto", the root "root_proto"."""
    return (posixpath.basename(folder) or "root") + "_proto"


def _owners(imports: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, str]]:
    """Returns the folder and name of each file's library."""
    folders: dict[str, set[str]] = {}
    for path, used in imports.items():
        others = folders.setdefault(posixpath.dirname(path), set())
        others.update(posixpath.dirname(other) for other in used if other in imports)
    first = {folder: min(cycle) for cycle in cycles(folders) for folder in cycle}
    owner = {folder: (first.get(folder, folder), library_name(first.get(folder, folder))) for folder in folders}
    return {path: owner[posixpath.dirname(path)] for path in imports}


def _check_cycles(imports: Mapping[str, Sequence[str]]) -> None:
    for path, used in imports.items():
        if path in used:
            raise ProtoTreeError(f"{path} imports itself. Remove that import.")
    for cycle in cycles({path: [other for other in used if other in imports] for path, used in imports.items()}):
        raise ProtoTreeError(
            f"{', '.join(sorted(cycle))} import each other in a cycle, which protoc rejects. Remove one of the imports."
        )


def cycles(edges: Mapping[_Node, Iterable[_Node]]) -> list[list[_Node]]:
    """Returns the strongly connected components of more than one node (Kosaraju's algorithm, without recursion).

    Args:
      edges: from every node to those it points to.
    """
    backward: dict[_Node, list[_Node]] = {node: [] for node in edges}
    for node, targets in edges.items():
        for target in targets:
            backward[target].append(node)
    seen: set[_Node] = set()
    found = []
    for start in reversed(_finishing_order(edges)):
        if start not in seen:
            component = _reachable(start, backward, seen)
            if len(component) > 1:
                found.append(component)
    return found


def _finishing_order(edges: Mapping[_Node, Iterable[_Node]]) -> list[_Node]:
    """Returns the nodes in the order in which a depth-first search finishes them."""
    order: list[_Node] = []
    seen: set[_Node] = set()
    for start in edges:
        if start in seen:
            continue
        seen.add(start)
        path = [(start, iter(edges[start]))]
        while path:
            node, targets = path[-1]
            following = next((target for target in targets if target not in seen), None)
            if following is None:
                order.append(node)
                path.pop()
            else:
                seen.add(following)
                path.append((following, iter(edges[following])))
    return order


def _reachable(start: _Node, edges: Mapping[_Node, Iterable[_Node]], seen: set[_Node]) -> list[_Node]:
    """Returns the unseen nodes that are reachable from a node, and marks them as seen."""
    seen.add(start)
    component = [start]
    for node in component:
        fresh = [target for target in edges[node] if target not in seen]
        seen.update(fresh)
        component += dict.fromkeys(fresh)
    return component
