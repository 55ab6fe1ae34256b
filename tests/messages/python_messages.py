"""Finds the messages of Python and Starlark, which Python's parser reads as well. Pure functions.

A message is what these say, in all their positional arguments and in `message=` and `msg=`:

- Python: `raise`, the classes of this project that are an exception or a str, `print`, `sys.stderr.write`, `sys.exit`,
  `SystemExit`, `warnings.warn`, `parser.error`;
- Starlark: `fail`, also in the text of a BUILD file that is written, `print`, and `message`
  (bazel/private/messages.bzl).

It has to stand where it is said: as a string, an f-string, `.format` or a constant of the module. Where words of a
message come from is not followed: any string of two words or more that no such place says is an error, unless it is
documentation, an expression for `re`, or named as no message. An AssertionError is for what no person can meet, and no
message.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Set
from types import MappingProxyType

from tests.messages.said import Said, UnreadableError, is_own, one_line

_TWO_WORDS = re.compile(r"[A-Za-z]{2,},? [A-Za-z]{2,}")
_STARLARK_SAYS = frozenset({"fail", "message", "print"})
_PYTHON_SAYS = frozenset({"print", "sys.exit", "sys.stderr.write", "parser.error", "warnings.warn", "SystemExit"})
_KEYWORDS = ("message", "msg")

# What is no message: keywords that document or are looked for, and calls whose arguments nobody is told.
_OTHER_KEYWORDS = ("doc", "fields", "help", "progress_message", "signs")
_OTHER_CALLS = re.compile(r"re\.\w+|AssertionError|repository_ctx\.report_progress")

_Other = Mapping[str, tuple[str, ...]]
_NONE: _Other = MappingProxyType({})

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def python_messages(sources: Mapping[str, str], other: _Other = _NONE) -> list[Said]:
    """Returns the messages of Python files.

    Args:
      sources: from path to text, all files of the project: one may say what another one words.
      other: from path to how strings begin that are no message.

    Raises:
      UnreadableError: when a message does not stand where it is said.
    """
    trees = {path: ast.parse(text) for path, text in sources.items()}
    bases = {
        node.name: {ast.unparse(base) for base in node.bases}
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    says = _PYTHON_SAYS | _descendants(bases, {"Exception", "str"})
    return _found(trees, says - _descendants(bases, {"AssertionError"}), other)


def starlark_messages(sources: Mapping[str, str], other: _Other = _NONE) -> list[Said]:
    """Returns the messages of Starlark files, likewise."""
    return _found({path: ast.parse(text) for path, text in sources.items()}, _STARLARK_SAYS, other)


def _descendants(bases: Mapping[str, Set[str]], ancestors: Set[str]) -> frozenset[str]:
    found: set[str] = set()
    while more := {name for name in bases if name not in found and bases[name] & (ancestors | found)}:
        found |= more
    return frozenset(found)


def _found(trees: Mapping[str, ast.Module], says: Set[str], other: _Other) -> list[Said]:
    return [said for path, tree in trees.items() for said in _Reader(path, tree, says, other.get(path, ())).messages()]


class _Reader:
    """Reads one file."""

    def __init__(self, path: str, tree: ast.Module, says: Set[str], other: tuple[str, ...]) -> None:
        self._path, self._tree, self._says, self._other = path, tree, says, other
        # The strings that are accounted for.
        self._read: set[ast.AST] = set()
        self._constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and _is_text(node.value)
        }

    def messages(self) -> Iterator[Said]:
        """Yields what the file says."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and (arguments := self._what_is_said(node)):
                text = one_line(" ".join(self._text(argument) for argument in arguments))
                if is_own(text):
                    yield Said(self._path, node.lineno, text)
        if "fail" in self._says:
            yield from self._in_written_files()
        for node in ast.walk(self._tree):
            self._read.update(_no_messages(node))
        self._refuse_others(self._tree)

    def _refuse_others(self, node: ast.AST) -> None:
        """Raises when there are words that nothing here says."""
        if node in self._read:
            return
        if isinstance(node, ast.JoinedStr | ast.Constant):
            words = "".join(str(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant))
            if words.lstrip("\n").startswith(self._other):
                return
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _TWO_WORDS.search(node.value):
            raise UnreadableError(
                f"{self._path}:{node.lineno}: nothing that tests/messages/python_messages.py names says the words "
                f'"{one_line(node.value)}". Write them where they are said, or have messages_test.py name them as no '
                "message."
            )
        for child in ast.iter_child_nodes(node):
            self._refuse_others(child)

    def _in_written_files(self) -> Iterator[Said]:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for written in re.finditer(r'(?m)^\s*fail\("((?:[^"\\]|\\.)*)"\)', node.value):
                    self._read.add(node)
                    yield Said(self._path, node.lineno, one_line(written[1]))

    def _what_is_said(self, call: ast.Call) -> list[ast.expr]:
        name = ast.unparse(call.func)
        raised = re.fullmatch(r"[A-Z]\w*(?:Error|Exception|Warning|Exit)", name) and name != "AssertionError"
        if name not in self._says and not raised:
            return []
        return [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg in _KEYWORDS)]

    def _text(self, node: ast.expr) -> str:
        """Returns a text as the table has it."""
        if isinstance(node, ast.Constant):
            self._read.add(node)
            return str(node.value)
        if isinstance(node, ast.JoinedStr):
            return "".join(
                self._text(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values
            )
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._text(node.left) + self._text(node.right)
        if isinstance(node, ast.Name) and node.id in self._constants:
            return self._text(self._constants[node.id])
        if isinstance(node, ast.GeneratorExp | ast.ListComp):
            return self._text(node.elt)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "format":
                return _named(self._text(node.func.value), node)
            if node.func.attr == "join" and node.args:
                return self._text(node.args[0])
            if node.func.attr in ("split", "strip", "rstrip"):
                return self._text(node.func.value)
        return "{" + _name(node) + "}"


def _no_messages(node: ast.AST) -> Iterator[ast.AST]:
    """Yields what a node has in it that is said to nobody."""
    if isinstance(node, _Documented) and ast.get_docstring(node) is not None:
        yield node.body[0]
    if isinstance(node, ast.keyword) and node.arg in _OTHER_KEYWORDS:
        yield node.value
    if isinstance(node, ast.Call) and _OTHER_CALLS.fullmatch(ast.unparse(node.func)):
        yield node


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) and _is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _named(template: str, call: ast.Call) -> str:
    """Returns a template of `.format` with a name for each of its places."""
    names = iter([_name(argument) for argument in call.args])
    return re.sub(r"\{\}", lambda _: "{" + next(names, "text") + "}", template)


def _name(node: ast.AST) -> str:
    """Returns a short name for an expression: "found.path" is a path, "sorted(circle)" a circle."""
    if isinstance(node, ast.Name):
        return node.id.strip("_").lower()
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    if isinstance(node, ast.Call):
        return _name(
            node.args[0] if node.args else node.func.value if isinstance(node.func, ast.Attribute) else node.func
        )
    inner = next((child for child in ast.walk(node) if isinstance(child, ast.Name | ast.Attribute)), None)
    return _name(inner) if inner else "text"
