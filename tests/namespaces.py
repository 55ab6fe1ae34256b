"""What a test does where it cannot see what it is for: it fails, unless somebody has said that it may be left out."""

import os
from typing import NoReturn

import pytest

# Named on the command line, and nowhere else: bazel test --test_env=WITHOUT_USER_NAMESPACES=1 …
VARIABLE = "WITHOUT_USER_NAMESPACES"


def without_user_namespaces(why: str) -> NoReturn:
    """Fails the test that runs, or leaves it out where that is allowed."""
    if os.environ.get(VARIABLE) == "1":
        pytest.skip(why)
    pytest.fail(
        f"{why}. Switch user namespaces on (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone), "
        f"or leave out the tests that need them: --test_env={VARIABLE}=1",
        pytrace=False,
    )
