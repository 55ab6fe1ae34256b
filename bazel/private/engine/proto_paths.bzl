"""A proto's import path, and its path in the user's workspace. Pure functions."""

def import_path(path, root_path, proto_source_root):
    """Returns a proto's import path.

    Args:
      path: string, `File.path` of the proto, for example "bazel-out/k8-fastbuild/bin/p/_virtual_imports/x/a.proto".
      root_path: string, `File.root.path`: "" for a source file, "bazel-out/…/bin" for a generated one.
      proto_source_root: string, `ProtoInfo.proto_source_root` of its proto_library; "." and "" both mean the root.

    Returns:
      String, for example "a.proto".
    """
    relative = path
    for root in [proto_source_root, root_path, proto_source_root]:
        if root not in ["", "."] and relative.startswith(root + "/"):
            relative = relative[len(root) + 1:]
    return relative

def source_prefix(staged, source):
    """Returns the prefixes that map the path protoc sees to the path in the user's workspace.

    Args:
      staged: string, the path passed to protoc, for example
        "bazel-out/k8-fastbuild/bin/p/_virtual_imports/x/b/a.proto".
      source: string, the path in the workspace, for example "p/b/a.proto".

    Returns:
      A struct of both paths without their common suffix: `staged`
      ("bazel-out/k8-fastbuild/bin/p/_virtual_imports/x") and `source` ("p").
    """
    staged_parts = staged.split("/")
    source_parts = source.split("/")
    for _ in range(min(len(staged_parts), len(source_parts))):
        if staged_parts[-1] == source_parts[-1]:
            staged_parts.pop()
            source_parts.pop()
    return struct(staged = "/".join(staged_parts), source = "/".join(source_parts))

def matches(proto, patterns):
    """Returns whether a proto matches any of the patterns.

    codegen/descriptors.py has the same function. Outputs are declared here, and a list of the matches among all
    transitive imports would have to be made anew for every proto_library.

    Args:
      proto: string, an import path.
      patterns: list or tuple of strings: import paths, or prefixes with a trailing slash.

    Returns:
      Bool.
    """
    return any([proto.startswith(pattern) if pattern.endswith("/") else proto == pattern for pattern in patterns])
