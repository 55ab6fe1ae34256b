"""py_grpc_library: an importable, typed Python package out of proto_library targets."""

load(":label_text.bzl", "label_text")
load(":package_manifest.bzl", "MARKER", "TYPING_MARKER", "package_manifest")
load(":proto_paths.bzl", "package_folders")
load(":py_grpc_aspect.bzl", "TOOLCHAIN_TYPE", "codegen_arguments", "prefix_argument", "py_grpc_aspect")
load(":py_grpc_info.bzl", "PyGrpcInfo")
load(":python_program.bzl", "interpreter", "library_files")

# What every `__init__.py` of a package says.
_INIT = MARKER + ". Do not edit."

def _stubs_by_path(ctx, stubs):
    """Returns a dict from path below the package to `PyGrpcInfo.stubs` struct; two owners of a path are an error."""
    by_path = {}
    for stub in stubs.to_list():
        other = by_path.get(stub.path)
        if other:
            fail("{}: {} of {} and {} of {} both become {}. Rename one, or leave one out of deps.".format(
                label_text(ctx.label),
                other.proto,
                label_text(other.label),
                stub.proto,
                label_text(stub.label),
                stub.path,
            ))
        by_path[stub.path] = stub
    return by_path

def _check_package(ctx, by_path, init):
    """Declares the action that writes the root `__init__.py` once all protos have been compiled together.

    Writing that file is what makes every build of the package run the check.
    """
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE].py_grpc
    python = interpreter(toolchain.python)
    infos = [dep[ProtoInfo] for dep in ctx.attr.deps]
    args = ctx.actions.args()
    args.use_param_file("--flagfile=%s")
    args.set_param_file_format("multiline")
    args.add("--label", label_text(ctx.label))
    args.add("--out", init)
    args.add("--content", _INIT)
    args.add_all(depset(transitive = [info.transitive_proto_path for info in infos]), before_each = "--proto-path")
    prefixes = depset(transitive = [dep[PyGrpcInfo].source_prefixes for dep in ctx.attr.deps])
    args.add_all(prefixes, map_each = prefix_argument)
    args.add_all({stub.proto: True for stub in by_path.values()}.keys(), before_each = "--proto")
    ctx.actions.run(
        executable = python.executable,
        arguments = [codegen_arguments(ctx, "codegen.package_check"), args],
        # After the stubs: a proto that is wrong by itself is reported for its own library.
        inputs = depset(
            [stub.file for stub in by_path.values() if stub.path.endswith("_pb2.py")],
            transitive = [info.transitive_sources for info in infos] + [toolchain.files, python.files],
        ),
        outputs = [init],
        mnemonic = "PyGrpcCheckPackage",
        progress_message = "Checking the protos of {}".format(label_text(ctx.label)),
        execution_requirements = {"block-network": "1"},
    )

def _package(ctx, by_path):
    """Returns a dict from path below the package to File: the stubs, the package markers, the typing marker."""
    files = {}
    for path in by_path:
        files[path] = ctx.actions.declare_file("{}/{}".format(ctx.label.name, path))
        ctx.actions.symlink(output = files[path], target_file = by_path[path].file)
    contents = {folder + "__init__.py": _INIT + "\n" for folder in package_folders(by_path.keys()) if folder}
    contents[TYPING_MARKER] = ""
    for path in contents:
        files[path] = ctx.actions.declare_file("{}/{}".format(ctx.label.name, path))
        ctx.actions.write(files[path], contents[path])
    checked = ctx.actions.declare_file("_py_grpc/{}/__init__.py".format(ctx.label.name))
    _check_package(ctx, by_path, checked)
    files["__init__.py"] = ctx.actions.declare_file("{}/__init__.py".format(ctx.label.name))
    ctx.actions.symlink(output = files["__init__.py"], target_file = checked)
    return files

def _imports(ctx):
    """Returns the `sys.path` entries of the library, relative to the runfiles root."""
    repository = ctx.label.workspace_name or ctx.workspace_name
    package = "/".join([part for part in [repository, ctx.label.package] if part])
    return [repository] + [package if entry == "." else package + "/" + entry for entry in ctx.attr.imports]

def _py_grpc_library_impl(ctx):
    runtime = ctx.toolchains[TOOLCHAIN_TYPE].py_grpc.runtime
    stubs = depset(transitive = [dep[PyGrpcInfo].stubs for dep in ctx.attr.deps])
    by_path = _stubs_by_path(ctx, stubs)
    if not by_path:
        fail("{}: nothing to generate: installed packages provide every proto of deps. Import those packages instead.".format(label_text(ctx.label)))

    package = _package(ctx, by_path)
    files = [package[path] for path in sorted(package.keys())]
    sources = depset([file for file in files if file.extension == "py"])
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest.json")
    ctx.actions.write(manifest, package_manifest(package.keys()))
    return [
        DefaultInfo(
            files = depset(files),
            runfiles = ctx.runfiles(files = files, transitive_files = library_files(runtime)),
        ),
        PyGrpcInfo(
            importable = depset(transitive = [dep[PyGrpcInfo].importable for dep in ctx.attr.deps]),
            source_prefixes = depset(transitive = [dep[PyGrpcInfo].source_prefixes for dep in ctx.attr.deps]),
            stubs = stubs,
        ),
        PyInfo(
            imports = depset(_imports(ctx), transitive = [dep[PyInfo].imports for dep in runtime]),
            transitive_sources = depset(transitive = [sources] + [dep[PyInfo].transitive_sources for dep in runtime]),
        ),
        OutputGroupInfo(
            package_manifest = depset([manifest]),
            python_sources = sources,
            type_stubs = depset([file for file in files if file.extension == "pyi"]),
        ),
    ]

py_grpc_library = rule(
    doc = """Generates a Python package with the messages and the gRPC services of some protos.

The package is the folder `<name>/` in the output tree of the target's own package: four files for every proto of
`deps` and of what they depend on (`x_pb2.py`, `x_pb2.pyi`, `x_pb2_grpc.py`, `x_pb2_grpc.pyi`), an `__init__.py` in
every folder, and `py.typed`. Imports inside it are relative, so it works under any name and wherever it is copied.
Protos that an installed package brings, `google/protobuf` first of all, are imported from there.

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

Output groups: `python_sources` (`.py`), `type_stubs` (`.pyi`), `package_manifest` (JSON: what a copy of the package
consists of).""",
    implementation = _py_grpc_library_impl,
    attrs = {
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
    },
    provides = [PyInfo, PyGrpcInfo],
    toolchains = [TOOLCHAIN_TYPE],
)
