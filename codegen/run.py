"""Starts a module of this program, as run.py ROOT… -- MODULE ARGUMENT….

The interpreter runs isolated (-I -S), so that neither the environment nor the machine's own packages have a say in
what is generated. Therefore the places to import from come as arguments: each ROOT goes before the standard library,
the parent of this folder behind everything else.
"""

import importlib
import os
import sys

_CURE = (
    "The libraries of the py_grpc toolchain do not go together, or one is missing: its codegen_deps need versions of "
    "grpcio-tools, mypy-protobuf and protobuf that fit each other and this Python, locked in one file."
)


def start(argv: list[str]) -> int:
    """Calls main(ARGUMENT…) of MODULE and returns its exit status."""
    separator = argv.index("--")
    sys.path[:0] = [os.path.abspath(root) for root in argv[:separator]]
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    try:
        module = importlib.import_module(argv[separator + 1])
    except Exception as error:
        # protobuf raises one of its own when it is older than what imports it.
        if not isinstance(error, ImportError) and type(error).__name__ != "VersionError":
            raise
        print(f"{argv[separator + 1]} cannot be loaded: {type(error).__name__}: {error}\n{_CURE}", file=sys.stderr)
        return 1
    status: int = module.main(argv[separator + 2 :])
    return status


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
