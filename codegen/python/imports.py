"""Makes the imports of generated packages relative, so that a package can be moved. Pure functions.

protoc, the gRPC plugin and mypy-protobuf all write imports as if the root of the proto tree were on `sys.path`. Here
each import of a sibling, and nothing else in the file, becomes relative:

    import common_pb2 as common__pb2            from . import common_pb2 as common__pb2
    from a.b import c_pb2 as _c_pb2             from ..b import c_pb2 as _c_pb2
    from a.b.c_pb2 import Thing as Thing        from ..b.c_pb2 import Thing as Thing
    importlib.import_module('in.x_pb2')         importlib.import_module('.in_.x_pb2', __package__)
      y__pb2 = x__pb2.in.y_pb2                    y__pb2 = x__pb2.in_.y_pb2     (where x publicly imports y)

A folder named after a keyword has another name in the package (names.py), and the import uses that name. The source is
scanned, not parsed: Python's parser rejects imports of a module named after a keyword.

The check then does parse the file and shares no code with the fix. A form that the fix does not know fails the build
instead of reaching users.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Set

from codegen.errors import CodegenError
from codegen.python.names import SUFFIXES

# Strings and comments come first, to skip anything in them that looks like an import. The strings are unrolled loops
# that visit each character once, however long the literal is.
_SCAN = re.compile(
    r'''
      (?P<skip> """[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""
              | \'\'\'[^'\\]*(?:(?:\\.|'(?!\'\'))[^'\\]*)*\'\'\'
              | "[^"\\\n]*(?:\\.[^"\\\n]*)*"
              | '[^'\\\n]*(?:\\.[^'\\\n]*)*'
              | \#[^\n]* )
    | ^(?P<from> [ \t]*from[ \t]+) (?P<package> [\w.]+) (?P<names> [ \t]+import[ \t]+(?: \([^)]*\) | [^\n;\#]* ))
    | ^(?P<import> [ \t]*) import[ \t]+ (?P<module> [\w.]+) (?P<alias> (?:[ \t]+as[ \t]+\w+)?) (?=[ \t\r]*(?:$|[;\#]))
    | (?P<call> \bimportlib\.import_module\() (?P<quote> ['"]) (?P<target> [\w.]+) (?P=quote) \)
    | ^(?P<public> [ \t]+ \w+ [ ] = [ ] \w+ \.) (?P<member> [\w.]+) $
    ''',
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)

_NAME = re.compile(r"(\w+)(?:\s+as\s+\w+)?")

# Where there may be something to fix. Starting with a newline makes the search fast.
_CANDIDATE = re.compile(
    r"""
    \n[ \t]* (?: from[ \t]+[\w.]+[ \t]+import[ \t]
              | import[ \t]+[\w.]+[ \t\r]*(?:as[ \t]|[;\#\n])
              | \w+[ ]=[ ]\w+\.[\w.]+\r?\n )
    """,
    re.VERBOSE,
)
_DYNAMIC_IMPORT = "importlib.import_module("

_IMPORT_FUNCTIONS = ("import_module", "__import__")

# Statements without others in them, apart from imports.
_SIMPLE = (ast.AnnAssign, ast.Assign, ast.Expr, ast.Pass)


def relative_name(module: str, target: str) -> str:
    """Returns the relative name by which a module imports from its own tree.

    Args:
      module: the importing module, dotted, for example "a.b.x_pb2".
      target: the imported package or module, dotted, for example "a.c.y_pb2"; "" is the root of the tree.

    Returns:
      The shortest relative name, for example "..c.y_pb2"; only dots if the target is a parent package.
    """
    package = module.split(".")[:-1]
    parts = target.split(".") if target else []
    common = 0
    while common < min(len(package), len(parts)) and package[common] == parts[common]:
        common += 1
    return "." * (len(package) - common + 1) + ".".join(parts[common:])


def fix_imports(source: str, module: str, siblings: Mapping[str, str]) -> str:
    """Returns the source with every import of a sibling made relative and everything else unchanged.

    Args:
      source: the text of a generated `.py` or `.pyi` file.
      module: the dotted name of its module below the root of the tree, for example "a.b.x_pb2".
      siblings: all modules generated into the same tree, from the dotted names that generators use to the real ones.

    Returns:
      The new text. Fixing it again is a no-op.
    """

    def rewrite(match: re.Match[str]) -> str:
        if match["from"] is not None:
            return _rewrite_from(match, module, siblings)
        if match["module"] is not None:
            return _rewrite_import(match, module, siblings)
        if match["call"] is not None and match["target"] in siblings:
            quoted = match["quote"] + relative_name(module, siblings[match["target"]]) + match["quote"]
            return f"{match['call']}{quoted}, __package__)"
        if match["public"] is not None and match["member"] in siblings:
            return match["public"] + siblings[match["member"]]
        return match[0]

    end = _end_of_imports(source)
    return _SCAN.sub(rewrite, source[:end]) + source[end:]


def _end_of_imports(source: str) -> int:
    """Returns an offset after which there is nothing to fix: most of a file comes after its imports."""
    last = source.rfind(_DYNAMIC_IMPORT)
    for match in _CANDIDATE.finditer(source):
        last = max(last, match.start())
    # Behind the statement, and behind the string if it is in one.
    ends = [source.find(mark, last + 1) for mark in ("\n", ")", '"""', "'''")]
    return len(source) if last < 0 else max(end + 3 for end in ends)


def _rewrite_from(match: re.Match[str], module: str, siblings: Mapping[str, str]) -> str:
    package = match["package"]
    names = _NAME.findall(match["names"].strip().removeprefix("import"))
    if package in siblings:
        target = siblings[package]
    elif names and all(f"{package}.{name}" in siblings for name in names):
        target = siblings[f"{package}.{names[0]}"].rpartition(".")[0]
    else:
        return match[0]
    return match["from"] + relative_name(module, target) + match["names"]


def _rewrite_import(match: re.Match[str], module: str, siblings: Mapping[str, str]) -> str:
    # Without an alias, a dotted import binds the name of its first package, which no relative import can do.
    if match["module"] not in siblings or ("." in match["module"] and not match["alias"]):
        return match[0]
    package, _, name = siblings[match["module"]].rpartition(".")
    return f"{match['import']}from {relative_name(module, package)} import {name}{match['alias']}"


def check_imports(source: str, tree: ast.Module, path: str, siblings: Set[str], provided: Iterable[str]) -> None:
    """Checks that a fixed file has no absolute imports from its own tree.

    Args:
      source: the text of a `.py` or `.pyi` file.
      tree: the same, parsed.
      path: its path below the root of the tree, for the message.
      siblings: the dotted names of all modules generated into the same tree.
      provided: what the names of modules that are installed elsewhere start with: ["google.protobuf.", "a.b_pb2"].

    Raises:
      CodegenError: naming file, line and module, if there is such an import.
    """
    installed = tuple(provided)
    # Files are large, and few have calls that import.
    nodes = ast.walk(tree) if any(name in source for name in _IMPORT_FUNCTIONS) else _statements(tree.body)
    for line, module in _absolute_imports(nodes):
        if module in siblings:
            raise CodegenError(
                f"{path}:{line}: the import of {module} is not relative: "
                "codegen/python/imports.py does not support this form"
            )
        if module.endswith(SUFFIXES) and not module.startswith(installed):
            raise CodegenError(
                f"{path}:{line}: {module} is neither generated here nor provided by an installed package"
            )


def _statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yields the statements of a file or block that may import, or that have others in them, and those in them."""
    for node in body:
        if not isinstance(node, _SIMPLE):
            yield node
            for part in ("body", "orelse", "finalbody", "handlers", "cases"):
                yield from _statements(getattr(node, part, ()))


def _absolute_imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yields the line and dotted name of every module that the nodes may import by an absolute name."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
            yield from (
                (node.lineno, f"{node.module}.{alias.name}") for alias in node.names if alias.name.endswith(SUFFIXES)
            )
        elif isinstance(node, ast.Call) and _is_dynamic_import(node):
            argument = node.args[0] if node.args else None
            if (
                isinstance(argument, ast.Constant)
                and isinstance(argument.value, str)
                and not argument.value.startswith(".")
            ):
                yield node.lineno, argument.value


def _is_dynamic_import(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in _IMPORT_FUNCTIONS
