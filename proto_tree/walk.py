"""Finds the protos below roots. Passes over what is not meant: links, virtual environments, what git ignores."""

import contextlib
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from proto_tree import ProtoTreeError
from proto_tree.git import RULES, find_checkouts, ignored_files, rule_files
from proto_tree.signature import is_settled, signature

# The runtime provides these; copies of them in a tree are passed over.
RUNTIME = "google/protobuf/"


class _Listing(NamedTuple):
    """The paths below a root: of `folders`, with a trailing slash; `protos`; `links` to protos; and git's `rules`."""

    folders: list[str]
    protos: list[str]
    links: list[str]
    rules: list[str]


class Roots:
    """Folders that imports are relative to: one import space.

    Attributes:
      roots: their absolute paths; those in `imported` are only searched for what the protos of the others import.
      folders: every folder that was listed: its root, and its path below that with a trailing slash.
      root_of: the root of every proto that was found, by import path.
      real: the path of every such proto, without links.
      ignored: what git ignores, for the next run; JSON. Empty if git has to be asked again.
    """

    def __init__(
        self,
        roots: Sequence[str],
        imported: Sequence[str],
        exclude: Sequence[str],
        ignored: Mapping[str, Any],
        settled: int,
    ) -> None:
        """Reads the roots.

        Args:
          roots: the folders whose protos are wanted.
          imported: more folders, in which only `find` looks.
          exclude: import paths, or folders with a trailing slash, that are left out.
          ignored: the attribute of the last run, or anything else.
          settled: the settled time of this run (signature.py).

        Raises:
          ProtoTreeError: if a root is missing, unreadable, empty, given twice or in another one, two roots have a proto
            of one import path, or a pattern is malformed or names nothing.
        """
        self.roots = roots
        self.imported = imported
        self.exclude = exclude
        self.folders: list[tuple[str, str]] = []
        self.root_of: dict[str, str] = {}
        self.real: dict[str, str] = {}
        self._places = _places([*roots, *imported])
        self._check_exclude()
        self.ignored: dict[str, Any] = {}
        listings = self._list(ignored, settled)
        for root, listing in listings.items():
            self._take(root, listing)
        links = [(root, link) for root, listing in listings.items() for link in sorted(listing.links)]
        taken = set(self.real.values())
        for root, path in links:
            target = os.path.realpath(f"{root}/{path}")
            # A link to a proto that is there anyway is another name for it.
            if target not in taken and self.has_inside(target) and os.path.isfile(target):
                taken.add(target)
                self._add(path, root, target)

    def find(self, path: str, roots: Iterable[str]) -> bool:
        """Adds the proto of an import path that the walk has passed over. Returns whether there is one.

        Args:
          path: the import path.
          roots: those to search, in this order.
        """
        if not _is_plain(path) or self.is_excluded(path):
            return False
        for root in roots:
            file = f"{root}/{path}"
            if os.path.isfile(file) and self.has_inside(real := os.path.realpath(file)):
                self.root_of[path], self.real[path] = root, real
                return True
        return False

    def broken_link(self, path: str) -> str | None:
        """Returns what is wrong with a link that an import path leads through, if that is why nothing is found."""
        for root in [*self.roots, *self.imported] if _is_plain(path) else ():
            parts = path.split("/")
            for end in range(1, len(parts) + 1):
                link = "/".join([root, *parts[:end]])
                target = os.path.realpath(link)
                if os.path.islink(link) and not os.path.exists(link):
                    return f"{link} is a dangling link. Fix or remove it."
                if os.path.islink(link) and not self.has_inside(target + "/"):
                    return f"{link} is a link to {target}, outside of the folder. Copy what it leads to, or name that."
        return None

    def is_excluded(self, path: str) -> bool:
        """Returns whether a pattern leaves out an import path."""
        return any(path == pattern or (pattern[-1] == "/" and path.startswith(pattern)) for pattern in self.exclude)

    def has_inside(self, real: str) -> bool:
        """Returns whether a path without links is in one of the roots."""
        return any(map(real.startswith, self._places.values()))

    def _check_exclude(self) -> None:
        for pattern in self.exclude:
            if not pattern.endswith(("/", ".proto")):
                raise ProtoTreeError(
                    f'exclude: "{pattern}" must be a proto\'s import path, or a folder with a slash at the end: '
                    f'"{pattern}/"'
                )
            if not _is_plain(pattern.removesuffix("/")) or not any(map(os.path.exists, self._places_of(pattern))):
                raise ProtoTreeError(f'exclude: "{pattern}" is in no folder of protos. Fix or remove it.')

    def _places_of(self, path: str) -> list[str]:
        return [f"{root}/{path}" for root in (*self.roots, *self.imported)]

    def _list(self, known: Mapping[str, Any], settled: int) -> dict[str, _Listing]:
        """Lists the roots, and asks git what it ignores there, unless all that it looks at is as it was."""
        checkouts = find_checkouts(self._places[root] for root in self.roots)
        if not checkouts:
            return self._walk([])
        paths = known.get("paths")
        if isinstance(paths, list) and all(isinstance(path, str) for path in paths):
            # What is ignored now may be why this one fails.
            with contextlib.suppress(ProtoTreeError):
                listings = self._walk(paths)
                if known.get("state") == self._state(checkouts, listings, settled):
                    self.ignored = dict(known)
                    return listings
        fresh = ignored_files(checkouts)
        listings = self._walk(fresh or [])
        state = self._state(checkouts, listings, settled)
        if fresh is not None and state is not None:
            self.ignored = {"paths": fresh, "state": state}
        return listings

    def _state(
        self, checkouts: Mapping[str, Sequence[str]], listings: Mapping[str, _Listing], settled: int
    ) -> list[Any] | None:
        """Returns what git's answer depends on, or None if it may be about to change. JSON."""
        try:
            files = rule_files(checkouts)
        except (OSError, ValueError):
            return None
        state: list[Any] = []
        for file in [*files, *(f"{root}/{path}" for root, listing in listings.items() for path in listing.rules)]:
            try:
                found = signature(file)
            except OSError:
                continue
            if not is_settled(found, settled):
                return None
            state.append([file, *found])
        # A new file or folder may be an ignored one.
        for root, listing in listings.items():
            names = "\0".join(name for names in listing for name in names)
            state.append([root, *map(len, listing), hashlib.sha256(os.fsencode(names)).hexdigest()])
        return state

    def _walk(self, ignored: Iterable[str]) -> dict[str, _Listing]:
        return {root: self._walk_root(root, ignored) for root in self.roots}

    def _walk_root(self, root: str, ignored: Iterable[str]) -> _Listing:
        place = self._places[root]
        nested = {
            other.removeprefix(place): name
            for name, other in self._places.items()
            if other != place and other.startswith(place)
        }
        passed = {
            RUNTIME,
            *self.exclude,
            *(path.removeprefix(place) for path in ignored if path.startswith(place)),
            *(path for path, name in nested.items() if name in self.imported),
        }
        try:
            return _scan(root, passed, nested)
        except OSError as error:
            raise _unreadable(error, root) from error

    def _take(self, root: str, listing: _Listing) -> None:
        """Adds the protos of a root."""
        self.folders += [(root, folder) for folder in listing.folders]
        for path in listing.protos:
            self._add(path, root, self._places[root] + path)
        if not listing.protos and not any(
            self.has_inside(os.path.realpath(f"{root}/{link}")) for link in listing.links
        ):
            raise ProtoTreeError(
                f"{root} contains no .proto files. Name the folder that their imports are relative to."
            )

    def _add(self, path: str, root: str, real: str) -> None:
        if self.real.setdefault(path, real) != real:
            raise ProtoTreeError(
                f"{self.root_of[path]}/{path} and {root}/{path} are both imported as {path}. "
                "Remove one, or take only imports from its folder: --import-root."
            )
        self.root_of[path] = root


