"""TypeScript as a language of the engine."""

load("//bazel/private/engine:info.bzl", "INFO_FIELDS")
load("//bazel/private/engine:language.bzl", "grpc_language")
load(":ts_names.bzl", "stub_paths", "takes_for_declarations")

TsGrpcInfo = provider(
    doc = "The TypeScript gRPC stubs of a `proto_library` and of all that it depends on.",
    fields = INFO_FIELDS,
)

# What the services of a file become. The first is the default.
FLAVORS = ["grpc-js", "nestjs"]

def _name_problem(proto):
    if takes_for_declarations(proto):
        return "TypeScript takes {} for declarations of JavaScript. Rename it, without \".d\" at the end.".format(stub_paths(proto)[0])
    return None

def _arguments(own):
    return ["--flavor", own.flavor]

TYPESCRIPT = grpc_language(
    name = "TypeScript",
    rule = "ts_grpc_library",
    arguments = _arguments,
    comment = "//",
    info = TsGrpcInfo,
    module = "codegen.typescript.language",
    name_problem = _name_problem,
    outputs = stub_paths,
    # What npm has to install for the package to be imported (codegen/typescript/dependencies.py).
    root = "npm-dependencies.json",
    # A string, because Bazel 4 takes no Label here; from a Label, because it looks a string up in the main repository.
    toolchain_type = str(Label("//bazel/toolchains:ts_toolchain_type")),
)
