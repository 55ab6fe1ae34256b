"""Finds the messages of Python and Starlark, which Python's parser reads as well. Pure functions.

A message is what these say, in words of their own:

- Python: `raise`, the classes of this project that are an exception or a str, `print(…, file=sys.stderr)`,
  `sys.stderr.write`, `sys.exit`, `SystemExit`, `warnings.warn`, `parser.error`;
- Starlark: `fail`, also in the text of a BUILD file that is written, and `message` (bazel/private/messages.bzl).

It has to stand where it is said: as a string, an f-string, `.format` or a constant of the module. Words that a function
or a variable brings in are an error, unless they are said in one of these ways themselves. An AssertionError is for
what no person can meet, and no message.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Set

from tests.messages.said import Said, UnreadableError, is_own, one_line

_TWO_WORDS = re.compile(r"[A-Za-z]{2,},? [A-Za-z]{2,}")
_STARLARK_SAYS = frozenset({"fail", "message"})
_PYTHON_SAYS = frozenset({"sys.exit", "sys.stderr.write", "parser.error", "warnings.warn", "SystemExit"})
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_messages(sources: Mapping[str, str]) -> list[Said]:
    """Returns the messages of Python files.

    Args:
      sources: from path to text, all files of the project: one may say what another one words.

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
    return _found(trees, says - _descendants(bases, {"AssertionError"}))


def starlark_messages(sources: Mapping[str, str]) -> list[Said]:
    """Returns the messages of Starlark files, likewise."""
    return _found({path: ast.parse(text) for path, text in sources.items()}, _STARLARK_SAYS)


def _descendants(bases: Mapping[str, Set[str]], ancestors: Set[str]) -> frozenset[str]:
    found: set[str] = set()
    while more := {name for name in bases if name not in found and bases[name] & (ancestors | found)}:
        found |= more
    return frozenset(found)


def _found(trees: Mapping[str, ast.Module], says: Set[str]) -> list[Said]:
    functions: dict[str, list[ast.AST]] = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, _Function) and not (node.returns and ast.unparse(node.returns) == "int"):
                functions.setdefault(node.name, []).append(node)
    return [said for path, tree in trees.items() for said in _Reader(path, tree, says, functions).messages()]


class _Reader:
    """Reads one file."""

    def __init__(self, path: str, tree: ast.Module, says: Set[str], functions: Mapping[str, Iterable[ast.AST]]) -> None:
        self._path, self._tree, self._says, self._functions = path, tree, says, functions
        self._constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and _is_text(node.value)
        }

    def messages(self) -> Iterator[Said]:
        """Yields what the file says."""
        yield from self._in(self._tree, {})
        if "fail" in self._says:
            yield from self._in_written_files()

    def _in(self, node: ast.AST, local: dict[str, list[ast.expr]]) -> Iterator[Said]:
        if isinstance(node, _Function):
            local = _assignments(node)
        if isinstance(node, ast.Call) and (argument := self._what_is_said(node)):
            text = one_line(self._text(argument))
            if is_own(text):
                yield Said(self._path, node.lineno, text)
            if hidden := next(self._hidden(argument, local), None):
                raise UnreadableError(
                    f'{self._path}:{node.lineno}: the words "{hidden}" of this message stand elsewhere. Write them '
                    "here, or say them in a way that tests/messages/python_messages.py names."
                )
        for child in ast.iter_child_nodes(node):
            yield from self._in(child, local)

    def _in_written_files(self) -> Iterator[Said]:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for written in re.finditer(r'(?m)^\s*fail\("((?:[^"\\]|\\.)*)"\)', node.value):
                    yield Said(self._path, node.lineno, one_line(written[1]))

    def _what_is_said(self, call: ast.Call) -> ast.expr | None:
        name = ast.unparse(call.func)
        if name == "print":
            to = [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg == "file"]
            return call.args[0] if to == ["sys.stderr"] and call.args else None
        raised = re.fullmatch(r"[A-Z]\w*(?:Error|Exception|Warning|Exit)", name) and name != "AssertionError"
        return call.args[0] if call.args and (name in self._says or raised) else None

    def _text(self, node: ast.expr) -> str:
        """Returns a text as the table has it."""
        if isinstance(node, ast.Constant):
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

    def _hidden(self, node: ast.AST, local: Mapping[str, Iterable[ast.expr]]) -> Iterator[str]:
        """Yields the words of a message that a function or a variable brings in."""
        if isinstance(node, ast.IfExp):
            yield from self._words(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in self._says:
            for function in self._functions.get(node.func.id, ()):
                yield from self._words(function)
        elif isinstance(node, ast.Name):
            for value in local.get(node.id, ()):
                yield from self._words(value)
                yield from self._hidden(value, {})
        for child in ast.iter_child_nodes(node):
            # What is asked of a variable is no text of this function.
            if not (isinstance(node, ast.Attribute) and isinstance(child, ast.Name)):
                yield from self._hidden(child, local)

    def _words(self, node: ast.AST) -> Iterator[str]:
        """Yields the strings of some code that read like a message and are not said in it."""
        if isinstance(node, ast.Call) and self._what_is_said(node):
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _TWO_WORDS.search(node.value):
            yield one_line(node.value)
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, _Function) and ast.get_docstring(node) is not None:
            children.remove(node.body[0])
        for child in children:
            yield from self._words(child)


def _assignments(function: ast.AST) -> dict[str, list[ast.expr]]:
    """Returns what the variables of a function may hold, or hold one of."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        pairs: list[tuple[ast.expr, ast.expr]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.NamedExpr | ast.AugAssign):
            pairs = [(node.target, node.value)]
        elif isinstance(node, ast.For | ast.comprehension):
            pairs = [(node.target, node.iter)]
        for target, value in pairs:
            for name in ast.walk(target):
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, []).append(value)
    return found


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
