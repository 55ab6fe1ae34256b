"""Handles a test that needs unavailable namespaces: it fails, unless the user allows it to be skipped."""

import os
from typing import NoReturn

import pytest

# Set only on the command line: bazel test --test_env=WITHOUT_USER_NAMESPACES=1 …
VARIABLE = "WITHOUT_USER_NAMESPACES"


def without_user_namespaces(why: str) -> NoReturn:
    """Fails the running test, or skips it if that is allowed."""
    if os.environ.get(VARIABLE) == "1":
        pytest.skip(why)
    pytest.fail(
        f"{why}. Switch user namespaces on (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone), "
        f"or leave out the tests that need them: --test_env={VARIABLE}=1",
        pytrace=False,
    )
