"""Keeps Bazel 4 off GitHub.

Its own packages load `@rules_cc`, `@rules_java`, `@rules_python` and `@rules_proto`, which it would download as soon as
it resolves a toolchain, only to get at rules that it has built in. Later versions need the real repositories.
"""

# From repository name to the file that people load from it.
_DEFS = {
    "rules_cc": "cc/defs.bzl",
    "rules_java": "java/defs.bzl",
    "rules_proto": "proto/defs.bzl",
    "rules_python": "python/defs.bzl",
}

def _native_rules_repository_impl(repository_ctx):
    folder, _, file = repository_ctx.attr.path.partition("/")
    repository_ctx.symlink(repository_ctx.attr.defs, folder + "/" + file)
    repository_ctx.file(folder + "/BUILD.bazel", executable = False)

_native_rules_repository = repository_rule(
    doc = "A repository of one file, which exports rules that Bazel has built in.",
    implementation = _native_rules_repository_impl,
    attrs = {
        "defs": attr.label(doc = "The file.", mandatory = True, allow_single_file = True),
        "path": attr.string(doc = "Where the repository has it. Example: `cc/defs.bzl`.", mandatory = True),
    },
)

# What `bazel coverage` would run. Every test names it, so it has to exist, but only coverage builds it.
_COVERAGE_BUILD = """\
genrule(
    name = "coverage_report_generator",
    outs = ["coverage_report_generator.sh"],
    cmd = "echo 'bazel coverage needs the real @remote_coverage_tools: declare it in the WORKSPACE before py_grpc_repositories()' >&2; exit 1",
    executable = True,
    visibility = ["//visibility:public"],
)
"""

def _coverage_tools_repository_impl(repository_ctx):
    repository_ctx.file("BUILD.bazel", _COVERAGE_BUILD, executable = False)

_coverage_tools_repository = repository_rule(
    doc = "Stands in for the coverage tools that Bazel 4 would download for every test.",
    implementation = _coverage_tools_repository_impl,
)

def native_rules_repositories():
    """Declares those repositories where Bazel has no use for the real ones and the WORKSPACE has not named any."""

    # Debian's Bazel does not know its own version. This function came with Bazel 5.
    if hasattr(native, "subpackages"):
        return
    if not native.existing_rule("remote_coverage_tools"):
        _coverage_tools_repository(name = "remote_coverage_tools")
    for name in _DEFS:
        if not native.existing_rule(name):
            _native_rules_repository(
                name = name,
                defs = Label("//third_party/bazel4:{}.bzl".format(name)),
                path = _DEFS[name],
            )
