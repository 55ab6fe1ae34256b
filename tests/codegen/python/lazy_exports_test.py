"""The re-exports of a package's folders."""

import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.python.lazy_exports import exports_of, init_source

# The package of test_it_works, with names that could collide with its own code.
NAMES = {"A": 1, "getattr": 3, "sorted": 4, "globals": 5, "AttributeError": 6}

# Maps each file to its messages and services.
_Files = dict[str, tuple[list[str], list[str]]]


def _exports(files: _Files) -> tuple[dict[str, dict[str, str]], list[str]]:
    descriptors = FileDescriptorSet()
    for number, (name, (messages, services)) in enumerate(files.items()):
        file = descriptors.file.add(name=name, package=f"p{number}")
        for message in messages:
            file.message_type.add(name=message)
        for service in services:
            file.service.add(name=service)
    return exports_of(descriptors, list(files))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"a.proto": (["M"], [])}, {"": {"M": "a_pb2"}}, id="a-message"),
        pytest.param({"a.proto": (["_M"], ["_S"])}, {}, id="private"),
        pytest.param({"a/b.proto": (["M"], [])}, {"a/": {"M": "b_pb2"}}, id="in-its-own-folder"),
        pytest.param({"a.proto": (["None"], [])}, {"": {"None_": "a_pb2"}}, id="a-keyword"),
        pytest.param(
            {"a.proto": ([], ["in"])},
            {
                "": {
                    "add_inServicer_to_server": "a_pb2_grpc",
                    "inAsyncStub": "a_pb2_grpc",
                    "inServicer": "a_pb2_grpc",
                    "inStub": "a_pb2_grpc",
                }
            },
            id="a-service",
        ),
        pytest.param(
            {"a/x.proto": (["M"], []), "b/x.proto": (["M"], [])},
            {"a/": {"M": "x_pb2"}, "b/": {"M": "x_pb2"}},
            id="folders-do-not-meet",
        ),
    ],
)
def test_every_folder_reexports_the_definitions_of_its_protos(
    files: _Files, expected: dict[str, dict[str, str]]
) -> None:
    assert _exports(files) == (expected, [])


@pytest.mark.parametrize(
    ("files", "expected", "reason"),
    [
        pytest.param(
            {"a.proto": (["M", "N"], []), "b.proto": (["M"], [])},
            {"": {"N": "a_pb2"}},
            "lazy_exports leaves out ambiguous names: M",
            id="two-protos",
        ),
        pytest.param(
            {"x/a.proto": (["b"], []), "x/b/c.proto": ([], [])},
            {"x/": {}},
            "lazy_exports leaves out ambiguous names in x/: b",
            id="a-folder",
        ),
        pytest.param(
            {"a.proto": (["b_pb2", "M"], []), "b.proto": ([], [])},
            {"": {"M": "a_pb2"}},
            "lazy_exports leaves out ambiguous names: b_pb2",
            id="a-module",
        ),
        pytest.param(
            {"x/a.proto": (["TYPE_CHECKING"], [])},
            {"x/": {}},
            "lazy_exports leaves out ambiguous names in x/: TYPE_CHECKING",
            id="a-name-of-the-text-itself",
        ),
        pytest.param(
            {"a.proto": (list("ABCDE"), []), "b.proto": (list("ABCDE"), [])},
            {"": {}},
            "lazy_exports leaves out ambiguous names: A, B, C and 2 more",
            id="many",
        ),
    ],
)
def test_ambiguous_names_are_left_out(files: _Files, expected: dict[str, dict[str, str]], reason: str) -> None:
    assert _exports(files) == (expected, [reason])


def test_nothing_to_reexport() -> None:
    assert init_source("# header\n", {}) == "# header\n"


@pytest.mark.parametrize(
    ("code", "output"),
    [
        pytest.param("import p, sys; print('p.m' in sys.modules)", "False", id="nothing-is-loaded"),
        pytest.param("from p import A; print(A)", "1", id="from-import"),
        pytest.param("import p; p.A; print('A' in vars(p))", "True", id="asked-for-once"),
        pytest.param("from p import *; print(A)", "1", id="star"),
        pytest.param("import p; print({*p.__all__} <= {*dir(p)})", "True", id="dir"),
        pytest.param("from p import *; print(getattr, sorted, globals, AttributeError)", "3 4 5 6", id="builtins"),
        pytest.param("from p import *; import p; print('A' in dir(p))", "True", id="dir-beside-builtins"),
        pytest.param("from p import m; print(m.A)", "1", id="a-module"),
        pytest.param("import p; print(p.m.A)", "1", id="a-module-as-an-attribute"),
        pytest.param(
            "import p\ntry: p.B\nexcept AttributeError as e: print(e)", "module 'p' has no attribute 'B'", id="unknown"
        ),
    ],
)
def test_it_works(code: str, output: str, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/__init__.py").write_text(init_source("# header\n", dict.fromkeys(NAMES, "m")))
    (tmp_path / "p/m.py").write_text("".join(f"{name} = {value}\n" for name, value in NAMES.items()))
    program = [sys.executable, "-S", "-B", "-c", code]
    result = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.stdout.strip() == output, result.stderr
