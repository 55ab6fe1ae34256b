"""Finds the protos below roots. Passes over what is not meant: links, virtual environments, what git ignores."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from proto_tree import ProtoTreeError

# The runtime provides these; copies of them in a tree are passed over.
RUNTIME = "google/protobuf/"

# Variables that make git take another checkout than the folder's own. A git hook sets them.
_GIT_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")


class Roots:
    """Folders that imports are relative to: one import space.

    Attributes:
      roots: their absolute paths; those in `imported` are only searched for what the protos of the others import.
      folders: every folder that was listed: its root, and its path below that with a trailing slash.
      root_of: the root of every proto that was found, by import path.
      real: the path of every such proto, without links.
    """

    def __init__(self, roots: Sequence[str], imported: Sequence[str], exclude: Sequence[str]) -> None:
        """Reads the roots.

        Args:
          roots: the folders whose protos are wanted.
          imported: more folders, in which only `find` looks.
          exclude: import paths, or folders with a trailing slash, that are left out.

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
        ignored = _ignored_by_git([self._places[root] for root in roots])
        links = [(root, link) for root in roots for link in self._walk(root, ignored)]
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

    def _walk(self, root: str, ignored: Iterable[str]) -> list[str]:
        """Adds the protos below a root. Returns the links to protos, sorted."""
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
        links = []
        empty = True
        try:
            for path, is_link in _scan(root, passed, self.folders, nested):
                if is_link:
                    links.append(path)
                else:
                    empty = False
                    self._add(path, root, place + path)
        except OSError as error:
            raise _unreadable(error, root) from error
        if empty and not any(self.has_inside(os.path.realpath(f"{root}/{link}")) for link in links):
            raise ProtoTreeError(
                f"{root} contains no .proto files. Name the folder that their imports are relative to."
            )
        return sorted(links)

    def _add(self, path: str, root: str, real: str) -> None:
        if self.real.setdefault(path, real) != real:
            raise ProtoTreeError(
                f"{self.root_of[path]}/{path} and {root}/{path} are both imported as {path}. "
                "Remove one, or take only imports from its folder: --import-root."
            )
        self.root_of[path] = root


def _scan(
    root: str, passed: set[str], folders: list[tuple[str, str]], nested: Mapping[str, str]
) -> Iterator[tuple[str, bool]]:
    """Yields the path of every proto below a root, relative to it, and whether it is a link. Adds its folders."""
    pending = [""]
    while pending:
        prefix = pending.pop()
        with os.scandir(f"{root}/{prefix}") as found:
            entries = list(found)
        if prefix and any(entry.name == "pyvenv.cfg" for entry in entries):
            continue
        folders.append((root, prefix))
        for entry in entries:
            name = entry.name
            path = prefix + name
            if name.startswith("."):
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
            elif name.endswith(".proto") and path not in passed and (entry.is_symlink() or entry.is_file()):
                yield path, entry.is_symlink()


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


def _ignored_by_git(places: Sequence[str]) -> list[str]:
    """Returns the files that git ignores in some folders, and with a trailing slash the folders. None without git.

    What is in git is not ignored, so that everybody who has the checkout reads the same protos.
    """
    checkouts: dict[Path, list[str]] = {}
    for place in places:
        for top in (Path(place), *Path(place).parents):
            if (top / ".git").exists():
                checkouts.setdefault(top, []).append(place)
                break
    environment = {name: value for name, value in os.environ.items() if name not in _GIT_PLACES}
    found = []
    for top, inside in checkouts.items():
        # Not the user's own ignored files, and also in a checkout of another user, as in a container.
        command = ["git", "-c", f"core.excludesFile={os.devnull}", "-c", "safe.directory=*", "-C", str(top)]
        command += ["--literal-pathspecs", "ls-files", "-z", "--others", "--ignored"]
        command += ["--exclude-standard", "--directory", "--", *(os.path.relpath(place, top) for place in inside)]
        try:
            listed = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            continue
        found += [os.path.join(top, os.fsdecode(path)) for path in listed.split(b"\0") if path]
    return found
