"""py_grpc_library: an importable, typed Python package out of proto_library targets."""

load(":label_text.bzl", "label_text")
load(":package_manifest.bzl", "package_manifest")
load(":proto_paths.bzl", "matches")
load(":py_grpc_aspect.bzl", "py_grpc_aspect")
load(":py_grpc_generate.bzl", "TOOLCHAIN_TYPE", "generate")
load(":py_grpc_info.bzl", "PyGrpcInfo")
load(":py_grpc_options.bzl", "OPTION_ATTRS", "generate_options", "package_options")
load(":py_grpc_package.bzl", "declare_package", "stubs_by_path")
load(":python_program.bzl", "library_files")

def _generated(ctx):
    """Returns a struct of `problems`, `stubs` and `warnings`, depsets: those that all packages share, or some of its own."""
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE].py_grpc
    options = package_options(ctx, toolchain)
    if options == generate_options(toolchain):
        return struct(
            problems = depset(transitive = [dep[PyGrpcInfo].problems for dep in ctx.attr.deps]),
            stubs = depset(transitive = [dep[PyGrpcInfo].stubs for dep in ctx.attr.deps]),
            warnings = depset(transitive = [dep[PyGrpcInfo].warnings for dep in ctx.attr.deps]),
        )
    libraries = depset(transitive = [dep[PyGrpcInfo].libraries for dep in ctx.attr.deps]).to_list()
    _check_exclude(ctx, [proto.import_path for library in libraries for proto in library.protos])
    own = [
        generate(ctx, library, "_py_grpc/{}/{}".format(ctx.label.name, _label_folder(library.label)), options)
        for library in libraries
    ]
    return struct(
        problems = depset([problem for part in own for problem in part.problems]),
        stubs = depset([stub for part in own for stub in part.stubs]),
        warnings = depset([file for part in own for file in part.warnings]),
    )

def _check_exclude(ctx, protos):
    for pattern in ctx.attr.exclude:
        if not [proto for proto in protos if matches(proto, [pattern])]:
            fail("{}: exclude: \"{}\" is the import path of no proto of deps. Mend or remove it.".format(label_text(ctx.label), pattern))

def _label_folder(label):
    """Returns a folder for what is made of a label, another one for each: "@x//a:b" gives "external/x/a/_/b"."""
    repository = "external/" + label.workspace_name if label.workspace_name else "main"
    return "/".join([part for part in [repository, label.package, "_", label.name] if part])

def _imports(ctx):
    """Returns the `sys.path` entries of the library, relative to the runfiles root."""
    for entry in ctx.attr.imports:
        if entry.startswith("/") or ".." in entry.split("/"):
            fail("{}: imports: \"{}\" must be a folder below the package, for example \".\"".format(label_text(ctx.label), entry))
    repository = ctx.label.workspace_name or ctx.workspace_name
    package = "/".join([part for part in [repository, ctx.label.package] if part])
    return [repository] + [package if entry == "." else package + "/" + entry for entry in ctx.attr.imports]

def _py_grpc_library_impl(ctx):
    runtime = ctx.toolchains[TOOLCHAIN_TYPE].py_grpc.runtime + ctx.attr.provided_by
    generated = _generated(ctx)
    for problem in generated.problems.to_list():
        fail(problem)
    by_path = stubs_by_path(ctx, generated.stubs)
    if not by_path:
        _fail_of_nothing(ctx)

    warnings = ctx.actions.declare_file(ctx.label.name + ".warnings")
    package = declare_package(ctx, by_path, generated, warnings)
    files = [package[path] for path in sorted(package.keys())]
    sources = depset([file for file in files if file.extension == "py"])
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest.json")
    ctx.actions.write(manifest, package_manifest(package.keys()))
    infos = [dep[PyGrpcInfo] for dep in ctx.attr.deps]
    return [
        DefaultInfo(
            files = depset(files),
            runfiles = ctx.runfiles(files = files, transitive_files = library_files(runtime)),
        ),
        PyGrpcInfo(
            importable = depset(transitive = [info.importable for info in infos]),
            libraries = depset(transitive = [info.libraries for info in infos]),
            problems = generated.problems,
            source_prefixes = depset(transitive = [info.source_prefixes for info in infos]),
            stubs = generated.stubs,
            warnings = generated.warnings,
        ),
        PyInfo(
            imports = depset(_imports(ctx), transitive = [dep[PyInfo].imports for dep in runtime]),
            transitive_sources = depset(transitive = [sources] + [dep[PyInfo].transitive_sources for dep in runtime]),
        ),
        OutputGroupInfo(
            package_manifest = depset([manifest]),
            package_warnings = depset([warnings]),
            python_sources = sources,
            type_stubs = depset([file for file in files if file.extension == "pyi"]),
        ),
    ]

def _fail_of_nothing(ctx):
    libraries = depset(transitive = [dep[PyGrpcInfo].libraries for dep in ctx.attr.deps]).to_list()
    if not [library for library in libraries if library.protos]:
        fail("{}: nothing to generate: deps have no protos. Give a proto_library among them srcs.".format(label_text(ctx.label)))
    fail(("{}: nothing to generate: installed packages provide every proto of deps, or exclude leaves it out. " +
          "Import those packages instead.").format(label_text(ctx.label)))

py_grpc_library = rule(
    doc = """Generates a Python package with the messages and the gRPC services of some protos.

The package is the folder `<name>/` in the output tree of the target's own package: four files for every proto of
`deps` and of what they depend on (`x_pb2.py`, `x_pb2.pyi`, `x_pb2_grpc.py`, `x_pb2_grpc.pyi`), an `__init__.py` in
every folder, `py.typed`, and a `requirements.txt` of what pip has to install for it. Imports inside it are relative, so
it works under any name and wherever it is copied. Protos that an installed package brings, `google/protobuf` first of
all, are imported from there.

```starlark
py_grpc_library(
    name = "py_stubs",
    deps = [":trading_proto"],
)

py_test(
    name = "orders_test",
    srcs = ["orders_test.py"],  # from protos.py_stubs import trading_pb2_grpc
    deps = [":py_stubs"],
)
```

Output groups: `python_sources` (`.py`), `type_stubs` (`.pyi`), `package_manifest` (`<name>.manifest.json`: what a copy
of the package consists of), `package_warnings` (`<name>.warnings`: what could not be generated as it should, a line
each).""",
    implementation = _py_grpc_library_impl,
    attrs = dict(OPTION_ATTRS, **{
        "deps": attr.label_list(
            doc = "The `proto_library` targets to generate from; what they depend on comes along. Mandatory. " +
                  "Example: `[\":trading_proto\"]`.",
            mandatory = True,
            allow_empty = False,
            providers = [ProtoInfo],
            aspects = [py_grpc_aspect],
        ),
        "imports": attr.string_list(
            doc = "Folders to put on `sys.path` beside the root of the repository, relative to the target's package. " +
                  "Default: none. Example: `[\".\"]` lets a dependent write `from py_stubs import trading_pb2`.",
        ),
        "lazy_exports": attr.bool(
            doc = "Whether every folder of the package re-exports what the protos in it define, each name loaded " +
                  "when it is first asked for: `from py_stubs import PriceTick`. A name that is ambiguous is left " +
                  "out, with a warning. Default: `False`. Example: `True`.",
        ),
        "provided_by": attr.label_list(
            doc = "The libraries that bring them, for dependents at run time. Default: none. " +
                  "Example: `[\"@pypi//googleapis_common_protos\"]`.",
            providers = [PyInfo],
        ),
    }),
    provides = [PyInfo, PyGrpcInfo],
    toolchains = [TOOLCHAIN_TYPE],
)
