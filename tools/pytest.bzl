"""A test rule that runs pytest with the toolchain's interpreter.

Unlike py_test it needs no launcher called `python` on PATH and no C++ toolchain, and starts one interpreter, not two.
"""

load("//bazel/private:python_program.bzl", "import_roots", "interpreter", "library_files", "runfiles_path")

_LAUNCHER = """\
#!/bin/sh
export PYTHONPATH="{path}" PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1
exec {python} -s -S -B "$TEST_SRCDIR/{main}" {files} "$@"
"""

def _pytest_test_impl(ctx):
    deps = ctx.attr.deps + ctx.attr._runner_deps
    python = interpreter(ctx.attr._python[PyRuntimeInfo])
    roots = [ctx.workspace_name] + import_roots(deps)
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        output = launcher,
        content = _LAUNCHER.format(
            files = " ".join(["\"$TEST_SRCDIR/{}\"".format(runfiles_path(file, ctx.workspace_name)) for file in ctx.files.srcs]),
            main = runfiles_path(ctx.file._main, ctx.workspace_name),
            path = ":".join(["$TEST_SRCDIR/" + root for root in roots]),
            python = python.executable,
        ),
        is_executable = True,
    )
    runfiles = ctx.runfiles(
        files = ctx.files.srcs + ctx.files.data + [ctx.file._main],
        transitive_files = depset(transitive = [python.files, library_files(deps)]),
    )
    for dep in ctx.attr.data:
        runfiles = runfiles.merge(dep[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

pytest_test = rule(
    doc = "Runs pytest on its sources. The root of the workspace is on `sys.path`.",
    implementation = _pytest_test_impl,
    attrs = {
        "data": attr.label_list(doc = "Files that the test reads at run time.", allow_files = True),
        "deps": attr.label_list(doc = "The libraries that the test imports.", providers = [PyInfo]),
        "srcs": attr.label_list(doc = "The test files.", mandatory = True, allow_files = [".py"]),
        "_main": attr.label(default = "//tools:pytest_main.py", allow_single_file = True),
        "_python": attr.label(default = "@test_wheels//:python", providers = [PyRuntimeInfo]),
        "_runner_deps": attr.label_list(
            default = ["@test_wheels//:" + name for name in ["iniconfig", "packaging", "pluggy", "pygments", "pytest"]],
            providers = [PyInfo],
        ),
    },
    test = True,
)
