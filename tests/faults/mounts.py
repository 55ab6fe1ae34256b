"""File systems mounted for one test, in a mount namespace of its own: nothing is left to unmount."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.copy_out_runs import CopyOut
from tests.namespaces import without_user_namespaces


@contextmanager
def mounted(copy: CopyOut, script: str) -> Iterator[None]:
    """Makes all runs see what a script of shell commands mounts."""
    command = ["unshare", "--map-root-user", "--mount", "sh", "-e", "-c", f"{script}\necho ready\ncat"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout and holder.stderr
        if holder.stdout.readline() != "ready\n":
            without_user_namespaces(f"Nobody may mount anything here: {holder.stderr.read().strip()}")
        enter = ("nsenter", f"--target={holder.pid}", "--user", "--mount", "--preserve-credentials")
        copy.prefix = (*enter, f"--wdns={copy.root / 'workspace'}")
        copy.view = copy.view / "proc" / str(holder.pid) / "root"
        yield  # `cat` exits when its standard input closes, and the namespace with it
