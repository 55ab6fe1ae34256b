"""The ts_grpc toolchain: which plugin makes TypeScript, and which packages it imports."""

load("//bazel/private:npm_package.bzl", "NpmPackageInfo")
load("//bazel/private/engine:toolchain.bzl", "PLUGIN_ATTRS", "TOOLCHAIN_ATTRS", "toolchain_info")

TsGrpcToolchainInfo = provider(
    doc = "What TypeScript stubs run on.",
    fields = {"runtime": "(list[NpmPackageInfo]) The packages that stubs import."},
)

def _ts_grpc_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(
        grpc = toolchain_info(ctx, plugin = ctx.attr.plugin),
        ts_grpc = TsGrpcToolchainInfo(runtime = [dep[NpmPackageInfo] for dep in ctx.attr.runtime]),
    )]

ts_grpc_toolchain = rule(
    doc = """Declares a ts_grpc toolchain. A `toolchain` of type `@jts_grpc//bazel/toolchains:ts_toolchain_type` offers it.

```starlark
ts_grpc_toolchain(
    name = "my_versions",
    codegen_deps = ["@my_wheels//:grpcio_tools", "@my_wheels//:protobuf"],
    plugin = "@my_npm//ts-proto/bin:protoc-gen-ts_proto",
    python = "@my_wheels//:python",
    runtime = ["@my_npm//@bufbuild/protobuf", "@my_npm//@grpc/grpc-js"],
)
```""",
    implementation = _ts_grpc_toolchain_impl,
    attrs = dict(dict(TOOLCHAIN_ATTRS, plugin = PLUGIN_ATTRS["plugin"]), **{
        "runtime": attr.label_list(
            doc = "The npm packages that stubs import at run time. Mandatory. " +
                  "Example: `[\"@my_npm//@bufbuild/protobuf\", \"@my_npm//@grpc/grpc-js\"]`.",
            mandatory = True,
            providers = [NpmPackageInfo],
        ),
    }),
)
