"""The BUILD file of a folder of protos: written from their imports, or checked to have all of them."""

load(":protobuf_repository.bzl", "proto_library_name")

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

_HEADER = "package(default_visibility = [\"//visibility:public\"])\n"

_LIBRARY = """
proto_library(
    name = {name},
    srcs = {srcs},
    deps = {deps},
)
"""

# A wildcard leaves TypeScript out: not every workspace has what makes it.
_ALL = """
proto_library(
    name = "protos",
    deps = {deps},
)

py_grpc_library(
    name = "py_stubs",
    lazy_exports = True,
    deps = [":protos"],
)

ts_grpc_library(
    name = "ts_stubs",
    tags = ["manual"],
    deps = [":protos"],
)
"""

def _label(repository, folder, name):
    # To Bazel 4 //external is something else, but not when the repository is named.
    return "{}//{}:{}".format(repository if folder.split("/")[0] == "external" else "", folder, name)

def _library(library, repository, protobuf):
    """Returns the text of one proto_library."""
    folder = library["folder"]
    return _LIBRARY.format(
        name = repr(library["name"]),
        srcs = repr([src[len(folder) + 1:] if folder else src for src in library["srcs"]]),
        deps = repr([_label(repository, *dep) for dep in library["deps"]] +
                    ["{}//:{}".format(protobuf, proto_library_name(path)) for path in library["runtime"]]),
    )

def proto_build_files(libraries, repository, rules, protobuf):
    """Returns the BUILD files that declare some libraries, `//:protos` for all of them, and the stubs of those.

    Args:
      libraries: list of dicts: the fields of Library in proto_tree/libraries.py.
      repository: string, the repository that they are in, as its BUILD files write it: "@schemas".
      rules: string, the repository that has these rules, as another one names it: "@jts_grpc", or "@".
      protobuf: string, the repository that has the well-known types, likewise.

    Returns:
      Dict from the path of a BUILD file to its text.
    """
    load_rules = "load(\"{}//bazel:defs.bzl\", \"py_grpc_library\", \"ts_grpc_library\")\n\n".format(rules)
    files = {"BUILD.bazel": load_rules + _HEADER}
    for library in libraries:
        folder = library["folder"]
        path = folder + "/BUILD.bazel" if folder else "BUILD.bazel"
        files[path] = files.get(path, _HEADER) + _library(library, repository, protobuf)
    files["BUILD.bazel"] += _ALL.format(deps = repr([_label(repository, library["folder"], library["name"]) for library in libraries]))
    return files
