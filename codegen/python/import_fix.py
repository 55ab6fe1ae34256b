"""Makes the imports of generated Python relative to the package they lie in. Pure functions.

protoc, the gRPC plugin and mypy-protobuf all write imports as if the root of the proto tree were on `sys.path`. Here
each import of a sibling, and nothing else in the file, is rewritten so that the package works wherever it is put:

    import common_pb2 as common__pb2            from . import common_pb2 as common__pb2
    from a.b import c_pb2 as _c_pb2             from ..b import c_pb2 as _c_pb2
    from a.b.c_pb2 import Thing as Thing        from ..b.c_pb2 import Thing as Thing
    importlib.import_module('in.x_pb2')         importlib.import_module('.in_.x_pb2', __package__)
      y__pb2 = x__pb2.in.y_pb2                    y__pb2 = x__pb2.in_.y_pb2     (where x publicly imports y)

A folder that is named after a keyword has another name in the package (names.py), which the statement then names.
The source is scanned, not parsed: a module named after a keyword makes statements that Python's own parser refuses.
"""

import re
from collections.abc import Mapping

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
    | ^(?P<public> [ \t]+ \w+ [ ] = [ ] \w+ \.) (?P<member> [\w.]+) $
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


def fix_imports(source: str, module: str, siblings: Mapping[str, str]) -> str:
    """Returns the source with every import of a sibling made relative, and every other character as it was.

    Args:
      source: the text of a generated `.py` or `.pyi` file.
      module: the dotted name of its module below the root of the tree, for example "a.b.x_pb2".
      siblings: all modules that are generated into the same tree: from their dotted names as the generators have them
        to the ones they go by.

    Returns:
      The new text. Applied to its own result it changes nothing.
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

    return _SCAN.sub(rewrite, source)


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
    # Without an alias a dotted import binds the name of its first package, which no relative import can do.
    if match["module"] not in siblings or ("." in match["module"] and not match["alias"]):
        return match[0]
    package, _, name = siblings[match["module"]].rpartition(".")
    return f"{match['import']}from {relative_name(module, package)} import {name}{match['alias']}"
