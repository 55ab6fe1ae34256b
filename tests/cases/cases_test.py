"""Awkward protos, a folder each: what is made of them has the right files, imports, pickles, type-checks and works."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cases.expected import CASES, files

RUNFILES = Path(os.environ["TEST_SRCDIR"])
FOLDER = RUNFILES / os.environ["TEST_WORKSPACE"] / "tests/cases"
SITE_PACKAGES = RUNFILES / "py_grpc_wheels/site-packages"
# What the type checkers may see: types of what stubs import, and no more of the machine or of the tests.
TYPES = {
    RUNFILES / "py_grpc_wheels/site-packages": ["google", "google-stubs", "grpc"],
    RUNFILES / "test_wheels/site-packages": ["grpc-stubs"],
}

# What the checkers do not like about every file that mypy-protobuf writes, and why it has to be so.
INHERENT = re.compile(
    # types-protobuf lets it be one of two classes, a message's stub says which.
    r'^"DESCRIPTOR" overrides symbol of same name in class "Message"'
    # mypy-protobuf and types-protobuf share them.
    r'|^"(_EnumTypeWrapper|_ExtensionFieldDescriptor)" is private and used outside of the module'
)

# What strict rules do not like about protoc's own stubs, which stand in where mypy-protobuf fails.
BY_PROTOC = re.compile(
    r'^Missing type arguments for generic type "Mapping"'
    r"|\[report(UnusedImport|MissingTypeArgument|UnknownParameterType|UnknownMemberType)\]$"
)

# What a package of these has to show does not need a program.
WITHOUT_CONSUMER = {"capitalised_names", "many_services", "recursive_messages", "same_names"}
CONSUMERS = [case for case in CASES if case not in WITHOUT_CONSUMER]
KEYWORDS_AND_DOTS = [case for case in CONSUMERS if "keyword" in case or "dots" in case]
OTHERS = [
    "builtin_names",
    "custom_options",
    "editions",
    "field_names",
    "nested_packages",
    "oneofs_and_maps",
    "optional_fields",
    "proto2",
    "sparse_files",
    "type_stub_fallback",
]

every_case = pytest.mark.parametrize("case", CASES)


class Finding(NamedTuple):
    """A line of a type checker's report."""

    path: Path
    line: int
    is_error: bool
    text: str


