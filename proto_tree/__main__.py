"""The command line: python -m proto_tree [--digest] [--runtime DIR] FOLDER.

Prints the libraries of a folder as JSON, a list of libraries.Library, or with --digest their SHA-256.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from proto_tree.errors import ProtoTreeError
from proto_tree.folder import read_folder
from proto_tree.libraries import make_libraries


def main(argv: list[str]) -> int:
    """Returns 0, or 2 after one line on standard error."""
    parser = argparse.ArgumentParser(prog="proto_tree", allow_abbrev=False)
    parser.add_argument("--digest", action="store_true", help="print a SHA-256 of the libraries instead of them")
    parser.add_argument("--runtime", type=Path, help="the folder of the runtime's google/protobuf/*.proto")
    parser.add_argument("folder", type=Path, help="the folder that imports are relative to")
    arguments = parser.parse_args(argv)
    try:
        protos = read_folder(arguments.folder, arguments.runtime)
        libraries = make_libraries({path: [found.path for found in imports] for path, imports in protos.items()})
    except ProtoTreeError as error:
        print(error, file=sys.stderr)
        return 2
    text = json.dumps([library._asdict() for library in libraries])
    print(hashlib.sha256(text.encode()).hexdigest() if arguments.digest else text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
