"""Checks the names that a generated file binds. Pure functions.

A generator does not see that a message `sys` hides the module that its own stub imports, or that two fields that differ
only in case have one constant for their numbers. Such a file may even compile, and then fail in a type checker, or at
run time.
"""

import ast
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from codegen.errors import GeneratorError
from codegen.python.legal_names import IN_MESSAGE

_Scope: TypeAlias = ast.Module | ast.ClassDef


def check_scopes(tree: ast.Module, path: str) -> None:
    """Checks that no scope of a file binds a name twice, and that no class hides a name that its annotations need.

    Args:
      tree: the file.
      path: its path below the root of the tree, for the message.

    Raises:
      GeneratorError: naming the line and the name.
    """
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            _check_outermost(statement, path)
    scopes: list[_Scope] = [tree, *_classes(tree)]
    for scope in scopes:
        bound: dict[str, ast.stmt] = {}
        for name, statement in _bindings(scope.body):
            if name in bound and not _goes_on(bound[name], statement):
                raise GeneratorError(
                    f"{path}:{statement.lineno}: the generated file binds the name {name} twice. Rename it"
                )
            bound[name] = statement
        if isinstance(scope, ast.ClassDef):
            _check_hidden(scope, bound, path)
            _check_inherited(scope, bound, path)


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


def _check_outermost(outermost: ast.ClassDef, path: str) -> None:
    """Checks that no class in a class has its name and hides it: types are written from the outermost class on."""
    for scope in _classes(outermost):
        if any(isinstance(inner, ast.ClassDef) and inner.name == outermost.name for inner in scope.body):
            for annotation in (annotation for inner in _classes(scope) for annotation in _annotations(inner)):
                if any(isinstance(used, ast.Name) and used.id == outermost.name for used in ast.walk(annotation)):
                    name = outermost.name
                    raise GeneratorError(f"{path}:{annotation.lineno}: a class in {name} hides the type {name}")


def _classes(scope: ast.AST) -> Iterator[ast.ClassDef]:
    """Yields a class, or the classes of a module, and those in them."""
    yield from (node for node in ast.walk(scope) if isinstance(node, ast.ClassDef))


def _check_inherited(scope: ast.ClassDef, bound: dict[str, ast.stmt], path: str) -> None:
    """Checks that no field of a message has the name of a method that every message has."""
    if not any(ast.unparse(base).endswith("Message") for base in scope.bases):
        return
    for name in IN_MESSAGE & bound.keys():
        statement = bound[name]
        if not isinstance(statement, ast.FunctionDef) or _is_property(statement):
            raise GeneratorError(f"{path}:{statement.lineno}: field {name} hides a method of the message")


def _is_property(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator).endswith("property") for decorator in function.decorator_list)


def _check_hidden(scope: ast.ClassDef, bound: dict[str, ast.stmt], path: str) -> None:
    """Checks that what the annotations of a class name is not one of its own attributes."""
    hidden = {
        name for name, statement in bound.items() if not isinstance(statement, ast.ClassDef) and not _is_type(statement)
    }
    for node in _annotations(scope):
        for used in ast.walk(node):
            if isinstance(used, ast.Name) and used.id in hidden:
                raise GeneratorError(
                    f"{path}:{used.lineno}: in class {scope.name} of the generated file, {used.id} hides a type"
                )


def _is_type(statement: ast.stmt) -> bool:
    """Returns whether a statement declares a class or an alias of a type."""
    if isinstance(statement, ast.AnnAssign):
        return ast.unparse(statement.annotation).endswith("TypeAlias")
    return isinstance(statement, ast.ClassDef)


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
