"""The TypeScript language definition."""

load("//bazel/private/engine:language.bzl", "INFO_FIELDS", "grpc_language")

TsGrpcInfo = provider(
    doc = "The TypeScript modules of a `proto_library` and its transitive dependencies.",
    fields = INFO_FIELDS,
)

# protoc-gen-es options (https://github.com/bufbuild/protobuf-es/blob/main/MANUAL.md#plugin-options).
PARAMETER = ",".join([
    "target=ts",
    # ESM requires the extension, and CommonJS accepts it.
    "import_extension=js",
    # Bazel requires every declared output to be written.
    "keep_empty_files=true",
])

def ts_outputs(proto):
    """Returns a proto's output paths inside the package.

    Args:
      proto: string, its import path, for example "a/b-c.proto".

    Returns:
      List of one string, for example ["a/b-c_pb.ts"].
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
    reads = "interfaces",
    # The npm packages that the modules import (codegen/typescript.py).
    root = "npm-dependencies.json",
    # Starting Node for one library takes as long as generating the modules of three libraries.
    shares = False,
    # A string, because Bazel 4 accepts no Label here; from a Label, because strings resolve in the main repository.
    toolchain_type = str(Label("//bazel/toolchains:ts_toolchain_type")),
)
