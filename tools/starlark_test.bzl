"""Table-driven tests of pure Starlark functions.

The functions run and are compared when Bazel loads the BUILD file. The test reports the results.
"""

def _starlark_test_impl(ctx):
    launcher = ctx.actions.declare_file(ctx.label.name)
    lines = ["#!/bin/sh", "cat <<'END'"] + ctx.attr.failures
    lines += ["{} passed, {} failed".format(ctx.attr.passed, len(ctx.attr.failures)), "END"]
    ctx.actions.write(
        output = launcher,
        content = "\n".join(lines + ["exit {}".format(1 if ctx.attr.failures or not ctx.attr.passed else 0)]),
        is_executable = True,
    )
    return [DefaultInfo(executable = launcher)]

_starlark_test = rule(
    implementation = _starlark_test_impl,
    attrs = {
        "failures": attr.string_list(),
        "passed": attr.int(),
    },
    test = True,
)

def starlark_test(name, cases):
    """Declares a test that passes if each case's two values are equal.

    Args:
      name: string, the target's name.
      cases: dict from case name (string) to a tuple of the actual and the expected value.
    """
    failures = [
        "{}: got {}, want {}".format(what, repr(cases[what][0]), repr(cases[what][1]))
        for what in cases
        if cases[what][0] != cases[what][1]
    ]
    _starlark_test(name = name, failures = failures, passed = len(cases) - len(failures), size = "small")
