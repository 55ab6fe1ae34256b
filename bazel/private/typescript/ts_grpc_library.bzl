"""ts_grpc_library: TypeScript modules generated from proto_library targets."""

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
    doc = """Generates TypeScript modules from protos, with their messages and services, using protoc-gen-es.

They are in the folder `<name>/` in the output tree of the target's Bazel package: one for every proto in `deps` and
their transitive dependencies (`a/b.proto` becomes `a/b_pb.ts`), and `npm-dependencies.json`, the npm packages that they
import. Their imports of each other are relative and have extensions, so they can be copied anywhere and compiled as ESM
and CommonJS with `tsc --strict`. `google/protobuf` comes from the runtime, `@bufbuild/protobuf/wkt`.

Services are typed descriptors. Connect for ECMAScript creates clients and servers from them, for Node and browsers;
`jts-grpc/grpc` does the same for @grpc/grpc-js and NestJS.

```starlark
ts_grpc_library(
    name = "ts_stubs",
    deps = [":trading_proto"],
)
```

Output groups: `package_manifest` (`<name>.manifest.json`: the files of the package), `package_warnings`
(`<name>.warnings`: the code generator's warnings, one per line).""",
    implementation = _ts_grpc_library_impl,
    attrs = library_attrs(TYPESCRIPT, _ts_grpc_aspect),
    provides = [TsGrpcInfo],
    toolchains = [TYPESCRIPT.toolchain_type],
)
