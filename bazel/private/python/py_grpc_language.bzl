"""The Python language definition."""

load("//bazel/private:python_program.bzl", "installed_modules")
load("//bazel/private/engine:language.bzl", "INFO_FIELDS", "grpc_language")
load("//bazel/private/engine:options.bzl", "option")
load(":py_import_check.bzl", "import_check")
load(":py_names.bzl", "STUB_ENDINGS", "module_path", "package_folders", "stub_paths", "unimportable_part")

PyGrpcInfo = provider(
    doc = "The Python gRPC stubs of a `proto_library` and its transitive dependencies.",
    fields = INFO_FIELDS,
)

# The pip requirements for importing the package (codegen/python/requirements.py).
_REQUIREMENTS = "requirements.txt"

# The attributes of py_grpc_library that change generated files. codegen/python/language.py gets them as Options.
_OPTIONS = {
    "abstract_servicers": option(
        attr.bool,
        default = False,
        doc = "Whether type checkers require a servicer to implement all methods. At run time, omitted methods " +
              "always answer UNIMPLEMENTED.",
    ),
    "descriptor_prefix": option(
        attr.string,
        default = "",
        doc = "Prefix for the protos' file names in Python's descriptor pool, so that two packages in one " +
              "process can each have a `common.proto`. The wire format does not change. " +
              "Example: `\"jts\"` registers `jts/common.proto`.",
    ),
    "type_stubs": option(
        attr.string,
        default = "mypy-protobuf",
        doc = "The generator for type stubs of messages: `\"mypy-protobuf\"`, or `\"protoc\"` with less precise types " +
              "and no comments. If it fails on a file, the other one is used for that file.",
        values = ["mypy-protobuf", "protoc"],
    ),
}

def _name_problem(proto):
    part = unimportable_part(proto)
    if part == None:
        return None
    return "Python cannot import \"{}\". Rename it: letters, digits and underscores, and no digit first.".format(part)

def _hidden_by(path):
    """Returns the modules that collide with a file's folders: Python prefers a folder to a module of the same name."""
    return [folder[:-1] + ".py" for folder in package_folders([path]) if folder]

def _package_files(paths):
    return [_REQUIREMENTS] + [folder + "__init__.py" for folder in package_folders(paths)]

def _installed(target, protos):
    """Returns the modules that a Python library has for protos: a dict from import path to File."""
    if PyInfo not in target:
        return {}
    modules = installed_modules(target)
    return {proto: modules[module_path(proto)] for proto in protos if module_path(proto) in modules}

def _beside(toolchain, proto):
    return toolchain.py_grpc.beside.get(module_path(proto))

PYTHON = grpc_language(
    name = "Python",
    rule = "py_grpc_library",
    beside = _beside,
    check = import_check,
    comment = "#",
    hidden_by = _hidden_by,
    info = PyGrpcInfo,
    installed = _installed,
    module = "codegen.python.language",
    name_problem = _name_problem,
    options = _OPTIONS,
    outputs = stub_paths,
    package_files = _package_files,
    patterns = ["*" + ending for ending in STUB_ENDINGS],
    reads = "interfaces",
    # Marks the package as typed (https://peps.python.org/pep-0561/).
    root = "py.typed",
    # A string, because Bazel 4 accepts no Label here; from a Label, because strings resolve in the main repository.
    toolchain_type = str(Label("//bazel/toolchains:py_toolchain_type")),
)
