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

# Stands for all of them.
_PROTOS = """
proto_library(
    name = "protos",
    deps = {},
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

def _stubs(language):
    """Returns the text of the stubs of all libraries, in one of LANGUAGES."""
    attributes = ["    {} = {},\n".format(name, repr(value)) for name, value in language["attributes"].items()]
    return "\n{}(\n    name = {},\n{}    deps = [\":protos\"],\n)\n".format(
        language["rule"],
        repr(language["target"]),
        "".join(attributes),
    )

def proto_build_files(libraries, languages, repository, rules, protobuf):
    """Returns the BUILD files that declare some libraries, `//:protos` for all of them, and the stubs of those.

    Args:
      libraries: list of dicts: the fields of Library in proto_tree/libraries.py.
      languages: list of dicts, as LANGUAGES (languages.bzl).
      repository: string, the repository that they are in, as its BUILD files write it: "@schemas".
      rules: string, the repository that has these rules, as another one names it: "@jts_grpc", or "@".
      protobuf: string, the repository that has the well-known types, likewise.

    Returns:
      Dict from the path of a BUILD file to its text.
    """
    loaded = ", ".join([repr(symbol) for symbol in sorted([language["rule"] for language in languages])])
    files = {"BUILD.bazel": "load(\"{}//bazel:defs.bzl\", {})\n\n".format(rules, loaded) + _HEADER}
    for library in libraries:
        folder = library["folder"]
        path = folder + "/BUILD.bazel" if folder else "BUILD.bazel"
        files[path] = files.get(path, _HEADER) + _library(library, repository, protobuf)
    deps = [_label(repository, library["folder"], library["name"]) for library in libraries]
    files["BUILD.bazel"] += "".join([_PROTOS.format(repr(deps))] + [_stubs(language) for language in languages])
    return files
