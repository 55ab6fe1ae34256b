"""The command line: python -m proto_tree [OPTION]… ROOT [ROOT]….

Prints a JSON object: `libraries`, a list of libraries.Library, and `files`, `aliases` and `folders` of folder.Protos.
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
    print(
        json.dumps(
            {
                "libraries": [library._asdict() for library in libraries],
                "files": protos.files,
                "aliases": protos.aliases,
                "folders": protos.folders,
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
