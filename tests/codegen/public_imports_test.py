"""What `import public` hands on, and to whom."""

import pytest
from google.protobuf import text_format
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.public_imports import drop_own_names, drop_public_imports, own_names, reach_public_imports

# From a file to what it imports; "+" marks a public import.
_Imports = dict[str, list[str]]


def _descriptors(imports: _Imports) -> FileDescriptorSet:
    files = []
    for name, paths in imports.items():
        public = [position for position, path in enumerate(paths) if path.startswith("+")]
        dependencies = [path.removeprefix("+") for path in paths]
        files.append(FileDescriptorProto(name=name, dependency=dependencies, public_dependency=public))
    return FileDescriptorSet(file=files)


def _imports(descriptors: FileDescriptorSet) -> _Imports:
    imports = {}
    for file in descriptors.file:
        public = [file.dependency[position] for position in file.public_dependency]
        imports[file.name] = ["+" + path if path in public else path for path in file.dependency]
    return imports


@pytest.mark.parametrize(
    ("imports", "expected"),
    [
        pytest.param({"c": [], "b": ["+c"]}, ["+c"], id="one-step"),
        pytest.param({"c": [], "b": ["+c"], "a": ["+b"]}, ["+b", "+c"], id="two-steps"),
        pytest.param({"d": [], "c": ["+d"], "b": ["+c"], "a": ["+b"]}, ["+b", "+c", "+d"], id="three-steps"),
        pytest.param({"c": [], "b": ["+c"], "a": ["b"]}, ["b"], id="an-ordinary-import-hands-nothing-on"),
        pytest.param({"c": [], "b": ["c"], "a": ["+b"]}, ["+b"], id="only-what-is-public-is-handed-on"),
        pytest.param({"c": [], "b": ["+c"], "a": ["c", "+b"]}, ["+c", "+b"], id="imported-already"),
        pytest.param({"z": [], "c": [], "b": ["+c"], "a": ["z", "+b"]}, ["z", "+b", "+c"], id="positions"),
        pytest.param(
            {"d": [], "c": ["+d"], "b": ["+d"], "a": ["+b", "+c"]}, ["+b", "+c", "+d"], id="two-ways-to-one-file"
        ),
    ],
)
def test_a_file_publicly_imports_all_that_it_hands_on(imports: _Imports, expected: list[str]) -> None:
    before = _descriptors(imports)
    reached = reach_public_imports(before).file[-1]
    assert _imports(FileDescriptorSet(file=[reached])) == {reached.name: expected}
    assert len(reached.public_dependency) == sum(path.startswith("+") for path in expected)
    assert before == _descriptors(imports), "the argument was changed"


def test_dropped_public_imports_are_ordinary_ones() -> None:
    before = _descriptors({"c": [], "b": ["+c"], "a": ["+b", "c"]})
    assert _imports(drop_public_imports(before)) == {"c": [], "b": ["c"], "a": ["b", "c"]}
    assert _imports(before)["a"] == ["+b", "c"], "the argument was changed"


STUB = """\
from a.b_pb2 import M as M
from in.k_pb2 import N as N
from x_pb2 import Mx as Mx
from typing import M as _M
    from a.b_pb2 import M as M
class M: ...
"""


@pytest.mark.parametrize(
    ("own", "dropped"),
    [
        pytest.param({"M"}, [0], id="one"),
        pytest.param({"M", "N"}, [0, 1], id="below-a-folder-named-after-a-keyword"),
        pytest.param(set(), [], id="none"),
        pytest.param({"_M", "a", "Mxx", "as"}, [], id="others"),
    ],
)
def test_what_a_module_defines_itself_is_not_handed_on(own: set[str], dropped: list[int]) -> None:
    lines = STUB.splitlines(keepends=True)
    expected = "".join(line for number, line in enumerate(lines) if number not in dropped)
    assert drop_own_names(STUB, own) == expected


def test_own_names_are_those_of_the_module() -> None:
    file = text_format.Parse(
        """
        name: "a.proto" package: "p" dependency: "b.proto"
        message_type { name: "M" nested_type { name: "Inner" } enum_type { name: "F" value { name: "F_ZERO" } } }
        enum_type { name: "E" value { name: "ZERO" } value { name: "ONE" } }
        extension { name: "extension" }
        service { name: "S" }
        """,
        FileDescriptorProto(),
    )
    assert own_names(file) == {"M", "E", "ZERO", "ONE", "extension"}
