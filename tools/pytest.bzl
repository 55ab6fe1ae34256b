"""A test rule that runs pytest with the toolchain's interpreter."""

load(":python_test.bzl", "PYTHON_ATTRS", "in_runfiles", "python_test")

def _pytest_test_impl(ctx):
    test = python_test(
        ctx,
        arguments = [in_runfiles(file, ctx.workspace_name) for file in [ctx.file._main] + ctx.files.srcs],
        deps = ctx.attr.deps + ctx.attr._runner_deps,
        files = ctx.files.srcs + ctx.files.data + [ctx.file._main],
    )
    runfiles = test.runfiles
    for dep in ctx.attr.data:
        runfiles = runfiles.merge(dep[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = test.executable, runfiles = runfiles)]

_pytest_test = rule(
    implementation = _pytest_test_impl,
    attrs = dict(PYTHON_ATTRS, **{
        "data": attr.label_list(doc = "Files that the test reads at run time.", allow_files = True),
        "deps": attr.label_list(doc = "The libraries that the test imports.", providers = [PyInfo]),
        "srcs": attr.label_list(doc = "The test files.", mandatory = True, allow_files = [".py"]),
        "_main": attr.label(default = "//tools:pytest_main.py", allow_single_file = True),
        "_runner_deps": attr.label_list(
            default = ["@test_wheels//:" + name for name in ["iniconfig", "packaging", "pluggy", "pygments", "pytest"]],
            providers = [PyInfo],
        ),
    }),
    test = True,
)

def pytest_test(name, size = "medium", tags = [], **kwargs):
    """Declares a test that runs pytest on its sources, with the root of the workspace on `sys.path`.

    Args:
      name: string.
      size: string. Large tests are tagged "exhaustive" (.bazelrc).
      tags: list of strings.
      **kwargs: passed to the rule: `srcs`, `data`, `deps`, and the common test attributes.
    """
    _pytest_test(
        name = name,
        size = size,
        tags = tags + (["exhaustive"] if size == "large" else []),
        **kwargs
    )
