"""The type stubs of awkward protos match the runtime."""

import os
import shutil

import pytest

from tests.stubtest import Allowlist, stubtest
from tests.type_checkers import RUNFILES

TESTS = RUNFILES / os.environ["TEST_WORKSPACE"] / "tests"
COMMON = TESTS / "stubtest_allowlist.txt"
OWN = TESTS / "cases/stubtest_allowlist.txt"
CASES = [
    "builtin_names",
    "custom_options",
    "deprecated",
    "editions",
    "keyword_enums",
    "keyword_extensions",
    "keyword_fields",
    "keyword_folders",
    "keyword_messages",
    "keyword_rpcs",
    "keyword_services",
    "library_names",
    "names_in_use",
    "proto2",
    "public_imports",
    "type_stub_fallback",
    "well_known_types",
    "wide_types",
]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Returns stubtest's findings for each case. The runs are sequential, so that they share mypy's cache."""
    project = tmp_path_factory.mktemp("project")
    reports = {}
    for case in CASES:
        shutil.copytree(TESTS / "cases" / case / "stubs", project / case)
        reports[case] = stubtest(project, case)
    return reports


@pytest.mark.parametrize("case", CASES)
def test_stubs_match_the_runtime(case: str, reports: dict[str, list[str]]) -> None:
    assert Allowlist(COMMON, OWN).reject(reports[case]) == []


def test_every_exception_is_needed(reports: dict[str, list[str]]) -> None:
    assert Allowlist(OWN).unused([line for lines in reports.values() for line in lines]) == []