class Report(NamedTuple):
    """What the type checkers say about all packages and consumers, and where those lie."""

    root: Path
    findings: dict[str, list[Finding]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a folder with each package under the name of its case, and consumer_<case>.py beside it."""
    folder = tmp_path_factory.mktemp("packages")
    for case in CASES:
        shutil.copytree(FOLDER / case / "stubs", folder / case)
        if (consumer := FOLDER / case / "consumer.py").exists():
            shutil.copy(consumer, folder / f"consumer_{case}.py")
    return folder


@pytest.fixture(scope="module")
def report(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Runs both type checkers once, on everything."""
    types = tmp_path_factory.mktemp("types")
    for folder, names in TYPES.items():
        for name in names:
            (types / name).symlink_to(folder / name)
    return Report(root, {"mypy": list(_mypy(root)), "basedpyright": list(_basedpyright(root, types))})


def _run(command: list[str | Path], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd="/",
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _mypy(root: Path) -> Iterator[Finding]:
    options = ["--strict", f"--cache-dir={os.devnull}", "--config-file=", "--output=json", "--explicit-package-bases"]
    sources = [*root.rglob("*.pyi"), *root.glob("consumer_*.py")]
    result = _run([sys.executable, "-m", "mypy", *options, *sources], MYPYPATH=str(root))
    assert result.returncode in (0, 1), result.stdout + result.stderr
    for line in result.stdout.splitlines():
        entry = json.loads(line)
        yield Finding(Path("/", entry["file"]), entry["line"], entry["severity"] == "error", entry["message"])


def _basedpyright(root: Path, types: Path) -> Iterator[Finding]:
    settings = {
        "include": [str(root / "**/*.pyi"), str(root / "consumer_*.py")],
        "extraPaths": [str(root), str(types)],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
    }
    project = types / "pyrightconfig.json"
    project.write_text(json.dumps(settings))
    options = ["--outputjson", "--project", str(project), "--pythonpath", sys.executable]
    result = _run([sys.executable, "-m", "basedpyright", *options], HOME=str(types))
    assert result.returncode in (0, 1), result.stdout + result.stderr
    for entry in json.loads(result.stdout)["generalDiagnostics"]:
        text = f"{entry['message']} [{entry.get('rule', '')}]"
        yield Finding(Path(entry["file"]), entry["range"]["start"]["line"] + 1, entry["severity"] == "error", text)


def _check(case: str, parent: Path, package: str) -> dict[str, list[str]]:
    """Runs check_package.py on a copy of the package with that name. Beside it are its pickles."""
    shutil.copytree(FOLDER / case / "stubs", parent.joinpath(*package.split(".")))
    program = [sys.executable, "-I", "-W", "error", str(FOLDER / "check_package.py")]
    result = _run([*program, SITE_PACKAGES, parent, package, parent / "pickles"])
    assert result.returncode == 0, result.stderr
    seen: dict[str, list[str]] = json.loads(result.stdout)
    return seen


def _consume(case: str, root: Path) -> None:
    """Runs the consumer of a case for real."""
    program = f"import runpy, sys; sys.path[:0] = [{str(root)!r}, {str(SITE_PACKAGES)!r}]; "
    program += f"runpy.run_path({str(root / f'consumer_{case}.py')!r}, run_name='__main__')"
    result = _run([sys.executable, "-I", "-W", "error", "-c", program])
    assert result.returncode == 0, result.stderr


@every_case
def test_row_21_exact_files(case: str) -> None:
    stubs = FOLDER / case / "stubs"
    assert {path.relative_to(stubs).as_posix() for path in stubs.rglob("*") if path.is_file()} == files(case)


@every_case
@pytest.mark.parametrize("package", ["p_4c1f", "x9.y2.p_4c1f"], ids=["flat", "nested"])
def test_row_01_row_16_imports_without_path_hacks_and_is_valid_python(case: str, package: str, tmp_path: Path) -> None:
    seen = _check(case, tmp_path, package)
    stems = [stem.replace("/", ".") for stem in CASES[case].stems.split()]
    assert seen["modules"] == sorted(stem + ending for stem in stems for ending in ("_pb2", "_pb2_grpc"))
    assert (len(set(seen["messages"])), len(set(seen["services"]))) == (CASES[case].messages, CASES[case].services)


@every_case
def test_row_10_pickle_across_processes(case: str, tmp_path: Path) -> None:
    messages = _check(case, tmp_path, "p_4c1f")["messages"]
    program = f"import pickle, sys; sys.path[:0] = [{str(tmp_path)!r}, {str(SITE_PACKAGES)!r}]; "
    program += "print(*(item.DESCRIPTOR.full_name for item in pickle.load(open(sys.argv[1], 'rb'))))"
    assert _run([sys.executable, "-I", "-c", program, tmp_path / "pickles"]).stdout.split() == messages


@every_case
@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_row_02_type_stubs_are_clean(case: str, checker: str, report: Report) -> None:
    own = [report.root / case, report.root / f"consumer_{case}.py"]
    complaints = [
        f"{finding.path.relative_to(report.root)}:{finding.line}: {finding.text}"
        for finding in report.findings[checker]
        if finding.is_error
        and not INHERENT.match(finding.text)
        and not (case == "type_stub_fallback" and BY_PROTOC.search(finding.text))
        and any(finding.path.is_relative_to(path) for path in own)
    ]
    assert complaints == []


@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
@pytest.mark.parametrize("case", CONSUMERS)
def test_row_02_every_type_is_known(case: str, checker: str, report: Report) -> None:
    consumer = report.root / f"consumer_{case}.py"
    expected = {
        number: match[1]
        for number, line in enumerate(consumer.read_text(encoding="utf-8").splitlines(), 1)
        if (match := re.search(r"\breveal_type\(.*\)  # (.*)", line))
    }
    revealed = {
        finding.line: re.sub(r"[\w.]+\.(?=\w)", "", match[1]).replace("] | Literal[", ", ")
        for finding in report.findings[checker]
        if finding.path == consumer and (match := re.search(r'^(?:Revealed type|Type of ".*") is "(.*)"', finding.text))
    }
    assert expected and revealed == expected


@pytest.mark.parametrize("case", KEYWORDS_AND_DOTS)
def test_row_17_keyword_and_dotted_names(case: str, root: Path) -> None:
    _consume(case, root)


def test_row_18_import_public(root: Path) -> None:
    _consume("public_imports", root)


@pytest.mark.parametrize("case", ["library_names", "well_known_types"])
def test_row_19_row_20_external_imports_stay_absolute_and_nothing_is_shadowed(case: str, root: Path) -> None:
    _consume(case, root)


def test_row_23_proto_comments_are_docstrings(root: Path) -> None:
    _consume("comments", root)


def test_row_23_proto_comments_show_on_hover(root: Path) -> None:
    tree = ast.parse((root / "comments/comments_pb2.pyi").read_text(encoding="utf-8"))
    docs = {node.name: (ast.get_docstring(node) or "").strip() for node in tree.body if isinstance(node, ast.ClassDef)}
    assert docs["Kind"] == "Detached from the enum: '''.\n\nOn the enum: \"\"\", ''' and \\\"."
    assert docs["Text"] == 'On the message: "quoted", \'quoted\', C:\\new\\x, \\N{x}, ends in a "quote"'
    assert (docs["Backslash"], docs["Quote"]) == ("Ends in a backslash \\", '"Begins with a quote')
    assert docs["ThreeQuotes"] == '"""'


def test_row_28_prefixes(root: Path) -> None:
    _consume("prefixes", root)


def test_row_29_transitive(root: Path) -> None:
    _consume("transitive", root)


def test_row_30_generated_proto(root: Path) -> None:
    _consume("generated_proto", root)


@pytest.mark.parametrize("case", OTHERS)
def test_other_consumers(case: str, root: Path) -> None:
    _consume(case, root)
