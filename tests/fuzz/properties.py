"""Properties that hold for every tree, except those that a clean interpreter checks."""

import ast
import io
import re
import tokenize
from collections import Counter
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.python.imports import fix_imports
from codegen.python.names import output_files, protoc_files
from proto_tree.imports import find_imports
from tests.fuzz.pipeline import Fix, Made
from tests.fuzz.proto_text import Tree

# The lines that the fix may change: import statements, protoc's calls for modules that it cannot import with a
# statement, and references to a module that another one imports publicly.
_IMPORT = re.compile(r"[ \t]*(from|import)[ \t]|.*\bimportlib\.import_module\(|  \w+ = \w+\.[\w.]+$")
_LITERAL = re.compile(r"AddSerializedFile\((b'.*')\)$", re.MULTILINE)


def check_fix(fix: Fix) -> int:
    """Asserts that a fix is idempotent and changes only lines that contain imports.

    Returns:
      The number of lines that it changed.
    """
    again = fix_imports(fix.fixed, fix.module, fix.siblings)
    assert again == fix.fixed, f"the fix of {fix.module} is not idempotent:\n{_difference(fix.fixed, again)}"
    lines, fixed_lines = fix.source.split("\n"), fix.fixed.split("\n")
    assert len(lines) == len(fixed_lines), f"the fix of {fix.module} changes the number of lines"
    changed = [number for number, pair in enumerate(zip(lines, fixed_lines, strict=True), 1) if pair[0] != pair[1]]
    in_strings = _lines_in_strings(fix.fixed) if changed else set()
    for number in changed:
        line = lines[number - 1]
        assert number not in in_strings, f"the fix of {fix.module} changes the string in line {number}: {line}"
        assert _IMPORT.match(line), f"the fix of {fix.module} changes line {number}, which imports nothing: {line}"
    return len(changed)


def check_descriptors(tree: Tree, made: Made, python: Path, expected: FileDescriptorSet) -> int:
    """Asserts that modules contain the exact bytes that are in protoc's own Python for the same sources.

    With a prefix, only protoc's descriptors are available for comparison.

    Args:
      tree: what was compiled.
      made: its package.
      python: the folder of protoc's own Python.
      expected: the descriptors that the modules must contain.

    Returns:
      The number of bytes.
    """
    files = {file.name: file for file in expected.file}
    size = 0
    for path in tree.protos:
        literal = _literal(made.folder / output_files(path).messages)
        if not tree.descriptor_prefix:
            assert literal == _literal(python / protoc_files(path).messages), f"{path}: not the bytes of protoc"
        file = files[tree.descriptor_prefix + path]
        assert FileDescriptorProto.FromString(literal) == file, f"{path}: not the descriptor of protoc"
        size += len(literal)
    return size


def _literal(path: Path) -> bytes:
    """Returns the serialized descriptor in a `_pb2.py`."""
    literal = _LITERAL.search(path.read_text("utf-8"))
    assert literal, path
    value: bytes = ast.literal_eval(literal[1])
    return value


def check_imports_found(tree: Tree, made: Made, compiled: FileDescriptorSet) -> int:
    """Asserts that reading the folder finds the same imports as protoc, at their places in the source.

    Returns:
      The number of imports.
    """
    files = {file.name: file for file in compiled.file if file.name in tree.protos}
    assert made.imports.keys() == files.keys() == tree.protos.keys()
    for path, file in files.items():
        found = Counter(made.imports[path])
        assert found == Counter([*file.dependency, *file.option_dependency]), f"imports of {path}: {found}"
        lines = tree.protos[path].split("\n")
        for _, line in find_imports(tree.protos[path]):
            assert "import" in lines[line - 1], f"{path}:{line} is no import"
    return sum(map(len, made.imports.values()))


def _lines_in_strings(source: str) -> set[int]:
    """Returns the line numbers of multi-line strings, without the first line of each.

    Returns none for invalid Python: it is not shipped, as the fallback generator replaces it.
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return set()
    strings = (token for token in tokens if token.type == tokenize.STRING)
    return {line for string in strings for line in range(string.start[0] + 1, string.end[0] + 1)}


def _difference(one: str, other: str) -> str:
    return "\n".join(f"-{a}\n+{b}" for a, b in zip(one.split("\n"), other.split("\n"), strict=False) if a != b)
