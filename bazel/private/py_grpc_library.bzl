"""py_grpc_library: an importable, typed Python package out of proto_library targets."""

load(":label_text.bzl", "label_text")
load(":package_manifest.bzl", "MARKER", "TYPING_MARKER", "package_manifest")
load(":proto_paths.bzl", "package_folders")
load(":py_grpc_aspect.bzl", "py_grpc_aspect")
load(":py_grpc_generate.bzl", "TOOLCHAIN_TYPE", "TYPE_STUB_GENERATORS", "codegen_arguments", "generate", "generate_options", "prefix_argument")
load(":py_grpc_info.bzl", "PyGrpcInfo")
load(":python_program.bzl", "interpreter", "library_files")

# What every `__init__.py` of a package says.
_INIT = MARKER + ". Do not edit."

def _options(ctx):
    """Returns what the attributes want of the generated files, after a look at them."""
    for prefix in ctx.attr.provided:
        if not prefix.endswith("/"):
            fail("{}: provided: \"{}\" must end in a slash: \"{}/\"".format(label_text(ctx.label), prefix, prefix))
    for pattern in ctx.attr.exclude:
        if not pattern.endswith("/") and not pattern.endswith(".proto"):
            fail("{}: exclude: \"{}\" must be a proto's import path, or a folder with a slash at the end: \"{}/\"".format(
                label_text(ctx.label),
                pattern,
                pattern,
            ))
    prefix = ctx.attr.descriptor_prefix
    if prefix != prefix.strip("/"):
        fail("{}: descriptor_prefix: \"{}\" must not start or end with a slash: \"{}\"".format(label_text(ctx.label), prefix, prefix.strip("/")))
    return generate_options(
        ctx.toolchains[TOOLCHAIN_TYPE].py_grpc,
        concrete_servicers = ctx.attr.concrete_servicers,
        descriptor_prefix = prefix,
        exclude = ctx.attr.exclude,
        provided = ctx.attr.provided,
        type_stubs = ctx.attr.type_stubs,
    )

def _generated(ctx, options):
    """Returns a struct of `stubs` and `warnings`, depsets: those that all packages share, or some of its own."""
    if options == generate_options(ctx.toolchains[TOOLCHAIN_TYPE].py_grpc):
        return struct(
            stubs = depset(transitive = [dep[PyGrpcInfo].stubs for dep in ctx.attr.deps]),
            warnings = depset(transitive = [dep[PyGrpcInfo].warnings for dep in ctx.attr.deps]),
        )
    own = [
        generate(ctx, library, "_py_grpc/{}/{}".format(ctx.label.name, _label_folder(library.label)), options)
        for library in depset(transitive = [dep[PyGrpcInfo].libraries for dep in ctx.attr.deps]).to_list()
    ]
    return struct(
        stubs = depset([stub for part in own for stub in part.stubs]),
        warnings = depset([file for part in own for file in part.warnings]),
    )

def _label_folder(label):
    """Returns a folder for what is made of a label: "@x//a:b" gives "x/a/b"."""
    return "/".join([part for part in [label.workspace_name, label.package, label.name] if part])

def _stubs_by_path(ctx, stubs):
    """Returns a dict from path below the package to `PyGrpcInfo.stubs` struct; two owners of a path are an error."""
    by_path = {}
    for stub in stubs.to_list():
        other = by_path.get(stub.path)
        if other:
            _fail_of_two(ctx, other, stub, "both become " + stub.path)
        by_path[stub.path] = stub
    for stub in by_path.values():
        for folder in package_folders([stub.path]):
            # Python finds a folder before it finds the module of that name.
            module = by_path.get(folder[:-1] + ".py")
            if module:
                _fail_of_two(ctx, module, stub, "both become " + folder[:-1])
    return by_path

def _fail_of_two(ctx, one, other, why):
    fail("{}: {} of {} and {} of {} {}. Rename one, or leave one out.".format(
        label_text(ctx.label),
        one.proto,
        label_text(one.label),
        other.proto,
        label_text(other.label),
        why,
    ))

def _check_package(ctx, by_path, generated, init, warnings):
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
    args.add("--warnings-out", warnings)
    args.add_all(generated.warnings, before_each = "--warnings")
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
            transitive = [info.transitive_sources for info in infos] + [generated.warnings, toolchain.files, python.files],
        ),
        outputs = [init, warnings],
        mnemonic = "PyGrpcCheckPackage",
        progress_message = "Checking the protos of {}".format(label_text(ctx.label)),
        execution_requirements = {"block-network": "1"},
    )

