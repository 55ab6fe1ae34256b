"""What a toolchain of any language has: the code generator, the protoc in it, and a plugin."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private:python_program.bzl", "exec_import_root", "import_roots", "interpreter", "library_files")
load(":options.bzl", "check_provided")

GrpcToolchainInfo = provider(
    doc = "What the engine needs to know to generate the files of a language.",
    fields = {
        "files": "(depset[File]) What the code generator reads: itself and the libraries it imports.",
        "import_roots": "(list[string]) Where it imports those libraries from, relative to the execution root.",
        "main": "(File) The program to start.",
        "parameter": "(string) What the plugin is told in any case.",
        "plugin": "(FilesToRunProvider) The protoc plugin, or None when the code generator has it in itself.",
        "provided": "(list[string]) Import path prefixes whose modules installed packages bring.",
        "python": "(PyRuntimeInfo) The interpreter that runs the code generator.",
    },
)

TOOLCHAIN_ATTRS = {
    "codegen": attr.label(
        doc = "The sources of the code generator. Default: this project's own.",
        default = "//codegen",
        cfg = "exec",
    ),
    "codegen_deps": attr.label_list(
        doc = "The libraries that the code generator imports: grpcio-tools and protobuf, and mypy-protobuf for Python. " +
              "Mandatory. Example: `[\"@py_grpc_wheels//:grpcio_tools\", …]`.",
        mandatory = True,
        cfg = "exec",
        providers = [PyInfo],
    ),
    "python": attr.label(
        doc = "The interpreter that runs the code generator, with `PyRuntimeInfo`. Mandatory. " +
              "Example: `@py_grpc_wheels//:python`.",
        mandatory = True,
        cfg = "exec",
        providers = [PyRuntimeInfo],
    ),
    "_main": attr.label(
        default = "//codegen:run.py",
        allow_single_file = True,
        cfg = "exec",
    ),
}

PLUGIN_ATTRS = {
    "parameter": attr.string(
        doc = "What the plugin is told, `--NAME_opt` of protoc. Default: nothing. Example: `target=ts,import_extension=js`.",
    ),
    "plugin": attr.label(
        doc = "The protoc plugin (https://protobuf.dev/reference/other/#plugins). Mandatory. " +
              "Example: `@my_npm//bin:protoc-gen-doc`.",
        mandatory = True,
        cfg = "exec",
        executable = True,
    ),
}

PROVIDED_ATTR = attr.string_list(
    doc = "Import path prefixes, with a slash at the end, whose modules installed packages bring: they are " +
          "imported by their absolute name and never generated. Default: `[\"google/protobuf/\"]`.",
    default = ["google/protobuf/"],
)

def toolchain_info(ctx, plugin = None, parameter = "", provided = []):
    """Gathers what a toolchain has. Values that cannot be meant fail.

    Args:
      ctx: the context of a rule that has TOOLCHAIN_ATTRS.
      plugin: target, the protoc plugin, or None.
      parameter: string, what it is told.
      provided: list of strings, import path prefixes whose modules installed packages bring.

    Returns:
      GrpcToolchainInfo.
    """
    check_provided(ctx.label, provided)
    if "\n" in parameter:
        fail("{}: parameter: \"{}\" must be one line, as protoc takes it".format(label_text(ctx.label), parameter.replace("\n", "\\n")))
    codegen = ctx.attr.codegen_deps
    return GrpcToolchainInfo(
        files = depset(ctx.files.codegen, transitive = [library_files(codegen)]),
        import_roots = [exec_import_root(root, ctx.workspace_name) for root in import_roots(codegen)],
        main = ctx.file._main,
        parameter = parameter,
        plugin = plugin[DefaultInfo].files_to_run if plugin else None,
        provided = provided,
        python = ctx.attr.python[PyRuntimeInfo],
    )

def _grpc_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(grpc = toolchain_info(ctx, ctx.attr.plugin, ctx.attr.parameter))]

grpc_toolchain = rule(
    doc = """Declares a toolchain of a language of which only the plugin matters.

```starlark
grpc_toolchain(
    name = "protoc_gen_doc",
    codegen_deps = ["@py_grpc_wheels//:grpcio_tools", "@py_grpc_wheels//:protobuf"],
    plugin = "//tools:protoc-gen-doc",
    python = "@py_grpc_wheels//:python",
)
```""",
    implementation = _grpc_toolchain_impl,
    attrs = dict(TOOLCHAIN_ATTRS, **PLUGIN_ATTRS),
)

def run_codegen(ctx, toolchain, module, arguments, import_roots = [], inputs = [], transitive_inputs = [], **kwargs):
    """Declares an action that starts a module of the code generator with the toolchain's interpreter.

    Args:
      ctx: the context of a rule or aspect.
      toolchain: GrpcToolchainInfo.
      module: string, the module to start, for example "codegen.driver".
      arguments: Args, the module's own, one a line when they are written to a file.
      import_roots: list of strings, what it imports from beside the toolchain's own libraries.
      inputs: list of File.
      transitive_inputs: list of depsets of File.
      **kwargs: other arguments of `ctx.actions.run`.
    """
    python = interpreter(toolchain.python)
    start = ctx.actions.args()
    start.add_all(["-I", "-S", "-B", toolchain.main])
    start.add_all(import_roots + toolchain.import_roots)
    start.add_all(["--", module])
    arguments.use_param_file("--flagfile=%s")
    arguments.set_param_file_format("multiline")
    ctx.actions.run(
        executable = python.executable,
        arguments = [start, arguments],
        inputs = depset(inputs, transitive = transitive_inputs + [toolchain.files, python.files]),
        execution_requirements = {"block-network": "1"},
        **kwargs
    )
