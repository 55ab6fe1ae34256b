"""Runs a command, and measures its time and the memory of its processes."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# How often a Bazel server's processes are looked at, in seconds. The kernel keeps the peak of each.
INTERVAL = 0.2


@dataclass(frozen=True)
class Cost:
    """Time in seconds; the peak memory in MB of the largest process, and of Bazel's server."""

    seconds: float
    process_mb: float
    server_mb: float | None


def run(command: str, environment: Mapping[str, str], log: IO[str], server: Path | None) -> Cost:
    """Runs a command with bash.

    Args:
      command: the command.
      environment: its environment.
      log: where its output goes.
      server: the file with the process id of a Bazel server. Its other processes are the command's as well.

    Raises:
      subprocess.CalledProcessError: if the command fails.
    """
    done, peaks = threading.Event(), [0.0]
    watcher = threading.Thread(target=watch, args=(server, done, peaks)) if server else None
    start = time.monotonic()
    process = subprocess.Popen(["bash", "-euc", command], env=environment, stdout=log, stderr=subprocess.STDOUT)
    if watcher:
        watcher.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        seconds = time.monotonic() - start
        done.set()
    process.returncode = os.waitstatus_to_exitcode(status)
    if watcher:
        watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    pid = server_pid(server)
    return Cost(seconds, max(usage.ru_maxrss / 1024, *peaks), peak(pid) if pid else None)


def watch(server: Path, done: threading.Event, peaks: list[float]) -> None:
    """Appends the peak memory of the largest process below a server, until the command is done."""
    while True:
        if pid := server_pid(server):
            # A process that the server has forked is the server, until it becomes the program that it shall run.
            programs = {child: program(child) for child in descendants(pid)}
            peaks += [peak(child) for child, its in programs.items() if its not in (None, program(pid))]
        if done.wait(INTERVAL):
            return


def server_pid(server: Path | None) -> int | None:
    """Returns the process id in a file; None if there is no such file or process."""
    try:
        pid = int(server.read_text()) if server else 0
    except (OSError, ValueError):
        return None
    return pid if pid and Path(f"/proc/{pid}").exists() else None


def descendants(root: int) -> set[int]:
    """Returns the processes below a process."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                # The name, in parentheses, may contain anything.
                fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(folder.name)] = int(fields[1])
    found = {root}
    while new := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= new
    return found - {root}


def program(pid: int) -> str | None:
    """Returns the path of a process's program; None if it has ended."""
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return None


def peak(pid: int) -> float:
    """Returns the peak memory of a process in MB; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
