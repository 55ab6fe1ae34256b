"""Repositories that keep Bazel 4 from downloading rules from GitHub."""

# Bazel 4's own packages load @rules_cc, @rules_java, @rules_python and @rules_proto. It would download them from GitHub
# to resolve any toolchain, although they only wrap built-in rules. From repository name to the file to load from it.
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
    doc = "A repository with one file that exports Bazel's built-in rules.",
    implementation = _native_rules_repository_impl,
    attrs = {
        "defs": attr.label(doc = "The file.", mandatory = True, allow_single_file = True),
        "path": attr.string(doc = "Its path in the repository. Example: `cc/defs.bzl`.", mandatory = True),
    },
)

# The tool that `bazel coverage` runs. Every test depends on this label, so it must exist, but only coverage builds it.
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
    doc = "A placeholder for the coverage tools that Bazel 4 would download for every test.",
    implementation = _coverage_tools_repository_impl,
)

def bazel4_repositories():
    """Declares the repositories above, on Bazel 4 only. Later versions need the real ones."""

    # Debian's Bazel does not report its version. This function exists since Bazel 5.
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
