"""Python as a language of the engine."""

load("//bazel/private/engine:info.bzl", "INFO_FIELDS")
load("//bazel/private/engine:language.bzl", "grpc_language")
load(":py_names.bzl", "STUB_ENDINGS", "package_folders", "stub_paths", "unimportable_part")

PyGrpcInfo = provider(
    doc = "The Python gRPC stubs of a `proto_library` and of all that it depends on.",
    fields = INFO_FIELDS,
)

# What pip has to install for the package to be imported (codegen/python/requirements.py).
_REQUIREMENTS = "requirements.txt"

def _name_problem(proto):
    part = unimportable_part(proto)
    if part == None:
        return None
    return "Python cannot import \"{}\". Rename it: letters, digits and underscores, and no digit first.".format(part)

def _hidden_by(path):
    """Returns the modules that would hide the folders of a file: Python finds a folder before a module of its name."""
    return [folder[:-1] + ".py" for folder in package_folders([path]) if folder]

def _arguments(own):
    arguments = ["--type-stubs", own.type_stubs]
    if own.descriptor_prefix:
        arguments += ["--descriptor-prefix", own.descriptor_prefix + "/"]
    if own.concrete_servicers:
        arguments.append("--concrete-servicers")
    return arguments

def _package_files(paths):
    return [_REQUIREMENTS] + [folder + "__init__.py" for folder in package_folders(paths)]

PYTHON = grpc_language(
    name = "Python",
    rule = "py_grpc_library",
    arguments = _arguments,
    comment = "#",
    hidden_by = _hidden_by,
    info = PyGrpcInfo,
    module = "codegen.python.language",
    name_problem = _name_problem,
    outputs = stub_paths,
    package_files = _package_files,
    patterns = ["*" + ending for ending in STUB_ENDINGS],
    # Makes type checkers read the stubs (https://peps.python.org/pep-0561/).
    root = "py.typed",
    # A string, because Bazel 4 takes no Label here; from a Label, because it looks a string up in the main repository.
    toolchain_type = str(Label("//bazel/toolchains:toolchain_type")),
)
