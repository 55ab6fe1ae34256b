"""What has to be true of every tree, but for what a clean interpreter has to find out."""

import ast
import io
import re
import tokenize
from collections import Counter
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.python.imports import fix_imports
from codegen.python.names import output_files, protoc_files
from tests.fuzz.pipeline import Fix, Made
from tests.fuzz.proto_text import Tree

# The lines that the fix is for: statements, the calls of protoc for modules that it cannot import by a statement, and
# what a module says of a module that another imports publicly.
_IMPORT = re.compile(r"[ \t]*(from|import)[ \t]|.*\bimportlib\.import_module\(|  \w+ = \w+\.[\w.]+$")
_LITERAL = re.compile(r"AddSerializedFile\((b'.*')\)$", re.MULTILINE)


def check_fix(fix: Fix) -> int:
    """Makes sure that a fix is one for all, and that it touches nothing but lines with imports of the source.

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
    """Makes sure that modules are made from the very bytes that protoc's own Python of the same sources has.

    With a prefix there is nothing of protoc's to compare them with but its descriptors.

    Args:
      tree: what was compiled.
      made: its package.
      python: the folder of protoc's own Python.
      expected: the descriptors that the modules have to carry.

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
    """Returns the descriptor that a `_pb2.py` has."""
    literal = _LITERAL.search(path.read_text("utf-8"))
    assert literal, path
    value: bytes = ast.literal_eval(literal[1])
    return value


def check_imports_found(tree: Tree, made: Made, compiled: FileDescriptorSet) -> int:
    """Makes sure that the reading of the folder finds what protoc finds, where the source has it.

    Returns:
      The number of imports.
    """
    files = {file.name: file for file in compiled.file if file.name in tree.protos}
    assert made.imports.keys() == files.keys() == tree.protos.keys()
    for path, file in files.items():
        found = Counter(found.path for found in made.imports[path])
        assert found == Counter([*file.dependency, *file.option_dependency]), f"imports of {path}: {found}"
        lines = tree.protos[path].split("\n")
        for _, line in made.imports[path]:
            assert "import" in lines[line - 1], f"{path}:{line} is no import"
    return sum(map(len, made.imports.values()))


def _lines_in_strings(source: str) -> set[int]:
    """Returns the lines of all but the first of each string that has several.

    There are none in what is no Python: it is not shipped, another generator is asked for it.
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return set()
    strings = (token for token in tokens if token.type == tokenize.STRING)
    return {line for string in strings for line in range(string.start[0] + 1, string.end[0] + 1)}


def _difference(one: str, other: str) -> str:
    return "\n".join(f"-{a}\n+{b}" for a, b in zip(one.split("\n"), other.split("\n"), strict=False) if a != b)
