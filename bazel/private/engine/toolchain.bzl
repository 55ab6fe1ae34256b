"""The parts common to every language's toolchain: the code generator with its protoc, and a plugin."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private:python_program.bzl", "exec_import_root", "import_roots", "interpreter", "library_files")
load(":options.bzl", "check_provided")

GrpcToolchainInfo = provider(
    doc = "Everything the engine needs to generate a language's files.",
    fields = {
        "files": "(depset[File]) The code generator's files and those of the libraries it imports.",
        "import_roots": "(list[string]) The `sys.path` entries for those libraries, relative to the execution root.",
        "main": "(FilesToRunProvider) The program to run.",
        "parameter": "(string) The parameter that is always passed to the plugin.",
        "plugin": "(FilesToRunProvider) The protoc plugin, or None if it is built into the code generator.",
        "provided": "(list[string]) Import path prefixes whose modules come from installed packages.",
        "python": "(PyRuntimeInfo) The interpreter that runs the code generator.",
    },
)

TOOLCHAIN_ATTRS = {
    "codegen": attr.label(
        doc = "The sources of the code generator.",
        default = "//codegen",
        cfg = "exec",
    ),
    "codegen_deps": attr.label_list(
        doc = "The libraries that the code generator imports: grpcio-tools and protobuf, and mypy-protobuf for Python. " +
              "Example: `[\"@py_grpc_wheels//:grpcio_tools\", \"@py_grpc_wheels//:protobuf\"]`.",
        mandatory = True,
        cfg = "exec",
        providers = [PyInfo],
    ),
    "python": attr.label(
        doc = "The interpreter that runs the code generator, with `PyRuntimeInfo`. " +
              "Example: `\"@py_grpc_wheels//:python\"`.",
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

PLUGIN_ATTR = attr.label(
    doc = "The [protoc plugin](https://protobuf.dev/reference/other/#plugins), an executable. " +
          "Example: `\"@my_npm//bin:protoc-gen-es\"`.",
    mandatory = True,
    cfg = "exec",
    executable = True,
)

PROVIDED_ATTR = attr.string_list(
    doc = "Import path prefixes, with a trailing slash, whose modules come from installed packages. They are " +
          "imported by absolute name and never generated.",
    default = ["google/protobuf/"],
)

def toolchain_info(ctx, plugin = None, parameter = "", provided = []):
    """Collects a toolchain's attributes. Fails on invalid values.

    Args:
      ctx: the context of a rule that has TOOLCHAIN_ATTRS.
      plugin: target, the protoc plugin, or None.
      parameter: string, the plugin's parameter.
      provided: list of strings, import path prefixes whose modules come from installed packages.

    Returns:
      GrpcToolchainInfo.
    """
    check_provided(ctx.label, provided)
    if "\n" in parameter:
        fail("{}: parameter: \"{}\" must be one line".format(label_text(ctx.label), parameter.replace("\n", "\\n")))
    codegen = ctx.attr.codegen_deps
    return GrpcToolchainInfo(
        files = depset(ctx.files.codegen, transitive = [library_files(codegen)]),
        import_roots = [exec_import_root(root, ctx.workspace_name) for root in import_roots(codegen)],
        main = ctx.attr._main[DefaultInfo].files_to_run,
        parameter = parameter,
        plugin = plugin[DefaultInfo].files_to_run if plugin else None,
        provided = provided,
        python = ctx.attr.python[PyRuntimeInfo],
    )

def _grpc_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(grpc = toolchain_info(ctx, ctx.attr.plugin, ctx.attr.parameter))]

grpc_toolchain = rule(
    doc = """Declares a toolchain for a language that only needs a plugin.

```starlark
grpc_toolchain(
    name = "protoc_gen_doc",
    codegen_deps = ["@py_grpc_wheels//:grpcio_tools", "@py_grpc_wheels//:protobuf"],
    plugin = "//tools:protoc-gen-doc",
    python = "@py_grpc_wheels//:python",
)
```""",
    implementation = _grpc_toolchain_impl,
    attrs = dict(
        TOOLCHAIN_ATTRS,
        parameter = attr.string(
            doc = "The parameter that the plugin always gets, as with protoc's `--NAME_opt`, in one line. " +
                  "Example: `\"paths=source_relative\"`.",
        ),
        plugin = PLUGIN_ATTR,
    ),
)

# https://bazel.build/remote/creating. The worker takes itself off the network, so it needs no sandbox for that.
_WORKER = {
    "requires-worker-protocol": "proto",
    "supports-worker-cancellation": "1",
    "supports-workers": "1",
    # All kinds of actions share workers.
    "worker-key-mnemonic": "GrpcCodegen",
}

def run_codegen(ctx, toolchain, module, arguments, import_roots = [], tools = [], transitive_inputs = [], inputs = [], has_worker = True, **kwargs):
    """Declares an action that runs a module of the code generator with the toolchain's interpreter.

    Args:
      ctx: the context of a rule or aspect.
      toolchain: GrpcToolchainInfo.
      module: string, the module to run, for example "codegen.driver".
      arguments: Args, the module's arguments. They go to a params file, one per line.
      import_roots: list of strings, additional `sys.path` entries before those of the toolchain's libraries.
      tools: list of what `ctx.actions.run` takes as tools.
      transitive_inputs: list of depsets of File.
      inputs: list of File.
      has_worker: bool, whether a persistent worker may run it: the module leaves no state behind.
      **kwargs: other arguments of `ctx.actions.run`.
    """
    python = interpreter(toolchain.python)
    start = ctx.actions.args()
    start.add_all(["-I", "-S", "-B", toolchain.main.executable])
    start.add_all(import_roots + toolchain.import_roots)
    start.add_all(["--", module])

    # A worker gets all arguments in one file.
    arguments.use_param_file("--flagfile=%s", use_always = True)
    arguments.set_param_file_format("multiline")
    ctx.actions.run(
        executable = python.executable,
        arguments = [start, arguments],
        inputs = depset(inputs, transitive = transitive_inputs + [toolchain.files, python.files]),
        tools = tools + [toolchain.main],
        execution_requirements = dict({"block-network": "1"}, **(_WORKER if has_worker else {})),
        **kwargs
    )
