"""ts_grpc_library: TypeScript modules with the messages and services of proto_library targets."""

load("//bazel/private/engine:aspect.bzl", "graph_aspect_arguments", "graph_aspect_impl")
load("//bazel/private/engine:library.bzl", "NOT_SHARED", "grpc_library", "library_attrs")
load(":ts_grpc_language.bzl", "FLAVORS", "TYPESCRIPT", "TsGrpcInfo")

def _ts_grpc_aspect_impl(target, ctx):
    return graph_aspect_impl(target, ctx, TYPESCRIPT)

_ts_grpc_aspect = aspect(implementation = _ts_grpc_aspect_impl, **graph_aspect_arguments(TYPESCRIPT))

def _package_arguments(flavor, versions):
    arguments = ["--flavor", flavor]
    for name in sorted(versions):
        arguments += ["--dependency", name, versions[name]]
    return arguments

def _ts_grpc_library_impl(ctx):
    versions = ctx.toolchains[TYPESCRIPT.toolchain_type].ts_grpc.versions
    library = grpc_library(
        ctx,
        TYPESCRIPT,
        own = struct(flavor = ctx.attr.flavor),
        # To start Node for one library takes as long as to generate the modules of three.
        shared_own = NOT_SHARED,
        arguments = _package_arguments(ctx.attr.flavor, versions),
    )
    files = [library.files[path] for path in sorted(library.files.keys())]
    return [
        DefaultInfo(files = depset(files), runfiles = ctx.runfiles(files = files)),
        OutputGroupInfo(**library.output_groups),
        library.info,
    ]

ts_grpc_library = rule(
    doc = """Generates TypeScript modules with the messages and the gRPC services of some protos.

They are in the folder `<name>/` in the output tree of the target's own package: one for every proto of `deps` and of
what they depend on, google/protobuf included (`a/b.proto` becomes `a/b.ts`), and `npm-dependencies.json`, what npm has
to install for them. They import each other relatively and with extensions, so they can be copied anywhere and compiled
as ESM and as CommonJS, under `tsc --strict`.

An int64 is a `bigint`, a Timestamp keeps its nanoseconds, a oneof says which of its fields is set (`$case`), fields
that are not known go back as they came, and `toJSON` and `fromJSON` speak protobuf's JSON
(https://protobuf.dev/programming-guides/json/).

```starlark
ts_grpc_library(
    name = "ts_stubs",
    deps = [":trading_proto"],
)
```

Output groups: `package_manifest` (`<name>.manifest.json`: what a copy of the package consists of), `package_warnings`
(`<name>.warnings`: what could not be generated as it should, a line each).""",
    implementation = _ts_grpc_library_impl,
    attrs = dict(library_attrs(_ts_grpc_aspect), **{
        "flavor": attr.string(
            doc = "What services become: `grpc-js`, clients and servers of @grpc/grpc-js; `nestjs`, controllers, " +
                  "decorators and clients of NestJS, with the service definitions that its gRPC transport takes as " +
                  "`packageDefinition`. Messages are the same. Default: `grpc-js`. Example: `nestjs`.",
            default = FLAVORS[0],
            values = FLAVORS,
        ),
    }),
    provides = [TsGrpcInfo],
    toolchains = [TYPESCRIPT.toolchain_type],
)
