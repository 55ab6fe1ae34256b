"""Starts a module of this program, as run.py ROOT… -- MODULE ARGUMENT….

The interpreter runs isolated (-I -S), so that neither the environment nor the machine's own packages have a say in
what is generated. Therefore the places to import from come as arguments: each ROOT goes before the standard library,
the parent of this folder behind everything else.
"""

import importlib
import os
import sys


def start(argv: list[str]) -> int:
    """Calls main(ARGUMENT…) of MODULE and returns its exit status."""
    separator = argv.index("--")
    sys.path[:0] = [os.path.abspath(root) for root in argv[:separator]]
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    module = importlib.import_module(argv[separator + 1])
    status: int = module.main(argv[separator + 2 :])
    return status


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
