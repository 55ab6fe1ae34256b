"""The module extension: what repositories.bzl gives a WORKSPACE, for a MODULE.bazel."""

load(":module_tags.bzl", "choose_toolchain", "collect_repositories")
load(":pip_repository.bzl", "PIP_REPOSITORY_ATTRS", "pip_repository")
load(":proto_repository.bzl", "PROTO_REPOSITORY_ATTRS", "proto_repository")
load(":protobuf_repository.bzl", "protobuf_repository")

# What an extension makes has these names for who uses it; a WORKSPACE has them too.
_WHEELS = "py_grpc_wheels"
_PROTOBUF = "com_google_protobuf"

_REQUIREMENTS_LOCK = Label("//third_party:requirements.txt")

def _py_grpc_impl(module_ctx):
    toolchain, problem = choose_toolchain(module_ctx.modules)
    repositories, clash = collect_repositories(module_ctx.modules, reserved = [_WHEELS, _PROTOBUF])
    if problem or clash:
        fail("\npy_grpc: " + (problem or clash))
    pip_repository(
        name = _WHEELS,
        python_interpreter = toolchain.python_interpreter if toolchain else None,
        requirements_lock = toolchain.requirements_lock if toolchain else _REQUIREMENTS_LOCK,
    )
    protobuf_repository(
        name = _PROTOBUF,
        wheels = "@{}//:BUILD.bazel".format(_WHEELS),
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

py_grpc = module_extension(
    doc = """Makes the repositories of the py_grpc rules.

`@py_grpc_wheels` and `@com_google_protobuf` are always there; `pip_repository` and `proto_repository` make others.

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
        "pip_repository": tag_class(
            doc = "A repository of the wheels of a lock.",
            attrs = dict(_NAME, **PIP_REPOSITORY_ATTRS),
        ),
        "proto_repository": tag_class(
            doc = "A repository of a folder of protos; a relative `path` starts at the root module's workspace.",
            attrs = dict(_NAME, **PROTO_REPOSITORY_ATTRS),
        ),
        "toolchain": _toolchain,
    },
)
