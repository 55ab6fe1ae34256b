"""Makes the imports of generated Python relative to the package they lie in. Pure functions.

protoc, the gRPC plugin and mypy-protobuf all write imports as if the root of the proto tree were on `sys.path`. Here
each import of a sibling, and nothing else in the file, is rewritten so that the package works wherever it is put:

    import common_pb2 as common__pb2            from . import common_pb2 as common__pb2
    from a.b import c_pb2 as _c_pb2             from ..b import c_pb2 as _c_pb2
    from a.b.c_pb2 import Thing as Thing        from ..b.c_pb2 import Thing as Thing
    importlib.import_module('in.x_pb2')         importlib.import_module('.in.x_pb2', __package__)

The source is scanned, not parsed: a module named after a keyword makes statements that Python's own parser refuses.
"""

import re
from collections.abc import Set

# Strings and comments come first, so that what looks like an import inside of them is passed over. The strings are
# unrolled loops: each character is looked at once, however long the literal is.
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
    ''',
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)

_NAME = re.compile(r"(\w+)(?:\s+as\s+\w+)?")


def relative_name(module: str, target: str) -> str:
    """Returns how a module names a package or module of its own tree.

    Args:
      module: the module that imports, dotted, for example "a.b.x_pb2".
      target: what it names, dotted, for example "a.c.y_pb2"; "" is the root of the tree.

    Returns:
      The shortest relative name, for example "..c.y_pb2"; only dots when the target is a parent package.
    """
    package = module.split(".")[:-1]
    parts = target.split(".") if target else []
    common = 0
    while common < min(len(package), len(parts)) and package[common] == parts[common]:
        common += 1
    return "." * (len(package) - common + 1) + ".".join(parts[common:])


def fix_imports(source: str, module: str, siblings: Set[str]) -> str:
    """Returns the source with every import of a sibling made relative, and every other character as it was.

    Args:
      source: the text of a generated `.py` or `.pyi` file.
      module: the dotted name of its module below the root of the tree, for example "a.b.x_pb2".
      siblings: the dotted names of all modules that are generated into the same tree.

    Returns:
      The new text. Applied to its own result it changes nothing.
    """

    def rewrite(match: re.Match[str]) -> str:
        if match["from"] is not None:
            return _rewrite_from(match, module, siblings)
        if match["module"] is not None:
            return _rewrite_import(match, module, siblings)
        if match["call"] is not None and match["target"] in siblings:
            quoted = match["quote"] + relative_name(module, match["target"]) + match["quote"]
            return f"{match['call']}{quoted}, __package__)"
        return match[0]

    return _SCAN.sub(rewrite, source)


def _rewrite_from(match: re.Match[str], module: str, siblings: Set[str]) -> str:
    package = match["package"]
    names = _NAME.findall(match["names"].strip().removeprefix("import"))
    is_module = package in siblings
    holds_modules = bool(names) and all(f"{package}.{name}" in siblings for name in names)
    if not (is_module or holds_modules):
        return match[0]
    return match["from"] + relative_name(module, package) + match["names"]


def _rewrite_import(match: re.Match[str], module: str, siblings: Set[str]) -> str:
    package, _, name = match["module"].rpartition(".")
    # Without an alias a dotted import binds the name of its first package, which no relative import can do.
    if match["module"] not in siblings or (package and not match["alias"]):
        return match[0]
    return f"{match['import']}from {relative_name(module, package)} import {name}{match['alias']}"