def _scan(root: str, passed: set[str], nested: Mapping[str, str]) -> _Listing:
    """Lists a root.

    Args:
      root: its path.
      passed: the paths below it to pass over; those of folders have a trailing slash.
      nested: other roots, by their path below this one.
    """
    listing = _Listing([], [], [], [])
    pending = [""]
    while pending:
        prefix = pending.pop()
        with os.scandir(f"{root}/{prefix}") as found:
            entries = list(found)
        if prefix and any(entry.name == "pyvenv.cfg" for entry in entries):
            continue
        listing.folders.append(prefix)
        for entry in entries:
            name = entry.name
            path = prefix + name
            if name.startswith("."):
                if name in RULES:
                    listing.rules.append(path)
                continue
            # The type comes with the name: neither test asks the file system.
            if entry.is_dir(follow_symlinks=False):
                below = path + "/"
                if name == "node_modules" or below in passed:
                    continue
                if below in nested:
                    raise ProtoTreeError(
                        f"{nested[below]} lies inside {root}, and its protos would be there twice. "
                        f'Exclude "{below}", or take only imports from it.'
                    )
                pending.append(below)
            elif name.endswith(".proto") and path not in passed:
                if entry.is_symlink():
                    listing.links.append(path)
                elif entry.is_file():
                    listing.protos.append(path)
    return listing


def _unreadable(error: OSError, root: str) -> ProtoTreeError:
    where = os.fsdecode(error.filename or root)
    return ProtoTreeError(f"{where}: {error.strerror}. Name a folder of .proto files that can be read.")


def _places(roots: Sequence[str]) -> dict[str, str]:
    """Returns the path of every root, without links and with a trailing slash."""
    places: dict[str, str] = {}
    for root in roots:
        try:
            place = os.path.realpath(root, strict=True).rstrip("/") + "/"
            empty = not os.listdir(root)
        except OSError as error:
            raise _unreadable(error, root) from error
        if empty:
            # Such as a submodule that is not checked out.
            raise ProtoTreeError(f"{root} contains no .proto files. It is empty.")
        for other, there in places.items():
            if place == there:
                also = "" if root == other else f", also as {other}"
                raise ProtoTreeError(f"{root} is given twice{also}. Name it once.")
        places[root] = place
    return places


def _is_plain(path: str) -> bool:
    return not {".", "..", ""} & set(path.split("/")) and "\0" not in path
