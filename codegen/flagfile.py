"""Command lines that are too long for the system. A function of its own, because two programs read them."""

from pathlib import Path

_FLAGFILE = "--flagfile="


def expand(argv: list[str]) -> list[str]:
    """Returns the arguments; `--flagfile=FILE` alone stands for the lines of a file.

    argparse's own `@FILE` would do the same to every value that starts with an `@`, as labels do.
    """
    if len(argv) != 1 or not argv[0].startswith(_FLAGFILE):
        return argv
    return Path(argv[0].removeprefix(_FLAGFILE)).read_text(encoding="utf-8").removesuffix("\n").split("\n")
