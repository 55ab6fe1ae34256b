"""All that a WORKSPACE needs for py_grpc_library, in one call."""

load(":native_rules_repository.bzl", "native_rules_repositories")
load(":pip_repository.bzl", "pip_repository")
load(":protobuf_repository.bzl", "protobuf_repository")

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
    native_rules_repositories()
    native.register_toolchains(str(Label("//bazel/toolchains:default")))
