"""Runs a module of this program: run.py ROOT… -- MODULE ARGUMENT….

With --persistent_worker as the only argument, it runs the module for each request of Bazel (worker.py).

The interpreter runs isolated (-I -S): neither the environment nor the machine's own packages affect the output. The
import path comes from the arguments instead: each ROOT goes before the standard library, and this folder's parent goes
last.
"""

import gc
import importlib
import os
import sys

_FLAGFILE = "--flagfile="

_HINT = (
    "The libraries in the toolchain's codegen_deps are incompatible, or one is missing. They need versions of "
    "grpcio-tools, mypy-protobuf and protobuf that fit each other and this Python, locked in one file."
)


def start(argv: list[str]) -> int:
    """Calls main(ARGUMENT…) of MODULE, or serves requests for it, and returns the exit status."""
    # Descriptors and syntax trees are many objects that live through a request. Looking for cycles in them as often as
    # by default takes a fifth of the CPU time: 26.1 s instead of 21.1 s for 1,122 protos.
    gc.set_threshold(100_000)
    separator = argv.index("--")
    sys.path[:0] = [os.path.abspath(root) for root in argv[:separator]]
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    module, *arguments = argv[separator + 1 :]
    if arguments == ["--persistent_worker"]:
        from codegen.worker import serve

        return serve(argv[:separator])
    if arguments and arguments[0].startswith("--child-of="):
        from codegen.worker import handle_requests

        return handle_requests(lambda given: call(module, given), int(arguments[0].removeprefix("--child-of=")))
    return call(module, arguments)


def call(module: str, arguments: list[str]) -> int:
    """Calls main of a module with arguments, which may be in a file, and returns its exit status."""
    try:
        status: int = importlib.import_module(module).main(expand(arguments))
    except Exception as error:
        # protobuf raises its own error type when it is older than the code that imports it.
        if not isinstance(error, ImportError) and type(error).__name__ != "VersionError":
            raise
        print(f"{module} cannot be loaded: {type(error).__name__}: {error}\n{_HINT}", file=sys.stderr)
        return 1
    return status


def expand(argv: list[str]) -> list[str]:
    """Returns the arguments. Replaces a lone `--flagfile=FILE` with the lines of FILE.

    argparse's own `@FILE` would also expand every value that starts with an `@`, such as a label.
    """
    if len(argv) != 1 or not argv[0].startswith(_FLAGFILE):
        return argv
    with open(argv[0].removeprefix(_FLAGFILE), encoding="utf-8") as file:
        return file.read().removesuffix("\n").split("\n")


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
