"""Runs a Python program and injects a fault at its n-th file system call.

    python3 fault.py WHAT N NOTE FOLDER PROGRAM ARGUMENT…

WHAT is the name of a signal to send to the program, or the path of a file or folder to delete. N counts, from 1, the
calls that change the file system. If WHAT is a path, counting starts once it exists and includes reads of FOLDER.
NOTE is a file that receives the name of that call; if it was not written, the program made fewer calls.
"""

import os
import runpy
import shutil
import signal
import sys
from collections.abc import Callable
from typing import Any

_CHANGES = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.sendfile")
_LOOKS = ("os.listdir", "os.scandir", "open")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT

# Files are written in pieces of this size, so that they can be caught half-written.
_PIECE = 600


class Fault:
    """The audit hook that waits for the n-th call."""

    def __init__(self, what: str, number: int, note: str, folder: str) -> None:
        """Takes the arguments of the command line."""
        self._what = what
        self._left = number
        self._note = note
        self._folder = folder

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Counts a call, before it is made."""
        if self._left and self._counts(event, arguments):
            self._left -= 1
            if not self._left:
                self._strike(event)

    def _counts(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if not self._is_signal and not os.path.exists(self._what):
            return False
        if event in _CHANGES or (event == "open" and arguments[2] & _WRITING and arguments[0] != os.devnull):
            return True
        # Reads do not count for a signal: killed before one, a process leaves the same files as before the next change.
        return event in _LOOKS and not self._is_signal and str(arguments[0]).startswith(self._folder)

    @property
    def _is_signal(self) -> bool:
        return self._what in signal.Signals.__members__

    def _strike(self, event: str) -> None:
        with open(self._note, "w", encoding="utf-8") as file:
            file.write(event)
        if self._is_signal:
            os.kill(os.getpid(), signal.Signals[self._what])
        elif os.path.isdir(self._what):
            shutil.rmtree(self._what)
        else:
            os.unlink(self._what)


def _in_pieces(sendfile: Callable[[int, int, int, int], int]) -> Callable[[int, int, int, int], int]:
    def send_a_piece(to: int, source: int, offset: int, count: int) -> int:
        sys.audit("os.sendfile")
        return sendfile(to, source, offset, min(count, _PIECE))

    return send_a_piece


def main(what: str, number: str, note: str, folder: str, *program: str) -> None:
    """Runs the program as Python itself would."""
    sys.argv = list(program)
    sys.path[0] = os.path.dirname(os.path.realpath(program[0]))
    # Makes shutil.copyfile use sendfile: from Python 3.14 on, it prefers copy_file_range.
    os.sendfile = _in_pieces(os.sendfile)  # type: ignore[assignment]
    shutil._USE_CP_COPY_FILE_RANGE = False  # type: ignore[attr-defined]
    sys.addaudithook(Fault(what, int(number), note, folder))
    runpy.run_path(program[0], run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
