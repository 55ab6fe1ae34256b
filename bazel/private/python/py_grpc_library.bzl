"""py_grpc_library: an importable, typed Python package generated from proto_library targets."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private:python_program.bzl", "distribution_metadata", "distributions_aspect", "library_files", "metadata_files")
load("//bazel/private/engine:aspect.bzl", "grpc_aspect_arguments", "grpc_aspect_impl")
load("//bazel/private/engine:library.bzl", "find_installed", "grpc_library", "library_attrs")
load(":py_grpc_language.bzl", "PYTHON", "PyGrpcInfo")
load(":py_names.bzl", "unimportable_part")

def _py_grpc_aspect_impl(target, ctx):
    return grpc_aspect_impl(target, ctx, PYTHON)

_py_grpc_aspect = aspect(implementation = _py_grpc_aspect_impl, **grpc_aspect_arguments(PYTHON))

def _imports(ctx):
    """Returns the `sys.path` entries of the library, relative to the runfiles root."""
    for entry in ctx.attr.imports:
        if entry.startswith("/") or ".." in entry.split("/"):
            fail("{}: imports: \"{}\" must be a folder below the package, for example \".\"".format(label_text(ctx.label), entry))
    repository = ctx.label.workspace_name or ctx.workspace_name
    package = "/".join([part for part in [repository, ctx.label.package] if part])
    return [repository] + [package if entry == "." else package + "/" + entry for entry in ctx.attr.imports]

def _check_descriptor_prefix(label, prefix):
    if prefix != prefix.strip("/"):
        fail("{}: descriptor_prefix: \"{}\" must not start or end with a slash: \"{}\"".format(label_text(label), prefix, prefix.strip("/")))
    part = unimportable_part(prefix + "/x.proto") if prefix else None
    if part != None:
        fail("{}: descriptor_prefix: \"{}\" must be letters, digits and underscores, and no digit first, between slashes".format(label_text(label), prefix))

def _unique(values):
    return {value: None for value in values}.keys()

def _py_grpc_library_impl(ctx):
    _check_descriptor_prefix(ctx.label, ctx.attr.descriptor_prefix)
    toolchain = ctx.toolchains[PYTHON.toolchain_type].py_grpc
    installed = find_installed(ctx, PYTHON, ctx.attr.provided_by)
    providers = {each.target.label: each.target for each in installed}.values()
    runtime = toolchain.runtime + providers
    metadata = _unique(toolchain.runtime_metadata + metadata_files(providers))
    named = _unique([file for each in installed for file in distribution_metadata(each.target, each.file)])
    checked = {each.proto: each.file for each in installed if each.checked}
    library = grpc_library(
        ctx,
        PYTHON,
        provided = [each.proto for each in installed if each.named],
        package_options = {
            "installed": {proto: file.path for proto, file in checked.items()},
            "installed_metadata": [file.path for file in named],
            "lazy_exports": ctx.attr.lazy_exports,
            "runtime_metadata": [file.path for file in metadata],
        },
        inputs = metadata + checked.values(),
    )
    files = [library.files[path] for path in sorted(library.files.keys())]
    sources = depset([file for file in files if file.extension == "py"])
    return [
        DefaultInfo(
            files = depset(files),
            runfiles = ctx.runfiles(files = files, transitive_files = library_files(runtime)),
        ),
        PyInfo(
            imports = depset(_imports(ctx), transitive = [dep[PyInfo].imports for dep in runtime]),
            transitive_sources = depset(transitive = [sources] + [dep[PyInfo].transitive_sources for dep in runtime]),
        ),
        OutputGroupInfo(
            # https://bazel.build/extending/rules#validation_actions
            _validation = library.info.checks,
            python_sources = sources,
            type_stubs = depset([file for file in files if file.extension == "pyi"]),
            **library.output_groups
        ),
        library.info,
    ]

py_grpc_library = rule(
    doc = """Generates a Python package from protos, with their messages and gRPC services.

The package is the folder `<name>/` in the output tree of the target's Bazel package: four files for every proto in
`deps` and their transitive dependencies (`x_pb2.py`, `x_pb2.pyi`, `x_pb2_grpc.py`, `x_pb2_grpc.pyi`), an `__init__.py`
in every folder, `py.typed`, and a `requirements.txt` with its dependencies. Its internal imports are relative, so it
can be copied anywhere and renamed. Modules that come with an installed package are imported from there:
`google/protobuf`, the protos of a `pip_repository`, and those of any `proto_library` that has a library with the module
in its `data`. That package then becomes a dependency.

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

Output groups: `python_sources` (`.py`), `type_stubs` (`.pyi`), `package_manifest` (`<name>.manifest.json`: the files of
the package), `package_warnings` (`<name>.warnings`: the code generator's warnings, one per line), `_validation` (an
empty file for each library, written when its modules have been imported beside their dependencies). Bazel builds the last
one by itself; Bazel 4 only does with `--experimental_run_validations`.""",
    implementation = _py_grpc_library_impl,
    attrs = dict(library_attrs(PYTHON, _py_grpc_aspect), **{
        "imports": attr.string_list(
            doc = "Folders to add to `sys.path`, besides the repository root, relative to the target's package. " +
                  "Example: `[\".\"]` lets a dependent write `from py_stubs import trading_pb2`.",
        ),
        "lazy_exports": attr.bool(
            doc = "Whether every folder of the package re-exports the names that its protos define, each loaded " +
                  "on first access: `from py_stubs import PriceTick`. Ambiguous names are skipped with a warning.",
        ),
        "provided_by": attr.label_list(
            doc = "Libraries whose modules are imported by absolute name instead of generating them, for protos in " +
                  "deps that do not say so themselves, such as those of another repository, or a copy of your own. " +
                  "Example: `[\"@pypi//googleapis_common_protos\"]`.",
            providers = [PyInfo],
            aspects = [distributions_aspect],
        ),
    }),
    provides = [PyInfo, PyGrpcInfo],
    toolchains = [PYTHON.toolchain_type],
)
