"""How a proto is imported and which Python files it becomes. Pure functions.

codegen/names.py has the same rules for the program that writes the files. A build in which they differ fails, because
a declared output is then not written.
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

def import_path(path, root_path, proto_source_root):
    """Returns the path that a proto is imported by.

    Args:
      path: string, `File.path` of the proto, for example "bazel-out/k8-fastbuild/bin/p/_virtual_imports/x/a.proto".
      root_path: string, `File.root.path`: "" for a source file, "bazel-out/…/bin" for a generated one.
      proto_source_root: string, `ProtoInfo.proto_source_root` of its proto_library; "." and "" both mean the top.

    Returns:
      String, for example "a.proto".
    """
    relative = path
    for root in [proto_source_root, root_path, proto_source_root]:
        if root not in ["", "."] and relative.startswith(root + "/"):
            relative = relative[len(root) + 1:]
    return relative

def source_prefix(staged, source):
    """Returns how to turn the path that protoc sees a proto at into the one that the user wrote.

    Args:
      staged: string, the path that is compiled, for example "bazel-out/k8-fastbuild/bin/p/_virtual_imports/x/b/a.proto".
      source: string, the path in the workspace, for example "p/b/a.proto".

    Returns:
      A struct of two strings without the part that both paths end in: `staged`
      ("bazel-out/k8-fastbuild/bin/p/_virtual_imports/x") and `source` ("p").
    """
    staged_parts = staged.split("/")
    source_parts = source.split("/")
    for _ in range(min(len(staged_parts), len(source_parts))):
        if staged_parts[-1] == source_parts[-1]:
            staged_parts.pop()
            source_parts.pop()
    return struct(staged = "/".join(staged_parts), source = "/".join(source_parts))

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

def matches(proto, patterns):
    """Tells whether a proto is one of some patterns.

    Args:
      proto: string, an import path.
      patterns: list or tuple of strings, import paths, or prefixes of them that end in a slash.

    Returns:
      Bool.
    """
    return any([proto.startswith(pattern) if pattern.endswith("/") else proto == pattern for pattern in patterns])

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
