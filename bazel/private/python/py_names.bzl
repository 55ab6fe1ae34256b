"""The names of the Python files generated for a proto. Pure functions.

codegen/python/names.py implements the same rules for the code generator. If they differ, the build fails because a
declared output is missing.
"""

# Python's keywords (https://docs.python.org/3/reference/lexical_analysis.html#keywords).
_KEYWORDS = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
]

_ASCII_NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

# The suffixes of the files generated for each proto.
STUB_ENDINGS = ["_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi"]

def _stem_parts(proto):
    """Returns the parts of a proto's Python name: "in/x-y.proto" gives ["in", "x_y"]."""
    stem = proto[:-len(".proto")] if proto.endswith(".proto") else proto
    return stem.replace("-", "_").replace(".", "/").split("/")

def module_path(proto):
    """Returns the path of a proto's module as protoc names it: "in/x-y.proto" gives "in/x_y_pb2.py"."""
    return "/".join(_stem_parts(proto)) + "_pb2.py"

def stub_paths(proto):
    """Returns a proto's output paths inside the package.

    Args:
      proto: string, its import path, for example "in/b/x-y.proto".

    Returns:
      List of strings, for example
      ["in_/b/x_y_pb2.py", "in_/b/x_y_pb2.pyi", "in_/b/x_y_pb2_grpc.py", "in_/b/x_y_pb2_grpc.pyi"].
    """
    parts = _stem_parts(proto)
    folders = [part + "_" if part in _KEYWORDS else part for part in parts[:-1]]
    return ["/".join(folders + [parts[-1] + ending]) for ending in STUB_ENDINGS]

def unimportable_part(proto):
    """Returns the part of a proto's path that no import statement can name.

    Args:
      proto: string, an import path.

    Returns:
      String, the first folder or file stem that is not a valid Python identifier, or None if all of them are.
    """
    for part in _stem_parts(proto):
        # Non-ASCII letters are left to Python. elems() returns one-character strings; in Bazel 4, single bytes.
        odd = [char for char in part.elems() if char < "\177" and char not in _ASCII_NAME]
        if not part or part[0].isdigit() or odd:
            return part
    return None

def package_folders(paths):
    """Returns every folder that needs an `__init__.py`.

    Args:
      paths: list of strings, paths inside the package, for example ["a/b/x_pb2.py"].

    Returns:
      Sorted list of strings, each empty or with a trailing slash: ["", "a/", "a/b/"].
    """
    folders = {"": True}
    for path in paths:
        parts = path.split("/")
        for end in range(1, len(parts)):
            folders["/".join(parts[:end]) + "/"] = True
    return sorted(folders.keys())
