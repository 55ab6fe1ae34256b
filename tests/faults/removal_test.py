"""Files and folders that are deleted during a copy-out, as by `git clean` or `bazel clean` in another terminal."""

import itertools
import os
import re
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.copy_out_runs import MARK, STAGE, CopyOut, ended, tree, write


@pytest.mark.parametrize(
    "victim",
    [
        pytest.param("checkout/stubs/m000_pb2.py", id="a-file"),
        pytest.param("checkout/stubs/only_{old}/deep", id="a-folder-that-goes"),
        pytest.param("checkout/stubs/.copy_out", id="the-stage"),
        pytest.param("checkout/stubs", id="the-target"),
        pytest.param("bin_{new}/protos/stubs/m000_pb2.py", id="a-built-file"),
    ],
)
def test_deletion_during_the_copy_out(tmp_path: Path, figures: Counter[str], victim: str) -> None:
    copy, note, ends = CopyOut(tmp_path, modules=1), tmp_path / "call", Counter[int]()
    copy.add_hand_written()
    copy.heal(0)
    for number in itertools.count(1, 2):  # most files take two calls
        old, new = ends.total() % 2, (ends.total() + 1) % 2
        gone = tmp_path / victim.format(old=old, new=new)
        result = copy.run(new, fault=[str(gone), str(number), str(note)])
        if not note.exists():
            break
        note.unlink()
        ends[result.returncode] += 1
        if result.returncode:
            assert (result.returncode, result.stdout) == (2, ""), f"call {number}: {result}"
            assert re.fullmatch(
                rf"generate_grpc_stubs\.sh: {re.escape(str(tmp_path))}\S*: No such file or directory: "
                r"if something removed it, run this again, or choose .*\n",
                result.stderr,
            ), f"call {number}: {result.stderr}"
        else:
            wrong = [path for path in copy.wrong(new) if not (copy.target / path).is_relative_to(gone)]
            assert not wrong, f"call {number} ended well, but not with {wrong}"
        found = copy.find(old, new)
        torn = found.torn & tree(copy.target).keys()
        figures["files torn"] += len(torn)
        assert not torn and not found.staged, f"call {number}: {found}"
        copy.build(new)
        copy.add_hand_written()
        copy.heal(new)
    figures["removals survived"] += ends.total()
    figures["runs ended well"] += ends[0]
    figures["runs said what went"] += ends[2]
    assert ends.total() > 10 and ends[2]


def test_a_file_appears_where_a_folder_is_moved_to(tmp_path: Path, figures: Counter[str]) -> None:
    copy, note = CopyOut(tmp_path, modules=1), tmp_path / "call"
    copy.add_hand_written()
    copy.heal(0)
    gone = copy.target / "gone"
    for number in itertools.count(1):
        write(gone, {"__init__.py": f"{MARK}\n".encode()})
        with copy.start(0, fault=["SIGSTOP", str(number), str(note)]) as run:
            os.waitid(os.P_PID, run.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            if note.read_text() == "os.rename":
                write(copy.target, {f"{STAGE}/another": b""})
            run.send_signal(signal.SIGCONT)
            result = ended(run)
        if result.returncode:  # other renames are of the run's own files
            break
    assert (result.returncode, result.stdout, result.stderr) == (
        2,
        "",
        f"generate_grpc_stubs.sh: {copy.target}/{STAGE}: Directory not empty: delete or rename it, or choose another "
        "folder with --out DIR. No file was half-written.\n",
    )
    assert gone.exists()
    copy.heal(0)
    figures["files in the way survived"] += 1
