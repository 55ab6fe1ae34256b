"""Measures the memory and the time per request of a worker.

    python3 bench/worker_memory.py [PATTERN] [REQUESTS]

Repeats requests of the last build in this checkout: the params files whose path below bazel-bin matches PATTERN, each
with the digests of the files that it names, in turn. Prints the median time, and the worker's memory and its child's
after 100 requests and at the end.
"""

import hashlib
import itertools
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))


def memory(pid: int) -> float:
    """Returns the proportional set size of a process in MB."""
    found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1024


def digests(params: Path, root: Path) -> dict[str, bytes]:
    """Returns the digests of the files that a params file names, by path."""
    named = {line.rpartition("=")[2] for line in params.read_text(encoding="utf-8").splitlines()}
    files = [path for path in named if path and (root / path).is_file()]
    return {path: hashlib.sha256((root / path).read_bytes()).hexdigest().encode() for path in files}


def children(pid: int) -> list[int]:
    """Returns the process IDs of a process's children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def main(pattern: str = "**/*_pb2.py-0.params", count: str = "1000") -> None:
    """Sends the requests and prints the figures."""
    built = (CHECKOUT / "bazel-bin").resolve()
    root = built.parents[2]
    libraries = "external/py_grpc_wheels/site-packages"
    sys.path.insert(0, str(root / libraries))
    from codegen.worker import Messages, WorkRequest, WorkResponse, send

    requests = []
    for params in sorted(built.glob(pattern)):
        inputs = [{"path": path, "digest": digest} for path, digest in digests(params, root).items()]
        request = WorkRequest(arguments=[f"--flagfile={params.relative_to(root)}"], inputs=inputs)
        requests.append(request.SerializeToString())
    run = [sys.executable, "-I", "-S", "-B", "codegen/run.py", libraries, "--", "codegen.driver", "--persistent_worker"]
    with subprocess.Popen(run, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as worker:
        assert worker.stdin and worker.stdout
        responses = Messages(worker.stdout.fileno())
        times: list[float] = []
        for number, request in enumerate(itertools.islice(itertools.cycle(requests), int(count)), 1):
            start = time.monotonic()
            send(worker.stdin.fileno(), request)
            while not (received := responses.receive()):
                pass
            times.append((time.monotonic() - start) * 1000)
            response = WorkResponse.FromString(received[0])
            assert response.exit_code == 0, response.output
            if number in (1, 100, int(count)):
                sizes = [f"{memory(pid):.1f}" for pid in (worker.pid, *children(worker.pid))]
                print(f"{number} requests: {' and '.join(sizes)} MB")
        print(f"first {times[0]:.0f} ms, median {statistics.median(times):.1f} ms, {len(requests)} different requests")


if __name__ == "__main__":
    main(*sys.argv[1:])
