"""py_grpc_wheel: a wheel that contains a generated package."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private:python_program.bzl", "exec_import_root", "import_roots", "library_files")
load("//bazel/private/engine:toolchain.bzl", "run_codegen")
load("//bazel/private/repositories:pip_repository.bzl", "distribution_name")
load(":py_grpc_language.bzl", "PYTHON", "PyGrpcInfo")

def wheel_name(distribution, version):
    """Returns the file name of a platform-independent wheel.

    Args:
      distribution: string, for example "jts-grpc".
      version: string, for example "0.1.0".

    Returns:
      String, for example "jts_grpc-0.1.0-py3-none-any.whl"
        (https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention).
    """
    return "{}-{}-py3-none-any.whl".format(distribution_name(distribution), version)

def relative_path(path, folder):
    """Returns a path relative to a folder.

    Args:
      path: string, for example "python/README.md".
      folder: string, for example "python"; "" is the root.

    Returns:
      String, for example "README.md", or None if the path is outside the folder.
    """
    if not folder:
        # Short paths in external repositories start with dots.
        return None if path.startswith("../") else path
    return path[len(folder) + 1:] if path.startswith(folder + "/") else None

def _project_files(ctx):
    """Returns the project's files, from path to File: its sources and the generated package."""
    project = ctx.file.pyproject.short_path.rpartition("/")[0]
    files = {}
    for file in ctx.files.srcs + [ctx.file.pyproject]:
        path = relative_path(file.short_path, project)
        if path == None:
            fail("{}: srcs: {} is not in the folder of {}. Leave it out, or copy it there.".format(
                label_text(ctx.label),
                file.short_path,
                ctx.file.pyproject.short_path,
            ))
        files[path] = file
    package_dir = ctx.attr.package_dir
    if not package_dir or package_dir.startswith("/") or ".." in package_dir.split("/"):
        fail("{}: package_dir: \"{}\" must be a folder below that of {}, for example \"src/acme/stubs\"".format(
            label_text(ctx.label),
            package_dir,
            ctx.file.pyproject.short_path,
        ))
    for path, file in _package_files(ctx.attr.package).items():
        files["{}/{}".format(package_dir.rstrip("/"), path)] = file
    return files

def _package_files(package):
    """Returns the files of a py_grpc_library by their path inside the package."""
    label = package.label
    repository = "../" + label.workspace_name if label.workspace_name else ""
    root = "/".join([part for part in [repository, label.package, label.name] if part])
    return {relative_path(file.short_path, root): file for file in package[DefaultInfo].files.to_list()}

def _py_grpc_wheel_impl(ctx):
    wheel = ctx.actions.declare_file(wheel_name(ctx.attr.distribution, ctx.attr.version))
    files = _project_files(ctx)
    args = ctx.actions.args()
    args.add("--label", label_text(ctx.label))
    args.add("--package-dir", ctx.attr.package_dir)
    args.add("--out", wheel)
    for path in sorted(files.keys()):
        args.add_all("--file", [path, files[path]])
    run_codegen(
        ctx,
        ctx.toolchains[PYTHON.toolchain_type].grpc,
        "codegen.python.wheel",
        args,
        has_worker = False,
        import_roots = [exec_import_root(root, ctx.workspace_name) for root in import_roots(ctx.attr.build_deps)],
        inputs = files.values(),
        transitive_inputs = [library_files(ctx.attr.build_deps)],
        outputs = [wheel],
        mnemonic = "PyGrpcWheel",
        progress_message = "Building the wheel {}".format(label_text(ctx.label)),
    )
    return [DefaultInfo(files = depset([wheel]), runfiles = ctx.runfiles([wheel]))]

py_grpc_wheel = rule(
    doc = """Builds a wheel with the package of a py_grpc_library, as pip would build it from a checkout.

The output is `<distribution>-<version>-py3-none-any.whl`, reproducible byte for byte. All metadata comes from
pyproject.toml. The package contains a requirements.txt with the versions that its code was generated for; the build
backend can read the dependencies from it.

```starlark
py_grpc_wheel(
    name = "wheel",
    build_deps = ["@build_wheels//:all_distributions"],
    distribution = "jts-grpc",
    package = "//protos:py_stubs",
    package_dir = "src/infrastructure/grpc/generated",
    pyproject = "pyproject.toml",
    version = "0.1.0",
)
```""",
    implementation = _py_grpc_wheel_impl,
    attrs = {
        "build_deps": attr.label_list(
            doc = "The build backend that pyproject.toml names, and its dependencies. " +
                  "Example: `[\"@pypi//hatchling\"]`.",
            mandatory = True,
            cfg = "exec",
            providers = [PyInfo],
        ),
        "distribution": attr.string(
            doc = "The project name in pyproject.toml: Bazel must know the output's name before it reads any file. " +
                  "Example: `\"jts-grpc\"`.",
            mandatory = True,
        ),
        "package": attr.label(
            doc = "The `py_grpc_library`. Example: `\"//protos:py_stubs\"`.",
            mandatory = True,
            providers = [PyGrpcInfo, PyInfo],
        ),
        "package_dir": attr.string(
            doc = "The package's folder in the project, relative to pyproject.toml. " +
                  "Example: `\"src/acme/stubs\"`.",
            mandatory = True,
        ),
        "pyproject": attr.label(
            doc = "The project's pyproject.toml, the source of all metadata. Example: `\"pyproject.toml\"`.",
            mandatory = True,
            allow_single_file = [".toml"],
        ),
        "srcs": attr.label_list(
            doc = "The project's other files, for example a README. They must be in the folder of pyproject.toml. " +
                  "Example: `[\"README.md\", \"//src:hand_written\"]`.",
            allow_files = True,
        ),
        "version": attr.string(
            doc = "The version in pyproject.toml, in its file name form. Example: `\"0.1.0\"`.",
            mandatory = True,
        ),
    },
    toolchains = [PYTHON.toolchain_type],
)
