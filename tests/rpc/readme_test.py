"""The README's example, run as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.rpc.servers import sync_server

README = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "README.md")


def test_the_example_runs() -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    assert "localhost:50051" in example
    with sync_server(None) as (port, _):
        program = example.replace("localhost:50051", f"127.0.0.1:{port}")
        result = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
        )
    assert result.stdout == "005930 70001.25\n", result.stderr
