"""What `import public` hands on, and to whom."""

import pytest
from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FileDescriptorProto, FileDescriptorSet

from codegen.python.public_imports import add_reexports, drop_public_imports, handed_on, keep_globals

# From a file to what it imports, "+" marks a public import, and to the messages that it has.
_Files = dict[str, tuple[list[str], list[str]]]


def _descriptors(files: _Files) -> FileDescriptorSet:
    descriptors = FileDescriptorSet()
    for name, (paths, messages) in files.items():
        descriptors.file.add(
            name=name,
            dependency=[path.removeprefix("+") for path in paths],
            public_dependency=[position for position, path in enumerate(paths) if path.startswith("+")],
            message_type=[DescriptorProto(name=message) for message in messages],
        )
    return descriptors


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"c": ([], ["C"]), "b": (["+c"], ["B"])}, {"C": "c"}, id="one-step"),
        pytest.param({"c": ([], ["C"]), "b": (["+c"], ["B"]), "a": (["+b"], [])}, {"B": "b", "C": "c"}, id="two-steps"),
        pytest.param({"c": ([], ["C"]), "b": (["+c"], []), "a": (["b"], [])}, {}, id="an-ordinary-import"),
        pytest.param({"c": ([], ["C"]), "b": (["c"], ["B"]), "a": (["+b"], [])}, {"B": "b"}, id="only-what-is-public"),
        pytest.param({"b": ([], ["M", "B"]), "a": (["+b"], ["M"])}, {"B": "b"}, id="its-own-name-wins"),
        pytest.param({"b": ([], ["M"]), "c": ([], ["M"]), "a": (["+b", "+c"], [])}, {"M": "c"}, id="the-last-one-wins"),
        pytest.param(
            {"b": ([], ["M"]), "o": (["+b"], ["M"]), "c": (["+b"], []), "a": (["+o", "+c"], [])},
            {"M": "b"},
            id="a-diamond",
        ),
        pytest.param({"b": ([], ["_M"]), "a": (["+b"], [])}, {}, id="no-name-that-starts-with-an-underscore"),
    ],
)
def test_names_are_those_that_import_star_brings(files: _Files, expected: dict[str, str]) -> None:
    assert list(handed_on(_descriptors(files)).values())[-1] == expected


def test_values_and_extensions_are_names_too() -> None:
    file = FileDescriptorProto(name="b", enum_type=[EnumDescriptorProto(name="E")])
    file.enum_type[0].value.add(name="ONE", number=0)
    file.extension.add(name="more")
    importing = FileDescriptorProto(name="a", dependency=["b"], public_dependency=[0])
    assert set(handed_on(FileDescriptorSet(file=[file, importing]))["a"]) == {"E", "ONE", "more"}


def test_reexports_are_at_the_end() -> None:
    assert add_reexports("class M: ...\n", {"Z": "a/b.proto", "A": "c.proto", "B": "a/b.proto"}) == (
        "class M: ...\n\nfrom a.b_pb2 import B as B\nfrom a.b_pb2 import Z as Z\nfrom c_pb2 import A as A\n"
    )
    assert add_reexports("class M: ...\n", {}) == "class M: ...\n"


def test_dropped_public_imports_are_ordinary_ones() -> None:
    before = _descriptors({"b": ([], []), "a": (["+b"], [])})
    plain = drop_public_imports(before).file[1]
    assert (list(plain.dependency), list(plain.public_dependency)) == (["b"], [])
    assert list(before.file[1].public_dependency) == [0], "the argument was changed"


def test_globals_stays_a_builtin() -> None:
    line = "\n_globals = globals()\n"
    module: dict[str, object] = {"globals": 1}
    exec(keep_globals(f"from math import *\n{line}"), module)
    assert module["_globals"] is module
    assert keep_globals(f"import math\n{line}") == f"import math\n{line}"
