"""A Python protoc plugin as an executable."""

_LAUNCHER = """\
#!/bin/sh
exec {python} -I -S -B "$0.runfiles/{workspace}/{main}" "$0.runfiles/py_grpc_wheels/site-packages"
"""

def _python_plugin_impl(ctx):
    launcher = ctx.actions.declare_file(ctx.label.name)
    python = ctx.attr._python[PyRuntimeInfo].interpreter_path
    content = _LAUNCHER.format(main = ctx.file.main.short_path, python = python, workspace = ctx.workspace_name)
    ctx.actions.write(launcher, content, is_executable = True)
    files = ctx.runfiles([ctx.file.main]).merge(ctx.attr._protobuf[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, runfiles = files)]

python_plugin = rule(
    implementation = _python_plugin_impl,
    attrs = {
        "main": attr.label(allow_single_file = True),
        "_protobuf": attr.label(default = "@py_grpc_wheels//:protobuf"),
        "_python": attr.label(default = "@py_grpc_wheels//:python"),
    },
    executable = True,
)
