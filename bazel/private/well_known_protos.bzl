"""The `proto_library` targets of the well-known types. Pure functions."""

def proto_library_name(import_path):
    """Returns the name that protobuf's own repository gives the `proto_library` of a well-known type.

    Args:
      import_path: string, for example "google/protobuf/timestamp.proto" or "google/protobuf/compiler/plugin.proto".

    Returns:
      String, for example "timestamp_proto" or "compiler_plugin_proto".
    """
    relative = import_path[len("google/protobuf/"):-len(".proto")]
    return relative.replace("/", "_") + "_proto"

def imports_of(source):
    """Returns what a well-known type imports.

    The files of the compiler's own release write one import statement a line and none inside a comment block, so
    lines are enough here.

    Args:
      source: string, the text of a `.proto` file.

    Returns:
      List of strings: the import paths in the order of the file.
    """
    lines = [line.strip() for line in source.split("\n")]
    return [line.split("\"")[1] for line in lines if line.startswith("import ") and line.count("\"") == 2]

def proto_library_rule(import_path, source):
    """Returns the BUILD text of the `proto_library` of a well-known type.

    Args:
      import_path: string, where the file lies in the repository and what it is imported by.
      source: string, the text of the file.

    Returns:
      String: one `proto_library` whose deps are exactly what the file imports.
    """
    return "\nproto_library(\n    name = {},\n    srcs = {},\n    deps = {},\n)\n".format(
        repr(proto_library_name(import_path)),
        repr([import_path]),
        repr(sorted([":" + proto_library_name(path) for path in imports_of(source)])),
    )
