"""The command line: python -m proto_tree [--runtime DIR] FOLDER.

Prints the libraries of a folder as a JSON list of libraries.Library.
"""

import argparse
import json
import sys
from pathlib import Path

from proto_tree import ProtoTreeError
from proto_tree.libraries import read_libraries


def main(argv: list[str]) -> int:
    """Returns 0, or 2 after printing a one-line error."""
    parser = argparse.ArgumentParser(prog="proto_tree", allow_abbrev=False)
    parser.add_argument("--runtime", type=Path, help="the folder of the runtime's google/protobuf/*.proto")
    parser.add_argument("folder", type=Path, help="the folder that imports are relative to")
    arguments = parser.parse_args(argv)
    try:
        libraries = read_libraries(arguments.folder, arguments.runtime)
    except ProtoTreeError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps([library._asdict() for library in libraries]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
