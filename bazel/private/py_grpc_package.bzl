"""The files of a package: stubs under one roof, the markers, and the check that all of them go together."""

load(":label_text.bzl", "label_text")
load(":package_manifest.bzl", "MARKER", "TYPING_MARKER")
load(":proto_paths.bzl", "package_folders")
load(":py_grpc_generate.bzl", "TOOLCHAIN_TYPE", "codegen_arguments", "prefix_argument")
load(":py_grpc_info.bzl", "PyGrpcInfo")
load(":python_program.bzl", "interpreter")

# What every `__init__.py` of a package says.
_INIT = MARKER + ". Do not edit."

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

def declare_package(ctx, by_path, generated, warnings):
    """Declares the files of a package: the stubs, the package markers, the typing marker.

    Args:
      ctx: the context of a py_grpc_library.
      by_path: dict, from stubs_by_path.
      generated: struct with `warnings` (depset of File), what the generation of each library had to say.
      warnings: File, to gather them in.

    Returns:
      Dict from path below the package to File.
    """
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
