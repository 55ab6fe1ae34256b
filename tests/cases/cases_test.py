"""Awkward protos, one folder each: the package has the right files, imports, pickles, type-checks and works."""

import ast
import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.cases.expected import CASES, files
from tests.type_checkers import CHECKERS, RUNFILES, SITE_PACKAGES, Report, check, expected_types, run, run_program

FOLDER = RUNFILES / os.environ["TEST_WORKSPACE"] / "tests/cases"

# protoc's own stubs, the fallback where mypy-protobuf fails, import more than they use.
BY_PROTOC = re.compile(r"\[reportUnusedImport\]$")

# Uses of deprecated elements, one a line.
USES_DEPRECATED = """\
from deprecated.deprecated_pb2 import New
New().x = 1
from deprecated.deprecated_pb2 import Old
from deprecated.deprecated_pb2_grpc import OldServiceServicer
print(Old, OldServiceServicer)
"""

# Cases whose package shows everything without a program.
WITHOUT_CONSUMER = {"capitalised_names", "many_services", "recursive_messages", "same_names", "shared_type_names"}
CONSUMERS = [case for case in CASES if case not in WITHOUT_CONSUMER]
# Its types are in another distribution: tests/scripts/installed_protos_test.py checks them.
TYPED = [case for case in CASES if case != "installed_protos"]
KEYWORDS_AND_DOTS = [case for case in CONSUMERS if "keyword" in case or "dots" in case]
OTHERS = [
    "builtin_names",
    "custom_options",
    "deprecated",
    "editions",
    "field_names",
    "installed_protos",
    "names_in_use",
    "nested_packages",
    "oneofs_and_maps",
    "optional_fields",
    "other_languages",
    "proto2",
    "rpc_types",
    "sparse_files",
    "type_stub_fallback",
]

every_case = pytest.mark.parametrize("case", CASES)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a folder with each package under the name of its case, and consumer_<case>.py next to it."""
    folder = tmp_path_factory.mktemp("packages")
    for case in CASES:
        shutil.copytree(FOLDER / case / "stubs", folder / case)
        if (consumer := FOLDER / case / "consumer.py").exists():
            shutil.copy(consumer, folder / f"consumer_{case}.py")
    (folder / "uses_deprecated.py").write_text(USES_DEPRECATED, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def report(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Runs both type checkers once, on everything."""
    return check(root, tmp_path_factory.mktemp("scratch"))


def _check(case: str, parent: Path, package: str) -> dict[str, list[str]]:
    """Runs check_package.py on a copy of the named package. Its pickles are next to it."""
    shutil.copytree(FOLDER / case / "stubs", parent.joinpath(*package.split(".")))
    program = [sys.executable, "-I", "-W", "error", str(FOLDER / "check_package.py")]
    result = run([*program, SITE_PACKAGES, parent, package, parent / "pickles"])
    assert result.returncode == 0, result.stderr
    seen: dict[str, list[str]] = json.loads(result.stdout)
    return seen


def _consume(case: str, root: Path) -> None:
    """Executes the consumer of a case."""
    run_program(root / f"consumer_{case}.py")


@every_case
def test_exact_files(case: str) -> None:
    stubs = FOLDER / case / "stubs"
    assert {path.relative_to(stubs).as_posix() for path in stubs.rglob("*") if path.is_file()} == files(case)


@every_case
@pytest.mark.parametrize("package", ["p_4c1f", "x9.y2.p_4c1f"], ids=["flat", "nested"])
def test_imports_without_path_hacks_and_is_valid_python(case: str, package: str, tmp_path: Path) -> None:
    seen = _check(case, tmp_path, package)
    stems = [stem.replace("/", ".") for stem in CASES[case].stems.split()]
    assert seen["modules"] == sorted(stem + ending for stem in stems for ending in ("_pb2", "_pb2_grpc"))
    assert (len(set(seen["messages"])), len(set(seen["services"]))) == (CASES[case].messages, CASES[case].services)


@every_case
def test_pickle_across_processes(case: str, tmp_path: Path) -> None:
    messages = _check(case, tmp_path, "p_4c1f")["messages"]
    program = f"import pickle, sys; sys.path[:0] = [{str(tmp_path)!r}, {str(SITE_PACKAGES)!r}]; "
    program += "print(*(item.DESCRIPTOR.full_name for item in pickle.load(open(sys.argv[1], 'rb'))))"
    assert run([sys.executable, "-I", "-c", program, tmp_path / "pickles"]).stdout.split() == messages


@pytest.mark.parametrize("case", TYPED)
@pytest.mark.parametrize("checker", CHECKERS)
def test_type_stubs_are_clean(case: str, checker: str, report: Report) -> None:
    complaints = report.complaints(checker, report.root / case, report.root / f"consumer_{case}.py")
    if case == "type_stub_fallback":
        complaints = [complaint for complaint in complaints if not BY_PROTOC.search(complaint)]
    assert complaints == []


@pytest.mark.parametrize("checker", CHECKERS)
def test_uses_of_something_deprecated_are_reported(checker: str, report: Report) -> None:
    errors = report.errors(checker, report.root / "uses_deprecated.py")
    assert {error.line for error in errors if "deprecated" in error.text} >= {2, 3, 4}, errors


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("case", [case for case in CONSUMERS if case in TYPED])
def test_every_type_is_known(case: str, checker: str, report: Report) -> None:
    consumer = report.root / f"consumer_{case}.py"
    expected = expected_types(consumer)
    assert expected and report.revealed_types(checker, consumer) == expected


@pytest.mark.parametrize("case", KEYWORDS_AND_DOTS)
def test_keyword_and_dotted_names(case: str, root: Path) -> None:
    _consume(case, root)


def test_import_public(root: Path) -> None:
    _consume("public_imports", root)


@pytest.mark.parametrize("case", ["library_names", "well_known_types"])
def test_external_imports_stay_absolute_and_nothing_is_shadowed(case: str, root: Path) -> None:
    _consume(case, root)


def test_proto_comments_are_docstrings(root: Path) -> None:
    _consume("comments", root)


def test_proto_comments_show_on_hover(root: Path) -> None:
    tree = ast.parse((root / "comments/comments_pb2.pyi").read_text(encoding="utf-8"))
    docs = {node.name: (ast.get_docstring(node) or "").strip() for node in tree.body if isinstance(node, ast.ClassDef)}
    assert docs["Kind"] == "Detached from the enum: '''.\n\nOn the enum: \"\"\", ''' and \\\"."
    assert docs["Text"] == 'On the message: "quoted", \'quoted\', C:\\new\\x, \\N{x}, ends in a "quote"'
    assert (docs["Backslash"], docs["Quote"]) == ("Ends in a backslash \\", '"Begins with a quote')
    assert docs["ThreeQuotes"] == '"""'


def test_prefixes(root: Path) -> None:
    _consume("prefixes", root)


def test_transitive(root: Path) -> None:
    _consume("transitive", root)


def test_generated_proto(root: Path) -> None:
    _consume("generated_proto", root)


@pytest.mark.parametrize("implementation", ["upb", "python"])
def test_the_runtime_takes_what_the_type_stubs_take(implementation: str, root: Path) -> None:
    run_program(root / "consumer_wide_types.py", PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=implementation)


@pytest.mark.parametrize("case", OTHERS)
def test_other_consumers(case: str, root: Path) -> None:
    _consume(case, root)
