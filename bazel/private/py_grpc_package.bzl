"""The files of a package: stubs under one roof, the markers, and the check that all of them go together."""

load(":label_text.bzl", "label_text")
load(":package_manifest.bzl", "REQUIREMENTS", "TYPING_MARKER")
load(":proto_paths.bzl", "package_folders")
load(":py_grpc_generate.bzl", "TOOLCHAIN_TYPE", "codegen_arguments", "prefix_argument")
load(":py_grpc_info.bzl", "PyGrpcInfo")
load(":python_program.bzl", "interpreter", "metadata_files")

def stubs_by_path(ctx, stubs):
    """Returns the stubs of a package by their paths; two owners of a path are an error.

    Args:
      ctx: the context of a py_grpc_library.
      stubs: depset of `PyGrpcInfo.stubs` structs.

    Returns:
      Dict from path below the package to struct.
    """
    by_path = {}
    for stub in stubs.to_list():
        other = by_path.get(stub.path)
        if other:
            _fail_of_two(ctx, other, stub, stub.path)
        by_path[stub.path] = stub
    for stub in by_path.values():
        for folder in package_folders([stub.path]):
            # Python finds a folder before it finds the module of that name.
            module = by_path.get(folder[:-1] + ".py")
            if module:
                _fail_of_two(ctx, module, stub, folder[:-1])
    return by_path

def _fail_of_two(ctx, one, other, both):
    fail("{}: {} of {} and {} of {} both become {}. Rename one, or leave one out.".format(
        label_text(ctx.label),
        one.proto,
        label_text(one.label),
        other.proto,
        label_text(other.label),
        both,
    ))

def _package_files_action(ctx, by_path, generated, folders, outputs, warnings):
    """Declares the action that writes what a package has as a whole, once all protos have been compiled together.

    Writing the root `__init__.py` is what makes every build of the package run the check.
    """
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE].py_grpc
    python = interpreter(toolchain.python)
    infos = [dep[ProtoInfo] for dep in ctx.attr.deps]
    stubs = by_path.values()
    args = ctx.actions.args()
    args.use_param_file("--flagfile=%s")
    args.set_param_file_format("multiline")
    args.add("--label", label_text(ctx.label))
    args.add("--out", outputs[0].dirname)
    args.add_all(folders, before_each = "--folder")
    args.add("--warnings-out", warnings)
    args.add_all(generated.warnings, before_each = "--warnings")
    args.add_all(depset(transitive = [info.transitive_proto_path for info in infos]), before_each = "--proto-path")
    prefixes = depset(transitive = [dep[PyGrpcInfo].source_prefixes for dep in ctx.attr.deps])
    args.add_all(prefixes, map_each = prefix_argument)
    args.add_all({stub.proto: True for stub in stubs}.keys(), before_each = "--proto")

    # The files of one proto tell the versions of all.
    one = [stub.file for stub in stubs if stub.proto == stubs[0].proto and stub.path.endswith(".py")]
    args.add_all(one, before_each = "--generated")
    metadata = {file: None for file in toolchain.runtime_metadata + metadata_files(ctx.attr.provided_by)}.keys()
    args.add_all(metadata, before_each = "--runtime-metadata")
    if ctx.attr.lazy_exports:
        args.add("--lazy-exports")
    ctx.actions.run(
        executable = python.executable,
        arguments = [codegen_arguments(ctx, "codegen.package_files"), args],
        # After the stubs: a proto that is wrong by itself is reported for its own library.
        inputs = depset(
            [stub.file for stub in stubs if stub.path.endswith(".py")] + metadata,
            transitive = [info.transitive_sources for info in infos] + [generated.warnings, toolchain.files, python.files],
        ),
        # The first one names the file of arguments, which is to lie outside of the package.
        outputs = [warnings] + outputs,
        mnemonic = "PyGrpcPackage",
        progress_message = "Putting together the package {}".format(label_text(ctx.label)),
        execution_requirements = {"block-network": "1"},
    )

def declare_package(ctx, by_path, generated, warnings):
    """Declares the files of a package: the stubs, the package markers, what it requires, the typing marker.

    Args:
      ctx: the context of a py_grpc_library.
      by_path: dict, from stubs_by_path.
      generated: struct with `warnings` (depset of File), what the generation of each library had to say.
      warnings: File, to gather them in.

    Returns:
      Dict from path below the package to File.
    """
    folders = package_folders(by_path.keys())
    written = [REQUIREMENTS] + [folder + "__init__.py" for folder in folders]
    files = {
        path: ctx.actions.declare_file("{}/{}".format(ctx.label.name, path))
        for path in by_path.keys() + written + [TYPING_MARKER]
    }
    for path in by_path:
        ctx.actions.symlink(output = files[path], target_file = by_path[path].file)
    ctx.actions.write(files[TYPING_MARKER], "")
    _package_files_action(ctx, by_path, generated, folders, [files[path] for path in written], warnings)
    return files
