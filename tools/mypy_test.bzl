"""A test rule that type-checks Python with mypy, on packages that hold `.py` beside `.pyi`."""

load("//bazel/private:python_program.bzl", "import_roots")
load(":python_test.bzl", "PYTHON_ATTRS", "in_runfiles", "python_test")

# The wheels' folders: mypy finds them by the interpreter's path, and their errors are not ours.
_INSTALLED = "/site-packages"

def _checked(files):
    """Returns the Python among some files, without each `.py` that has a `.pyi` beside it.

    mypy takes a module once ("Duplicate module named", https://github.com/bazel-contrib/rules_mypy/issues/125). As
    every checker does when it finds the modules itself, it gets the stub.
    """
    stubs = {file.short_path: None for file in files if file.extension == "pyi"}
    sources = [file for file in files if file.extension in ["py", "pyi"]]
    return [file for file in sources if file.short_path + "i" not in stubs]

def _mypy_test_impl(ctx):
    deps = ctx.attr.deps + ctx.attr._runner_deps
    checked = _checked(ctx.files.srcs)
    roots = [root for root in [ctx.workspace_name] + import_roots(ctx.attr.deps) if not root.endswith(_INSTALLED)]
    test = python_test(
        ctx,
        arguments = [
            "-m",
            "mypy",
            "--strict",
            "--explicit-package-bases",
            "--config-file=",
            "--cache-dir=/dev/null",
        ] + [in_runfiles(file, ctx.workspace_name) for file in checked],
        deps = deps,
        files = checked,
        environment = {"MYPYPATH": roots},
    )
    return [DefaultInfo(executable = test.executable, runfiles = test.runfiles)]

mypy_test = rule(
    doc = "Runs mypy --strict on its sources. Imports are found in `deps` and from the root of the workspace.",
    implementation = _mypy_test_impl,
    attrs = dict(PYTHON_ATTRS, **{
        "deps": attr.label_list(doc = "The libraries that the sources import.", providers = [PyInfo]),
        "srcs": attr.label_list(
            doc = "What to check: files, or targets such as a `py_grpc_library`.",
            mandatory = True,
            allow_files = [".py", ".pyi"],
        ),
        "_runner_deps": attr.label_list(
            default = ["//tools:mypy"],
            providers = [PyInfo],
        ),
    }),
    test = True,
)
