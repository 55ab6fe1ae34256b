"""The ts_grpc toolchain: the plugin that generates TypeScript, and the modules' runtime."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private/engine:toolchain.bzl", "PLUGIN_ATTR", "PROVIDED_ATTR", "TOOLCHAIN_ATTRS", "toolchain_info")
load("//bazel/private/repositories:node_modules.bzl", "NodeModulesInfo")
load("//bazel/private/typescript:ts_grpc_language.bzl", "PARAMETER")

TsGrpcToolchainInfo = provider(
    doc = "The run-time dependencies of generated TypeScript.",
    fields = {"dependencies": "(dict[string, string]) The npm packages that modules import, with their versions."},
)

_RUNTIME = "@bufbuild/protobuf"

def _ts_grpc_toolchain_impl(ctx):
    versions = ctx.attr.node_modules[NodeModulesInfo].versions
    if _RUNTIME not in versions:
        fail("{}: {} has no {}, which generated modules import. To fix it: add it to package.json and lock again (npm install --package-lock-only).".format(
            label_text(ctx.label),
            label_text(ctx.attr.node_modules.label),
            _RUNTIME,
        ))
    return [platform_common.ToolchainInfo(
        grpc = toolchain_info(ctx, plugin = ctx.attr.plugin, parameter = PARAMETER, provided = ctx.attr.provided),
        ts_grpc = TsGrpcToolchainInfo(dependencies = {_RUNTIME: versions[_RUNTIME]}),
    )]

ts_grpc_toolchain = rule(
    doc = """Declares a ts_grpc toolchain, for a `toolchain` of type `@jts_grpc//bazel/toolchains:ts_toolchain_type`.

```starlark
ts_grpc_toolchain(
    name = "my_versions",
    codegen_deps = ["@my_wheels//:grpcio_tools", "@my_wheels//:protobuf"],
    node_modules = "@my_npm//:node_modules",
    plugin = "@my_npm//bin:protoc-gen-es",
    python = "@my_wheels//:python",
)
```""",
    implementation = _ts_grpc_toolchain_impl,
    attrs = dict(
        TOOLCHAIN_ATTRS,
        node_modules = attr.label(
            doc = "The npm packages. They must include @bufbuild/protobuf, the runtime of generated modules. " +
                  "Example: `\"@my_npm//:node_modules\"`.",
            mandatory = True,
            providers = [NodeModulesInfo],
        ),
        plugin = PLUGIN_ATTR,
        provided = PROVIDED_ATTR,
    ),
)
