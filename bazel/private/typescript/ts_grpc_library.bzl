"""ts_grpc_library: TypeScript modules with the messages and services of proto_library targets."""

load("//bazel/private/engine:aspect.bzl", "grpc_aspect_arguments", "grpc_aspect_impl")
load("//bazel/private/engine:library.bzl", "grpc_library", "library_attrs")
load(":ts_grpc_language.bzl", "TYPESCRIPT", "TsGrpcInfo")

def _ts_grpc_aspect_impl(target, ctx):
    return grpc_aspect_impl(target, ctx, TYPESCRIPT)

_ts_grpc_aspect = aspect(implementation = _ts_grpc_aspect_impl, **grpc_aspect_arguments(TYPESCRIPT))

def _ts_grpc_library_impl(ctx):
    dependencies = ctx.toolchains[TYPESCRIPT.toolchain_type].ts_grpc.dependencies
    library = grpc_library(ctx, TYPESCRIPT, package_options = {"dependencies": dependencies})
    files = [library.files[path] for path in sorted(library.files.keys())]
    return [
        DefaultInfo(files = depset(files), runfiles = ctx.runfiles(files = files)),
        OutputGroupInfo(**library.output_groups),
        library.info,
    ]

ts_grpc_library = rule(
    doc = """Generates TypeScript modules with the messages and services of some protos, by protoc-gen-es.

They are in the folder `<name>/` in the output tree of the target's own package: one for every proto of `deps` and of
what they depend on (`a/b.proto` becomes `a/b_pb.ts`), and `npm-dependencies.json`, what npm has to install for them.
They import each other relatively and with extensions, so they can be copied anywhere and compiled as ESM and as
CommonJS under `tsc --strict`. `google/protobuf` comes from the runtime, `@bufbuild/protobuf/wkt`.

Services are typed descriptors: Connect for ECMAScript makes clients and servers of them, for Node and for browsers, and
`jts-grpc/grpc` those of @grpc/grpc-js and NestJS.

```starlark
ts_grpc_library(
    name = "ts_stubs",
    deps = [":trading_proto"],
)
```

Output groups: `package_manifest` (`<name>.manifest.json`: what a copy of the package consists of), `package_warnings`
(`<name>.warnings`: what could not be generated as it should, a line each).""",
    implementation = _ts_grpc_library_impl,
    attrs = library_attrs(TYPESCRIPT, _ts_grpc_aspect),
    provides = [TsGrpcInfo],
    toolchains = [TYPESCRIPT.toolchain_type],
)
