"""Finds imports that would not work, in a file whose imports have been fixed. Pure functions.

This reads the file with Python's own parser and shares no code with the fix, so that a form the fix does not know
stops the build instead of reaching a user.
"""

import ast
from collections.abc import Iterable, Iterator, Set

from codegen.errors import CodegenError, GeneratorError
from codegen.python.names import SUFFIXES


def check_imports(source: str, path: str, siblings: Set[str], provided: Iterable[str]) -> None:
    """Makes sure that a fixed file imports nothing of its own tree by an absolute name.

    Args:
      source: the text of a `.py` or `.pyi` file.
      path: where it lies below the root of the tree, for the message.
      siblings: the dotted names of all modules that are generated into the same tree.
      provided: packages whose generated modules are installed elsewhere, dotted, for example ["google.protobuf"].

    Raises:
      CodegenError: naming file, line and module, when the file has such an import.
      GeneratorError: when it is not Python.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise GeneratorError(f"{path}:{error.lineno}: the generated file is not valid Python: {error.msg}") from error
    installed = tuple(package + "." for package in provided)
    for line, module in _absolute_imports(tree):
        if module in siblings:
            raise CodegenError(
                f"{path}:{line}: the import of {module} is not relative: "
                "codegen/python/import_fix.py does not know this form"
            )
        if module.endswith(SUFFIXES) and not module.startswith(installed):
            raise CodegenError(
                f"{path}:{line}: {module} is neither generated here nor provided by an installed package"
            )


def _absolute_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yields line and dotted name of every module that the file may load by an absolute name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names if _may_be_module(alias))
        elif isinstance(node, ast.Call) and _is_dynamic_import(node):
            argument = node.args[0] if node.args else None
            if (
                isinstance(argument, ast.Constant)
                and isinstance(argument.value, str)
                and not argument.value.startswith(".")
            ):
                yield node.lineno, argument.value


def _may_be_module(alias: ast.alias) -> bool:
    return alias.name.endswith(SUFFIXES)


def _is_dynamic_import(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in ("import_module", "__import__")
