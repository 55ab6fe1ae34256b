"""The ts_grpc toolchain: which plugin makes TypeScript, and which packages it imports."""

load("//bazel/private:npm_package.bzl", "NpmPackageInfo")
load("//bazel/private/engine:toolchain.bzl", "PLUGIN_ATTRS", "PROVIDED_ATTR", "TOOLCHAIN_ATTRS", "toolchain_info")
load("//bazel/private/typescript:ts_grpc_language.bzl", "PARAMETER")

TsGrpcToolchainInfo = provider(
    doc = "What TypeScript stubs run on.",
    fields = {"runtime": "(list[NpmPackageInfo]) The packages that stubs import."},
)

def _ts_grpc_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(
        grpc = toolchain_info(ctx, plugin = ctx.attr.plugin, parameter = PARAMETER, provided = ctx.attr.provided),
        ts_grpc = TsGrpcToolchainInfo(runtime = [dep[NpmPackageInfo] for dep in ctx.attr.runtime]),
    )]

ts_grpc_toolchain = rule(
    doc = """Declares a ts_grpc toolchain. A `toolchain` of type `@jts_grpc//bazel/toolchains:ts_toolchain_type` offers it.

```starlark
ts_grpc_toolchain(
    name = "my_versions",
    codegen_deps = ["@my_wheels//:grpcio_tools", "@my_wheels//:protobuf"],
    plugin = "@my_npm//@bufbuild/protoc-gen-es/bin:protoc-gen-es",
    python = "@my_wheels//:python",
    runtime = ["@my_npm//@bufbuild/protobuf"],
)
```""",
    implementation = _ts_grpc_toolchain_impl,
    attrs = dict(dict(TOOLCHAIN_ATTRS, plugin = PLUGIN_ATTRS["plugin"]), **{
        "provided": PROVIDED_ATTR,
        "runtime": attr.label_list(
            doc = "The npm packages that stubs import at run time. Mandatory. " +
                  "Example: `[\"@my_npm//@bufbuild/protobuf\"]`.",
            mandatory = True,
            providers = [NpmPackageInfo],
        ),
    }),
)
