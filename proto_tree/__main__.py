"""The command line: python -m proto_tree [OPTION]… TREE.

TREE is a JSON file with an object: the arguments `roots`, `import_roots` and `exclude` of folder.read_folders. Prints
another object: `libraries`, a list of libraries.Library, and `roots`, `aliases` and `folders` of folder.Protos, with
numbers for the folders: the place in the list of roots, followed by the import roots.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from proto_tree import ProtoTreeError
from proto_tree.folder import read_folders
from proto_tree.libraries import read_libraries


def main(argv: list[str]) -> int:
    """Returns 0, or 2 after printing a one-line error."""
    parser = argparse.ArgumentParser(prog="proto_tree", allow_abbrev=False)
    parser.add_argument("--runtime", type=Path, help="the folder of the runtime's google/protobuf/*.proto")
    parser.add_argument(
        "--provided",
        action="append",
        default=[],
        type=Path,
        help="a JSON list of the import paths that installed packages provide",
    )
    parser.add_argument("--links", type=Path, help="a folder in which to make a link to every proto")
    parser.add_argument("tree", type=Path, help="a JSON file with the folders that imports are relative to")
    options = parser.parse_args(argv)
    provided = {path for file in options.provided for path in json.loads(file.read_bytes())}
    # Like any other program, it takes names that are no text.
    tree = json.loads(options.tree.read_text(encoding="utf-8", errors="surrogateescape"))
    roots, import_roots = ([Path(root) for root in tree[name]] for name in ("roots", "import_roots"))
    try:
        protos = read_folders(roots, import_roots, tree["exclude"], options.runtime, provided)
        libraries = read_libraries(protos)
        if options.links:
            _make_links(protos.roots, options.links)
    except ProtoTreeError as error:
        print(error, file=sys.stderr)
        return 2
    # Bazel and Python spell names beyond ASCII differently, so the folders are told by their numbers.
    numbers = {str(root): number for number, root in enumerate([*roots, *import_roots])}
    printed = {
        "libraries": [library._asdict() for library in libraries],
        "roots": {path: numbers[root] for path, root in protos.roots.items()},
        "aliases": protos.aliases,
        "folders": [(numbers[root], path) for root, path in protos.folders if path.isascii()],
    }
    print(json.dumps(printed))
    return 0


def _make_links(roots: Mapping[str, str], folder: Path) -> None:
    """Makes links to protos. Bazel's own function takes ten times as long, and not all names."""
    for parent in {os.path.dirname(path) for path in roots}:
        (folder / parent).mkdir(parents=True, exist_ok=True)
    for path, root in roots.items():
        os.symlink(f"{root}/{path}", folder / path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
