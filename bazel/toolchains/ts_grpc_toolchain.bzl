"""The ts_grpc toolchain: which plugin makes TypeScript, and which packages it imports."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private:node_modules.bzl", "NodeModulesInfo")
load("//bazel/private/engine:toolchain.bzl", "PLUGIN_ATTRS", "TOOLCHAIN_ATTRS", "toolchain_info")

TsGrpcToolchainInfo = provider(
    doc = "What TypeScript stubs run on.",
    fields = {"versions": "(dict[string, string]) From the npm packages that stubs import to their versions."},
)

# What stubs import.
_RUNTIME = ["@bufbuild/protobuf", "@grpc/grpc-js"]

def _ts_grpc_toolchain_impl(ctx):
    versions = ctx.attr.node_modules[NodeModulesInfo].versions
    for name in _RUNTIME:
        if name not in versions:
            fail("{}: {} has no {}, which stubs import. To fix it: have its package.json name it and lock again (npm install --package-lock-only).".format(
                label_text(ctx.label),
                label_text(ctx.attr.node_modules.label),
                name,
            ))
    return [platform_common.ToolchainInfo(
        grpc = toolchain_info(ctx, plugin = ctx.attr.plugin),
        ts_grpc = TsGrpcToolchainInfo(versions = {name: versions[name] for name in _RUNTIME}),
    )]

ts_grpc_toolchain = rule(
    doc = """Declares a ts_grpc toolchain. A `toolchain` of type `@jts_grpc//bazel/toolchains:ts_toolchain_type` offers it.

```starlark
ts_grpc_toolchain(
    name = "my_versions",
    codegen_deps = ["@my_wheels//:grpcio_tools", "@my_wheels//:protobuf"],
    node_modules = "@my_npm//:node_modules",
    plugin = "@my_npm//bin:protoc-gen-ts_proto",
    python = "@my_wheels//:python",
)
```""",
    implementation = _ts_grpc_toolchain_impl,
    attrs = dict(dict(TOOLCHAIN_ATTRS, plugin = PLUGIN_ATTRS["plugin"]), **{
        "node_modules": attr.label(
            doc = "The npm packages that stubs import at run time, for their versions. Mandatory. " +
                  "Example: `@my_npm//:node_modules`.",
            mandatory = True,
            providers = [NodeModulesInfo],
        ),
    }),
)
