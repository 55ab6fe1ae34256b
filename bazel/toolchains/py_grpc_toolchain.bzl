"""The py_grpc toolchain: the protoc and plugins that generate stubs, and the stubs' run-time libraries."""

load("//bazel/private:python_program.bzl", "installed_modules", "metadata_files")
load("//bazel/private/engine:toolchain.bzl", "PROVIDED_ATTR", "TOOLCHAIN_ATTRS", "toolchain_info")

PyGrpcToolchainInfo = provider(
    doc = "The run-time libraries of Python stubs.",
    fields = {
        "beside": "(dict[string, File]) The generated modules that users have beside the stubs, by `a/b_pb2.py`.",
        "runtime": "(list[Target]) The libraries that stubs import, with PyInfo.",
        "runtime_metadata": "(list[File]) The METADATA files of the wheels among them, for their versions.",
    },
)

def _py_grpc_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(
        grpc = toolchain_info(ctx, provided = ctx.attr.provided),
        py_grpc = PyGrpcToolchainInfo(
            beside = {path: file for target in ctx.attr.beside for path, file in installed_modules(target).items()},
            runtime = ctx.attr.runtime,
            runtime_metadata = metadata_files(ctx.attr.runtime),
        ),
    )]

py_grpc_toolchain = rule(
    doc = """Declares a py_grpc toolchain, for a `toolchain` of type `@jts_grpc//bazel/toolchains:py_toolchain_type`.

```starlark
py_grpc_toolchain(
    name = "my_versions",
    codegen_deps = ["@my_wheels//:grpcio_tools", "@my_wheels//:mypy_protobuf", "@my_wheels//:protobuf"],
    python = "@my_wheels//:python",
    runtime = ["@my_wheels//:grpcio", "@my_wheels//:protobuf", "@my_wheels//:typing_extensions"],
)
```""",
    implementation = _py_grpc_toolchain_impl,
    attrs = dict(
        TOOLCHAIN_ATTRS,
        beside = attr.label_list(
            doc = "Libraries that users are likely to import in the same process as the stubs. A package that has " +
                  "another version of one of their protos gets a warning. Default: none. " +
                  "Example: `[\"@py_grpc_wheels//:all_distributions\"]`.",
            providers = [PyInfo],
        ),
        provided = PROVIDED_ATTR,
        runtime = attr.label_list(
            doc = "The libraries that stubs import at run time, passed on to dependents. Mandatory. " +
                  "Example: `[\"@py_grpc_wheels//:grpcio\", \"@py_grpc_wheels//:protobuf\"]`.",
            mandatory = True,
            providers = [PyInfo],
        ),
    ),
)
