"""Runs a Python program as a test with the toolchain's interpreter. Shared by pytest_test and mypy_test.

Unlike py_test, it needs no program called `python` on PATH and no C++ toolchain, and starts one interpreter, not two.
"""

load("//bazel/private:python_program.bzl", "import_roots", "interpreter", "library_files", "runfiles_path")

_LAUNCHER = """\
#!/bin/sh
export {environment}
exec {python} -s -S -B {arguments} "$@"
"""

# The attributes that `python_test` requires in a rule.
PYTHON_ATTRS = {
    "_python": attr.label(default = "@test_wheels//:python", providers = [PyRuntimeInfo]),
}

def in_runfiles(file, workspace_name):
    """Returns a file's run-time path, quoted for the launcher."""
    return "\"$TEST_SRCDIR/{}\"".format(runfiles_path(file, workspace_name))

def python_test(ctx, arguments, deps, files, environment = {}):
    """Writes the launcher of a test.

    Args:
      ctx: the context of a rule with `PYTHON_ATTRS`.
      arguments: list of strings, shell words that follow the interpreter's own options.
      deps: list of targets with `PyInfo`, importable by the test.
      files: list of File, other files that the test reads.
      environment: dict from variable name to a list of folders, relative to the runfiles root.

    Returns:
      A struct of `executable` (File) and `runfiles`, for `DefaultInfo`.
    """
    python = interpreter(ctx.attr._python[PyRuntimeInfo])
    paths = dict(environment, PYTHONPATH = [ctx.workspace_name] + import_roots(deps))
    exports = ["{}=\"{}\"".format(name, ":".join(["$TEST_SRCDIR/" + root for root in roots])) for name, roots in paths.items()]
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        output = launcher,
        content = _LAUNCHER.format(
            arguments = " ".join(arguments),
            environment = " ".join(exports + ["PYTHONNOUSERSITE=1", "PYTHONDONTWRITEBYTECODE=1"]),
            python = python.executable,
        ),
        is_executable = True,
    )
    return struct(
        executable = launcher,
        runfiles = ctx.runfiles(
            files = files,
            transitive_files = depset(transitive = [python.files, library_files(deps)]),
        ),
    )
