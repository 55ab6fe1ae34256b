"""Makes sure that no proto of a folder is forgotten."""

def require_all_protos():
    """Fails when a `.proto` at or below this package is in no `proto_library` of its BUILD file. Call it at the end."""
    built = {}
    for rule in native.existing_rules().values():
        if rule["kind"] == "proto_library":
            for src in rule["srcs"]:
                built[src.lstrip(":")] = None
    for path in native.glob(["**/*.proto"]):
        if path not in built:
            fail("//{package}: {path} is in no proto_library: add one to {package}/BUILD.bazel, and name it in deps of py_stubs".format(
                package = native.package_name(),
                path = path,
            ))
