"""Runs pytest as a Bazel test: its report and its filter are where Bazel expects them.

https://bazel.build/reference/test-encyclopedia names the environment variables.
"""

import os
import sys

import pytest


def main(arguments: list[str]) -> int:
    """Returns pytest's status; "no test ran" (5) is a failure like any other."""
    options = ["-p", "no:cacheprovider", "--import-mode=importlib", "-rA", "--color=no", "-W", "error"]
    if report := os.environ.get("XML_OUTPUT_FILE"):
        options.append(f"--junitxml={report}")
    if only := os.environ.get("TESTBRIDGE_TEST_ONLY"):
        options.append(f"-k={only}")
    return int(
        pytest.main(
            [*options, f"--rootdir={os.getcwd()}", f"--basetemp={os.environ['TEST_TMPDIR']}/pytest", *arguments]
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
