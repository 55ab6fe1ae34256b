"""The command line: python -m proto_tree [OPTION]… ROOT [ROOT]….

Prints a JSON object: `libraries`, a list of libraries.Library, and `roots`, `aliases` and `folders` of folder.Protos,
with numbers for the folders: the place in the list of roots, followed by the import roots.
"""

import argparse
import json
import sys
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
    parser.add_argument("--import-root", action="append", default=[], type=Path, help="a folder to take imports from")
    parser.add_argument("--exclude", action="append", default=[], help="an import path, or a folder with a slash")
    parser.add_argument("roots", nargs="+", type=Path, help="the folders that imports are relative to")
    options = parser.parse_args(argv)
    provided = {path for file in options.provided for path in json.loads(file.read_bytes())}
    try:
        protos = read_folders(options.roots, options.import_root, options.exclude, options.runtime, provided)
        libraries = read_libraries(protos)
    except ProtoTreeError as error:
        print(error, file=sys.stderr)
        return 2
    # Bazel and Python spell names beyond ASCII differently, so the folders are told by their numbers.
    numbers = {str(root): number for number, root in enumerate([*options.roots, *options.import_root])}
    printed = {
        "libraries": [library._asdict() for library in libraries],
        "roots": {path: numbers[root] for path, root in protos.roots.items()},
        "aliases": protos.aliases,
        "folders": [(numbers[root], path) for root, path in protos.folders if path.isascii()],
    }
    print(json.dumps(printed))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
