"""A test rule that type-checks Python with mypy and supports packages with both `.py` and `.pyi` files."""

load("//bazel/private:python_program.bzl", "import_roots")
load(":python_test.bzl", "PYTHON_ATTRS", "in_runfiles", "python_test")

# The wheels' folders. Not on MYPYPATH: mypy finds them through sys.path, and then ignores their errors.
_INSTALLED = "/site-packages"

def _checked(files):
    """Returns the Python files, without any `.py` that has a `.pyi` beside it.

    mypy rejects both for one module ("Duplicate module named",
    https://github.com/bazel-contrib/rules_mypy/issues/125). The `.pyi` wins, as in a type checker's own module search.
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
    doc = "Runs mypy --strict on its sources. Imports resolve in `deps` and from the root of the workspace.",
    implementation = _mypy_test_impl,
    attrs = dict(PYTHON_ATTRS, **{
        "deps": attr.label_list(doc = "The libraries that the sources import.", providers = [PyInfo]),
        "srcs": attr.label_list(
            doc = "The files to check, or targets such as a `py_grpc_library`.",
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
