"""File systems that are there for one test, in a mount namespace of its own: nothing is left to unmount."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.copy_out_runs import CopyOut


@contextmanager
def mounted(copy: CopyOut, script: str) -> Iterator[None]:
    """Has all runs see what a script of shell commands mounts; skips the test where nobody may mount anything."""
    command = ["unshare", "--map-root-user", "--mount", "sh", "-e", "-c", f"{script}\necho ready\ncat"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout and holder.stderr
        if holder.stdout.readline() != "ready\n":
            pytest.skip(f"a mount namespace is needed: {holder.stderr.read()}")
        enter = ("nsenter", f"--target={holder.pid}", "--user", "--mount", "--preserve-credentials")
        copy.prefix = (*enter, f"--wdns={copy.root / 'workspace'}")
        copy.view = copy.view / "proc" / str(holder.pid) / "root"
        yield  # `cat` ends with its standard input, and the namespace with it
