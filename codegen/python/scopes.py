"""Checks the names that a generated file binds. Pure functions.

A generator does not see that a message `sys` hides the module that its own stub imports, or that two fields that differ
only in case have one constant for their numbers. Such a file may even compile, and then fail in a type checker, or at
run time.
"""

import ast
import builtins
from collections.abc import Iterator, Sequence, Set

from codegen.errors import GeneratorError
from codegen.python.legal_names import IN_MESSAGE

_BUILTINS = frozenset(dir(builtins))


def check_scopes(tree: ast.Module, path: str) -> None:
    """Checks that no scope of a file binds a name twice, and that no class hides a name that its annotations need.

    Args:
      tree: the file.
      path: its path below the root of the tree, for the message.

    Raises:
      GeneratorError: naming the line and the name.
    """
    needed = _BUILTINS | _check_bound(tree.body, path).keys()
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            _check_class(statement, statement, needed, path)


def _check_bound(body: Sequence[ast.stmt], path: str) -> dict[str, ast.stmt]:
    """Returns the names that a scope binds, by the statements that do."""
    bound: dict[str, ast.stmt] = {}
    for name, statement in _bindings(body):
        if name in bound and not _goes_on(bound[name], statement):
            raise GeneratorError(
                f"{path}:{statement.lineno}: the generated file binds the name {name} twice. Rename it"
            )
        bound[name] = statement
    return bound


def _check_class(scope: ast.ClassDef, outermost: ast.ClassDef, needed: Set[str], path: str) -> None:
    """Checks a class and those in it. `needed` are the names that annotations may need."""
    bound = _check_bound(scope.body, path)
    if not needed.isdisjoint(bound):
        _check_hidden(scope, bound, path)
    _check_inherited(scope, bound, path)
    for statement in scope.body:
        if isinstance(statement, ast.ClassDef):
            if statement.name == outermost.name:
                _check_outermost(scope, outermost.name, path)
            _check_class(statement, outermost, needed, path)


def _bindings(statements: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """Yields the names that statements bind in their own scope. Of alternatives it takes the first."""
    for statement in statements:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement.name, statement
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            yield from ((_imported(alias), statement) for alias in statement.names if alias.name != "*")
        elif isinstance(statement, ast.If):
            yield from _bindings(statement.body)


def _imported(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _goes_on(first: ast.stmt, second: ast.stmt) -> bool:
    """Returns whether two statements bind a name together: overloads, the accessors of a property, submodules."""
    if isinstance(first, ast.FunctionDef) and isinstance(second, ast.FunctionDef):
        return bool(second.decorator_list)
    return isinstance(first, ast.Import) and isinstance(second, ast.Import)


def _check_outermost(scope: ast.ClassDef, name: str, path: str) -> None:
    """Checks a class in which the outermost class is hidden: types are written from the outermost class on."""
    for inner in (node for node in ast.walk(scope) if isinstance(node, ast.ClassDef)):
        for annotation in _annotations(inner):
            if name in _names(annotation):
                raise GeneratorError(f"{path}:{annotation.lineno}: a class in {name} hides the type {name}")


def _check_inherited(scope: ast.ClassDef, bound: dict[str, ast.stmt], path: str) -> None:
    """Checks that no field of a message has the name of a method that every message has."""
    if not any(_last_name(base).endswith("Message") for base in scope.bases):
        return
    for name in IN_MESSAGE & bound.keys():
        statement = bound[name]
        if not isinstance(statement, ast.FunctionDef) or _is_property(statement):
            raise GeneratorError(f"{path}:{statement.lineno}: field {name} hides a method of the message")


def _is_property(function: ast.FunctionDef) -> bool:
    return any(_last_name(decorator).endswith("property") for decorator in function.decorator_list)


def _check_hidden(scope: ast.ClassDef, bound: dict[str, ast.stmt], path: str) -> None:
    """Checks that what the annotations of a class name is not one of its own attributes."""
    hidden = {name for name, statement in bound.items() if not _is_type(statement)}
    for annotation in _annotations(scope):
        for name in _names(annotation):
            if name in hidden:
                raise GeneratorError(
                    f"{path}:{annotation.lineno}: in class {scope.name} of the generated file, {name} hides a type"
                )


def _is_type(statement: ast.stmt) -> bool:
    """Returns whether a statement declares a class or an alias of a type."""
    if isinstance(statement, ast.AnnAssign):
        return _last_name(statement.annotation).endswith("TypeAlias")
    return isinstance(statement, ast.ClassDef)


def _last_name(expression: ast.expr) -> str:
    """Returns the last part of a dotted name: "b" for `a.b`; "_b" for `_b`."""
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def _names(annotation: ast.expr) -> Iterator[str]:
    """Yields the names that an annotation starts from: of `a.b[c | d]`, a, c and d. Much faster than ast.walk."""
    pending: list[ast.AST] = [annotation]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            pending.append(node.value)
        elif isinstance(node, ast.Subscript):
            pending += (node.value, node.slice)
        elif not isinstance(node, ast.Constant):
            pending += ast.iter_child_nodes(node)


def _annotations(scope: ast.ClassDef) -> Iterator[ast.expr]:
    """Yields the annotations that are looked up in the scope of a class."""
    for statement in scope.body:
        if isinstance(statement, ast.AnnAssign):
            yield statement.annotation
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = statement.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            yield from (argument.annotation for argument in every if argument and argument.annotation)
            if statement.returns:
                yield statement.returns
