"""TypeScript as a language of the engine."""

load("//bazel/private/engine:info.bzl", "INFO_FIELDS")
load("//bazel/private/engine:language.bzl", "grpc_language")

TsGrpcInfo = provider(
    doc = "The TypeScript modules of a `proto_library` and of all that it depends on.",
    fields = INFO_FIELDS,
)

# What protoc-gen-es is told (https://github.com/bufbuild/protobuf-es/blob/main/MANUAL.md#plugin-options).
PARAMETER = ",".join([
    "target=ts",
    # ESM requires the extension, and CommonJS takes it.
    "import_extension=js",
    # Every declared file is written.
    "keep_empty_files=true",
])

def ts_outputs(proto):
    """Returns the files that a proto becomes, below the package.

    Args:
      proto: string, its import path, for example "a/b-c.proto".

    Returns:
      List of one string, for example "a/b-c_pb.ts".
    """
    return [(proto[:-len(".proto")] if proto.endswith(".proto") else proto) + "_pb.ts"]

TYPESCRIPT = grpc_language(
    name = "TypeScript",
    rule = "ts_grpc_library",
    comment = "//",
    info = TsGrpcInfo,
    module = "codegen.typescript",
    outputs = ts_outputs,
    patterns = ["*_pb.ts"],
    # What npm has to install for the package to be imported (codegen/typescript.py).
    root = "npm-dependencies.json",
    # Starting Node for one library takes as long as generating the modules of three.
    shares = False,
    # A string, because Bazel 4 takes no Label here; from a Label, because it looks a string up in the main repository.
    toolchain_type = str(Label("//bazel/toolchains:ts_toolchain_type")),
)
