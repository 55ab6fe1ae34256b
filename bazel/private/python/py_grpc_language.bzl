"""Python as a language of the engine."""

load("//bazel/private/engine:info.bzl", "INFO_FIELDS")
load("//bazel/private/engine:language.bzl", "grpc_language")
load("//bazel/private/engine:options.bzl", "option")
load(":py_names.bzl", "STUB_ENDINGS", "package_folders", "stub_paths", "unimportable_part")

PyGrpcInfo = provider(
    doc = "The Python gRPC stubs of a `proto_library` and of all that it depends on.",
    fields = INFO_FIELDS,
)

# What pip has to install for the package to be imported (codegen/python/requirements.py).
_REQUIREMENTS = "requirements.txt"

# The attributes of py_grpc_library that change generated files. They arrive as Options of codegen/python/language.py.
_OPTIONS = {
    "concrete_servicers": option(
        attr.bool,
        default = False,
        doc = "Whether a servicer may leave methods out: type checkers then take them for what they are at run " +
              "time, answers of UNIMPLEMENTED, and not for abstract. Default: `False`. Example: `True`.",
    ),
    "descriptor_prefix": option(
        attr.string,
        default = "",
        doc = "Goes before the names that the protos have in Python's descriptor pool, so that another package of " +
              "the same process may have a `common.proto` too. What is sent stays the same. Default: none. " +
              "Example: `\"jts\"` registers `jts/common.proto`.",
    ),
    "type_stubs": option(
        attr.string,
        default = "mypy-protobuf",
        doc = "Who writes the type stubs of messages. Another one does it for a file that this one cannot do. " +
              "Default: `mypy-protobuf`; `protoc` knows less of types and nothing of comments. Example: `protoc`.",
        values = ["mypy-protobuf", "protoc"],
    ),
}

def _name_problem(proto):
    part = unimportable_part(proto)
    if part == None:
        return None
    return "Python cannot import \"{}\". Rename it: letters, digits and underscores, and no digit first.".format(part)

def _hidden_by(path):
    """Returns the modules that would hide the folders of a file: Python finds a folder before a module of its name."""
    return [folder[:-1] + ".py" for folder in package_folders([path]) if folder]

def _package_files(paths):
    return [_REQUIREMENTS] + [folder + "__init__.py" for folder in package_folders(paths)]

PYTHON = grpc_language(
    name = "Python",
    rule = "py_grpc_library",
    comment = "#",
    hidden_by = _hidden_by,
    info = PyGrpcInfo,
    module = "codegen.python.language",
    name_problem = _name_problem,
    options = _OPTIONS,
    outputs = stub_paths,
    package_files = _package_files,
    patterns = ["*" + ending for ending in STUB_ENDINGS],
    # Makes type checkers read the stubs (https://peps.python.org/pep-0561/).
    root = "py.typed",
    # A string, because Bazel 4 takes no Label here; from a Label, because it looks a string up in the main repository.
    toolchain_type = str(Label("//bazel/toolchains:toolchain_type")),
)
