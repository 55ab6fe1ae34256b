"""The BUILD files of a proto_repository, generated from the imports of its protos."""

load(":protobuf_repository.bzl", "proto_library_name")
load(":provided_protos.bzl", "provided_library_name")

_HEADER = "package(default_visibility = [\"//visibility:public\"])\n"

_LIBRARY = """
proto_library(
    name = {name},
    srcs = {srcs},
    deps = {deps},
)
"""

# A proto_library rejects the files of other packages, but not a filegroup of them.
_SRCS = """
filegroup(
    name = {name},
    srcs = {srcs},
)
"""

# The name of such a library in another folder.
_ALIAS = """
alias(
    name = {name},
    actual = {actual},
)
"""

# Exports all of them.
_PROTOS = """
proto_library(
    name = "protos",
    deps = {},
)
"""

def _label(repository, folder, name):
    # Bazel 4 treats //external specially, unless the label includes the repository.
    return "{}//{}:{}".format(repository if folder.split("/")[0] == "external" else "", folder, name)

def _provided_label(path, protobuf, provided):
    if path in provided:
        return "{}//:{}".format(provided[path], provided_library_name(path))
    return "{}//:{}".format(protobuf, proto_library_name(path))

def _library(library, repository, protobuf, provided):
    """Returns what declares a library, as pairs of a folder and a text for its BUILD file."""
    folder = library["folder"]
    others = [alias[0] for alias in library["aliases"]]
    srcs = {each: [] for each in [folder] + others}
    for src in library["srcs"]:
        place, _, file = src.rpartition("/")
        srcs[place].append(file)
    deps = [_label(repository, *dep) for dep in library["deps"]]
    rule = _LIBRARY.format(
        name = repr(library["name"]),
        srcs = repr([":{}_srcs".format(library["name"])] if others else srcs[folder]),
        deps = repr(deps + [_provided_label(path, protobuf, provided) for path in library["provided"]]),
    )
    if not others:
        return [(folder, rule)]
    labels = srcs[folder] + [_label(repository, other, src) for other in others for src in srcs[other]]
    texts = [(folder, _SRCS.format(name = repr(library["name"] + "_srcs"), srcs = repr(labels)) + rule)]
    actual = repr(_label(repository, folder, library["name"]))
    for other, name in library["aliases"]:
        texts.append((other, "\nexports_files({})\n".format(repr(srcs[other])) + _ALIAS.format(name = repr(name), actual = actual)))
    return texts

def _stubs(language):
    """Returns the text of the stubs target for one of LANGUAGES."""
    attributes = ["    {} = {},\n".format(name, repr(value)) for name, value in language["attributes"].items()]
    return "\n{}(\n    name = {},\n{}    deps = [\":protos\"],\n)\n".format(
        language["rule"],
        repr(language["target"]),
        "".join(attributes),
    )

def alias_file(import_path):
    """Returns the text of a proto that only re-exports another one, which has a second name.

    Args:
      import_path: string, the other one.
    """
    return "syntax = \"proto3\";\n\nimport public \"{}\";\n".format(import_path)

def proto_build_files(libraries, languages, repository, rules, protobuf, provided):
    """Returns the BUILD files that declare the libraries, `//:protos` with all of them, and their stubs.

    Args:
      libraries: list of dicts with the fields of Library in proto_tree/libraries.py.
      languages: list of dicts, as in LANGUAGES (languages.bzl).
      repository: string, the repository to generate, as its own BUILD files refer to it: "@schemas".
      rules: string, the repository of these rules, as other repositories refer to it: "@jts_grpc", or "@".
      protobuf: string, the repository of the well-known types, likewise.
      provided: dict from the import paths that installed packages provide to their repositories, likewise.

    Returns:
      Dict from the path of a BUILD file to its text.
    """
    loaded = ", ".join([repr(symbol) for symbol in sorted([language["rule"] for language in languages])])
    files = {"BUILD.bazel": "load(\"{}//bazel:defs.bzl\", {})\n\n".format(rules, loaded) + _HEADER}
    for library in libraries:
        for folder, text in _library(library, repository, protobuf, provided):
            path = folder + "/BUILD.bazel" if folder else "BUILD.bazel"
            files[path] = files.get(path, _HEADER) + text
    deps = [_label(repository, library["folder"], library["name"]) for library in libraries]
    files["BUILD.bazel"] += "".join([_PROTOS.format(repr(deps))] + [_stubs(language) for language in languages])
    return files
