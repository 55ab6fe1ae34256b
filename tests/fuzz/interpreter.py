"""A clean interpreter that checks packages: one process that forks for each package before loading any."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tests.fuzz.proto_text import Tree

_PROGRAM = Path(__file__).with_name("check_tree.py")


class Interpreter:
    """The process: started once, it takes a line of JSON for each package."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-B", "-W", "error", str(_PROGRAM), *map(os.path.abspath, sys.path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def check(self, tree: Tree, made: Path, expected: FileDescriptorSet) -> dict[str, int]:
        """Checks a package.

        Args:
          tree: what it was made from.
          made: the folder that contains the package.
          expected: the descriptors that its modules must contain.

        Returns:
          Figures: the number of each thing checked.

        Raises:
          AssertionError: with the process's traceback.
        """
        descriptors = made.parent / "expected.bin"
        descriptors.write_bytes(expected.SerializeToString())
        paths = {tree.descriptor_prefix + path: path for path in tree.protos}
        question = {"parent": made, "package": tree.package, "paths": paths, "expected": descriptors}
        answer = self._ask(question)
        assert "error" not in answer, f"in a clean interpreter:\n{answer['error']}"
        return answer

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate(timeout=60)
        assert self._process.returncode == 0

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(question, default=str) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the interpreter has died with exit status {self._process.wait()}"
        answer: dict[str, Any] = json.loads(line)
        return answer
