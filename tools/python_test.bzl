"""How a test rule starts a program with the toolchain's interpreter: shared by pytest_test and mypy_test.

Unlike py_test it needs no launcher called `python` on PATH and no C++ toolchain, and starts one interpreter, not two.
"""

load("//bazel/private:python_program.bzl", "import_roots", "interpreter", "library_files", "runfiles_path")

_LAUNCHER = """\
#!/bin/sh
export {environment}
exec {python} -s -S -B {arguments} "$@"
"""

# What every rule has that starts its test with `python_test`.
PYTHON_ATTRS = {
    "_python": attr.label(default = "@test_wheels//:python", providers = [PyRuntimeInfo]),
}

def in_runfiles(file, workspace_name):
    """Returns where a test finds a file, as a word of its launcher."""
    return "\"$TEST_SRCDIR/{}\"".format(runfiles_path(file, workspace_name))

def python_test(ctx, arguments, deps, files, environment = {}):
    """Writes the launcher of a test.

    Args:
      ctx: the context of a rule with `PYTHON_ATTRS`.
      arguments: list of strings, words of the shell that follow the interpreter's own options.
      deps: list of targets with `PyInfo`; what they hold can be imported.
      files: list of File, whatever else the test reads.
      environment: dict from the name of a variable to folders for it, relative to the runfiles root.

    Returns:
      A struct of `executable` (File) and `runfiles`, as `DefaultInfo` takes them.
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
