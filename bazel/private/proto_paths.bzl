"""How a proto is imported and which Python files it becomes. Pure functions.

codegen/names.py has the same rules for the program that writes the files. A build in which they differ fails, because
a declared output is then not written.
"""

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

def stub_paths(proto):
    """Returns the files that a proto becomes, below the package.

    Args:
      proto: string, its import path, for example "a/b/x-y.proto".

    Returns:
      List of strings, for example ["a/b/x_y_pb2.py", "a/b/x_y_pb2.pyi", "a/b/x_y_pb2_grpc.py", "a/b/x_y_pb2_grpc.pyi"].
    """
    stem = proto[:-len(".proto")] if proto.endswith(".proto") else proto
    stem = stem.replace("-", "_").replace(".", "/")
    return [stem + ending for ending in STUB_ENDINGS]

def is_provided(proto, prefixes):
    """Tells whether an installed package brings a proto's modules.

    Args:
      proto: string, an import path.
      prefixes: list of strings, import path prefixes that end in a slash.

    Returns:
      Bool.
    """
    return any([proto.startswith(prefix) for prefix in prefixes])

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