def _package(ctx, by_path, generated, warnings):
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
    _check_package(ctx, by_path, generated, checked, warnings)
    files["__init__.py"] = ctx.actions.declare_file("{}/__init__.py".format(ctx.label.name))
    ctx.actions.symlink(output = files["__init__.py"], target_file = checked)
    return files

def _imports(ctx):
    """Returns the `sys.path` entries of the library, relative to the runfiles root."""
    repository = ctx.label.workspace_name or ctx.workspace_name
    package = "/".join([part for part in [repository, ctx.label.package] if part])
    return [repository] + [package if entry == "." else package + "/" + entry for entry in ctx.attr.imports]

def _py_grpc_library_impl(ctx):
    runtime = ctx.toolchains[TOOLCHAIN_TYPE].py_grpc.runtime + ctx.attr.provided_by
    generated = _generated(ctx, _options(ctx))
    by_path = _stubs_by_path(ctx, generated.stubs)
    if not by_path:
        fail("{}: nothing to generate: {}.".format(label_text(ctx.label), _why_nothing(ctx)))

    warnings = ctx.actions.declare_file(ctx.label.name + ".warnings")
    package = _package(ctx, by_path, generated, warnings)
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

def _why_nothing(ctx):
    """Returns why a package would be empty, and what to do."""
    libraries = depset(transitive = [dep[PyGrpcInfo].libraries for dep in ctx.attr.deps]).to_list()
    if not [library for library in libraries if library.protos]:
        return "deps have no protos. Give a proto_library among them srcs"
    return "installed packages provide every proto of deps, or exclude leaves it out. Import those packages instead"

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

Output groups: `python_sources` (`.py`), `type_stubs` (`.pyi`), `package_manifest` (`<name>.manifest.json`: what a copy
of the package consists of), `package_warnings` (`<name>.warnings`: what could not be generated as it should, a line
each).""",
    implementation = _py_grpc_library_impl,
    attrs = {
        "concrete_servicers": attr.bool(
            doc = "Whether a servicer may leave methods out: type checkers then take them for what they are at run " +
                  "time, answers of UNIMPLEMENTED, and not for abstract. Default: `False`.",
        ),
        "deps": attr.label_list(
            doc = "The `proto_library` targets to generate from; what they depend on comes along. Mandatory. " +
                  "Example: `[\":trading_proto\"]`.",
            mandatory = True,
            allow_empty = False,
            providers = [ProtoInfo],
            aspects = [py_grpc_aspect],
        ),
        "descriptor_prefix": attr.string(
            doc = "Goes before the names that the protos have in Python's descriptor pool, so that another package of " +
                  "the same process may have a `common.proto` too. What is sent stays the same. Default: none. " +
                  "Example: `\"jts\"` registers `jts/common.proto`.",
        ),
        "exclude": attr.string_list(
            doc = "Protos that nothing is generated for: import paths, or folders with a slash at the end. A proto " +
                  "that imports one of them has to be left out with it. Default: none. " +
                  "Example: `[\"internal/\", \"debug.proto\"]`.",
        ),
        "imports": attr.string_list(
            doc = "Folders to put on `sys.path` beside the root of the repository, relative to the target's package. " +
                  "Default: none. Example: `[\".\"]` lets a dependent write `from py_stubs import trading_pb2`.",
        ),
        "provided": attr.string_list(
            doc = "Folders of protos, with a slash at the end, whose modules an installed package brings: they are " +
                  "imported by their absolute name and not generated. Default: only what the toolchain says, " +
                  "`google/protobuf/`. Example: `[\"google/api/\", \"google/rpc/\", \"google/type/\"]` with " +
                  "googleapis-common-protos.",
        ),
        "provided_by": attr.label_list(
            doc = "The libraries that bring them, for dependents at run time. Default: none. " +
                  "Example: `[\"@pypi//googleapis_common_protos\"]`.",
            providers = [PyInfo],
        ),
        "type_stubs": attr.string(
            doc = "Who writes the type stubs of messages. Another one does it for a file that this one cannot do. " +
                  "Default: `mypy-protobuf`; `protoc` knows less of types and nothing of comments.",
            default = TYPE_STUB_GENERATORS[0],
            values = TYPE_STUB_GENERATORS,
        ),
    },
    provides = [PyInfo, PyGrpcInfo],
    toolchains = [TOOLCHAIN_TYPE],
)
