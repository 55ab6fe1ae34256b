"""Which Python files a proto becomes. Pure functions.

codegen/python/names.py has the same rules for the program that writes the files. A build in which they differ fails,
because a declared output is then not written.
"""

# What Python's grammar keeps for itself (https://docs.python.org/3/reference/lexical_analysis.html#keywords).
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

# The endings of the files that one proto becomes.
STUB_ENDINGS = ["_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi"]

def _stem_parts(proto):
    """Returns the parts of a proto's Python name: "in/x-y.proto" gives ["in", "x_y"]."""
    stem = proto[:-len(".proto")] if proto.endswith(".proto") else proto
    return stem.replace("-", "_").replace(".", "/").split("/")

def stub_paths(proto):
    """Returns the files that a proto becomes, below the package.

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
    """Returns what of a proto's name no import statement can name.

    Args:
      proto: string, an import path.

    Returns:
      String, the first folder, or the file without its ending, that is no Python name; None when all are.
    """
    for part in _stem_parts(proto):
        # Letters beyond ASCII are left to Python. elems() gives strings of one character, or of one byte in Bazel 4.
        odd = [char for char in part.elems() if char < "\177" and char not in _ASCII_NAME]
        if not part or part[0].isdigit() or odd:
            return part
    return None

def package_folders(paths):
    """Returns every folder that needs an `__init__.py`.

    Args:
      paths: list of strings, files below the package, for example ["a/b/x_pb2.py"].

    Returns:
      Sorted list of strings, each "" or ending in a slash: ["", "a/", "a/b/"].
    """
    folders = {"": True}
    for path in paths:
        parts = path.split("/")
        for end in range(1, len(parts)):
            folders["/".join(parts[:end]) + "/"] = True
    return sorted(folders.keys())
