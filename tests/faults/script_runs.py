"""Runs scripts/generate_grpc_stubs.sh in a checkout of its own, with a stand-in for Bazel."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.faults.copy_out_runs import CopyOut, write

WORKSPACE = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
OLDER = "common --an_older_bazel\n" * 100

# Every run reports its arrival and waits for the others; none may build with a partial configuration.
_STAND_IN = """#!/bin/sh
case $1 in
  --version)
    : > "$NOTES/$$"
    until [ -e "$NOTES/go" ]; do sleep 0.02; done
    echo "$VERSION"
    ;;
  build) [ -z "$EXPECTED" ] || cmp .bazelrc.version "$EXPECTED" >&2 || exit 9 ;;
  info) echo "$BAZEL_BIN" ;;
esac
"""


class Checkout:
    """A checkout with the script, and what it copies.

    Attributes:
      copy: the package and the target.
      rc: the file with the settings for newer Bazels.
      prefix: the words of a command that wraps every run.
    """

    def __init__(self, root: Path) -> None:
        """Creates them below a folder."""
        self.copy = CopyOut(root, modules=2)
        self.root = root / "jts"
        self.rc = self.root / ".bazelrc.version"
        self.prefix: Sequence[str] = ()
        self.notes = root / "notes"
        self.notes.mkdir()
        for folder in ("scripts", "tools"):
            shutil.copytree(WORKSPACE / folder, self.root / folder)
        shutil.copytree(WORKSPACE / "bazel/private", self.root / "bazel/private")
        write(self.root, {"WORKSPACE": b""})
        (root / "expected").write_text(self.expected)
        (root / "bazel").write_text(_STAND_IN)
        (root / "bin/protos").mkdir(parents=True)
        (root / "bin/protos/stubs").symlink_to(root / "bin_1/protos/stubs")
        for ending in (".manifest.json", ".warnings"):
            (root / f"bin/protos/py_stubs{ending}").symlink_to(root / f"bin_1/protos/stubs{ending}")

    @property
    def expected(self) -> str:
        """The settings for Bazel 7 on this machine."""
        lines = (WORKSPACE / "tools/bazel7.bazelrc").read_text().splitlines(keepends=True)
        debian = Path("/usr/share/bazel/rules").is_dir()
        return "".join(line for line in lines if debian or "--override_repository=" not in line)

    def start(self, version: str = "7.7.1") -> subprocess.Popen[str]:
        """Starts a run with a given version of Bazel. It waits for `go`."""
        root = self.root.parent
        environment = {
            "BAZEL": f"{root}/bazel",
            "BAZEL_BIN": f"{root}/bin",
            "EXPECTED": f"{root}/expected" if version > "5" else "",
            "NOTES": str(self.notes),
            "PATH": os.environ["PATH"],
            "PY_GRPC_PYTHON": sys.executable,
            "VERSION": f"bazel {version}",
            "XDG_CACHE_HOME": f"{root}/cache",
        }
        return subprocess.Popen(
            [*self.prefix, str(self.root / "scripts/generate_grpc_stubs.sh"), "--out", str(self.copy.target)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def waiting(self) -> int:
        """Returns how many runs have requested the version of Bazel."""
        return len(os.listdir(self.notes))

    def go(self) -> None:
        """Lets all runs continue."""
        (self.notes / "go").touch()
