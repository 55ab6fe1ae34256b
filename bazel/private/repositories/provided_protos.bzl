"""The protos whose modules installed packages provide: a proto_library for each, in a pip_repository."""

load("//bazel/private:label_text.bzl", "label_text")
load(":protobuf_repository.bzl", "proto_library_name")

# The program that finds them, and the modules that it imports (codegen/python/installed.py).
_PROGRAM = [
    Label("//codegen:" + path)
    for path in ["run.py", "__init__.py", "errors.py", "proto_text.py", "python/__init__.py", "python/installed.py", "python/names.py"]
]

_RUNTIME = "google/protobuf/"

def _unusable_proto_impl(ctx):
    fail("{}: {}".format(label_text(ctx.label), ctx.attr.problem))

unusable_proto = rule(
    doc = "A proto of an installed package that cannot be compiled: only a build that needs it fails.",
    implementation = _unusable_proto_impl,
    attrs = {"problem": attr.string(doc = "What is wrong, where, and what to do.", mandatory = True)},
    provides = [ProtoInfo],
)

def provided_library_name(import_path):
    """Returns the target name of a provided proto: "google/api/http.proto" gives "google/api/http_proto"."""
    return import_path[:-len(".proto")] + "_proto"

_LIBRARY = """
proto_library(
    name = {name},
    srcs = {srcs},
    data = {data},
    deps = {deps},
)
"""

_UNUSABLE = """
unusable_proto(
    name = {name},
    problem = {problem},
)
"""

def provided_build_text(provided, owners, others, rules):
    """Returns the BUILD text that declares the libraries of provided protos.

    Args:
      provided: list of dicts with the fields of Provided in codegen/python/installed.py.
      owners: dict from a module's path below site-packages to the name of its distribution's target.
      others: dict from import path to the repository that provides it, for those of other repositories: "@wheels".
      rules: string, the repository of these rules, as other repositories refer to it: "@jts_grpc", or "@".

    Returns:
      Tuple of strings: the `load` statement that the text needs, or "", and the text.
    """
    own = {each["proto"]: None for each in provided}
    text = ""
    for each in provided:
        name = repr(provided_library_name(each["proto"]))
        if each["problem"]:
            text += _UNUSABLE.format(name = name, problem = repr(each["problem"]))
            continue
        text += _LIBRARY.format(
            name = name,
            srcs = repr([each["proto"]]),
            data = repr([":" + owners[each["module"]]]),
            deps = repr([_label(dep, own, others) for dep in each["deps"]]),
        )
    if not [each for each in provided if each["problem"]]:
        return "", text
    return "load(\"{}//bazel/private/repositories:provided_protos.bzl\", \"unusable_proto\")\n\n".format(rules), text

def _label(proto, own, others):
    if proto in own:
        return ":" + provided_library_name(proto)
    if proto.startswith(_RUNTIME):
        return "@com_google_protobuf//:" + proto_library_name(proto)
    return "{}//:{}".format(others[proto], provided_library_name(proto))

def has_modules(distributions):
    """Returns whether any distribution, other than protobuf, has generated modules.

    Args:
      distributions: dict from target name to list of paths, relative to the repository.
    """
    return any([
        path.endswith("_pb2.py") and not path.startswith("site-packages/" + _RUNTIME)
        for files in distributions.values()
        for path in files
    ])

def find_provided(repository_ctx, python, others):
    """Finds the protos that the repository's site-packages provides, and writes their sources, each to its import path.

    Args:
      repository_ctx: the context of a repository rule that has installed site-packages.
      python: struct, from find_python.
      others: list of paths, the protos.json of other repositories.

    Returns:
      List of dicts with the fields of Provided in codegen/python/installed.py, or a string: why it fails.
    """
    program = [repository_ctx.path(file) for file in _PROGRAM][0]
    roots = [str(path.dirname.get_child("site-packages")) for path in others] + ["site-packages"]
    command = [python.path, "-I", "-S", "-B", str(program)] + roots
    result = repository_ctx.execute(command + ["--", "codegen.python.installed", "site-packages", "."] + [str(path) for path in others])
    return json.decode(result.stdout) if result.return_code == 0 else result.stderr.strip()
