"""The py_grpc toolchain: which protoc and plugins make the stubs, and on which libraries they run."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private:python_program.bzl", "exec_import_root", "import_roots", "library_files", "metadata_files")

PyGrpcToolchainInfo = provider(
    doc = "What the py_grpc rules need to know to generate and to run stubs.",
    fields = {
        "files": "(depset[File]) What the code generator reads: itself and the libraries it imports.",
        "import_roots": "(list[string]) Where it imports those libraries from, relative to the execution root.",
        "main": "(File) The program to start.",
        "provided": "(list[string]) Import path prefixes whose modules installed packages bring.",
        "python": "(PyRuntimeInfo) The interpreter that runs the code generator.",
        "runtime": "(list[Target]) The libraries that stubs import, with PyInfo.",
        "runtime_metadata": "(list[File]) What the wheels among them say of their version.",
    },
)

def _py_grpc_toolchain_impl(ctx):
    for prefix in ctx.attr.provided:
        if not prefix.endswith("/"):
            fail("{}: provided: \"{}\" must end in a slash: \"{}/\"".format(label_text(ctx.label), prefix, prefix))
    codegen = ctx.attr.codegen_deps
    return [platform_common.ToolchainInfo(py_grpc = PyGrpcToolchainInfo(
        files = depset(ctx.files.codegen, transitive = [library_files(codegen)]),
        import_roots = [exec_import_root(root, ctx.workspace_name) for root in import_roots(codegen)],
        main = ctx.file._main,
        provided = ctx.attr.provided,
        python = ctx.attr.python[PyRuntimeInfo],
        runtime = ctx.attr.runtime,
        runtime_metadata = metadata_files(ctx.attr.runtime),
    ))]

py_grpc_toolchain = rule(
    doc = """Declares a py_grpc toolchain. A `toolchain` of type `@jts_grpc//bazel/toolchains:toolchain_type` offers it.

```starlark
py_grpc_toolchain(
    name = "my_versions",
    codegen_deps = ["@my_wheels//:grpcio_tools", "@my_wheels//:mypy_protobuf", "@my_wheels//:protobuf"],
    python = "@my_wheels//:python",
    runtime = ["@my_wheels//:grpcio", "@my_wheels//:protobuf", "@my_wheels//:typing_extensions"],
)
```""",
    implementation = _py_grpc_toolchain_impl,
    attrs = {
        "codegen": attr.label(
            doc = "The sources of the code generator. Default: this project's own.",
            default = "//codegen",
            cfg = "exec",
        ),
        "codegen_deps": attr.label_list(
            doc = "The libraries that the code generator imports: grpcio-tools, mypy-protobuf, protobuf. Mandatory. " +
                  "Example: `[\"@py_grpc_wheels//:grpcio_tools\", …]`.",
            mandatory = True,
            cfg = "exec",
            providers = [PyInfo],
        ),
        "provided": attr.string_list(
            doc = "Import path prefixes, with a slash at the end, whose modules installed packages bring: they are " +
                  "imported by their absolute name and never generated. Default: `[\"google/protobuf/\"]`.",
            default = ["google/protobuf/"],
        ),
        "python": attr.label(
            doc = "The interpreter that runs the code generator, with `PyRuntimeInfo`. Mandatory. " +
                  "Example: `@py_grpc_wheels//:python`.",
            mandatory = True,
            cfg = "exec",
            providers = [PyRuntimeInfo],
        ),
        "runtime": attr.label_list(
            doc = "The libraries that stubs import at run time; dependents of a `py_grpc_library` get them. Mandatory. " +
                  "Example: `[\"@py_grpc_wheels//:grpcio\", \"@py_grpc_wheels//:protobuf\"]`.",
            mandatory = True,
            providers = [PyInfo],
        ),
        "_main": attr.label(
            default = "//codegen:run.py",
            allow_single_file = True,
            cfg = "exec",
        ),
    },
)
