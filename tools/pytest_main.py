"""Runs pytest as a Bazel test, with support for Bazel's XML report and test filter.

https://bazel.build/reference/test-encyclopedia documents the environment variables.
"""

import os
import sys

import pytest


def main(arguments: list[str]) -> int:
    """Returns pytest's exit status. "No tests collected" (5) is a failure too."""
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
