"""protoc as an executable: the compiler of the grpcio-tools wheel behind the command line of the real one."""

load(":python_program.bzl", "import_roots", "interpreter", "library_files", "runfiles_path")

# -I -S: neither the environment nor the machine's own packages have a say in what is compiled.
_LAUNCHER = """\
#!/bin/sh
runfiles="${{RUNFILES_DIR:-$0.runfiles}}"
exec {python} -I -S -B "$runfiles/{main}" {roots} -- codegen.protoc "$@"
"""

def _protoc_binary_impl(ctx):
    python = interpreter(ctx.attr.python[PyRuntimeInfo])
    executable = python.executable
    if type(executable) != type(""):
        executable = "\"$runfiles/{}\"".format(runfiles_path(executable, ctx.workspace_name))
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        output = launcher,
        content = _LAUNCHER.format(
            python = executable,
            main = runfiles_path(ctx.file._main, ctx.workspace_name),
            roots = " ".join(["\"$runfiles/{}\"".format(root) for root in import_roots(ctx.attr.deps)]),
        ),
        is_executable = True,
    )
    files = depset([ctx.file._main] + ctx.files._codegen, transitive = [python.files, library_files(ctx.attr.deps)])
    return [DefaultInfo(executable = launcher, runfiles = ctx.runfiles(transitive_files = files))]

protoc_binary = rule(
    doc = "An executable that runs the protoc of an installed grpcio-tools. Takes protoc's own arguments.",
    implementation = _protoc_binary_impl,
    attrs = {
        "deps": attr.label_list(
            doc = "The distribution that carries the compiler. Example: `[\"@py_grpc_wheels//:grpcio_tools\"]`.",
            mandatory = True,
            providers = [PyInfo],
        ),
        "python": attr.label(
            doc = "The interpreter that the wheel was installed for. Example: `@py_grpc_wheels//:python`.",
            mandatory = True,
            providers = [PyRuntimeInfo],
        ),
        "_codegen": attr.label(default = "//codegen"),
        "_main": attr.label(default = "//codegen:run.py", allow_single_file = True),
    },
    executable = True,
)
