"""The py_grpc toolchain: the protoc and plugins that generate stubs, and the stubs' run-time libraries."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private:python_program.bzl", "installed_modules", "metadata_files")
load("//bazel/private/engine:toolchain.bzl", "PROVIDED_ATTR", "TOOLCHAIN_ATTRS", "toolchain_info")

# The oldest versions that work. Before 1.72, grpcio-tools does not say which protobuf its code needs; before 5.0,
# mypy-protobuf writes imports that cannot be made relative, and 5.0 needs protobuf 6.32.1.
_FLOORS = {
    "grpcio-tools": "1.72",
    "mypy-protobuf": "5.0",
    "protobuf": "6.32.1",
}

PyGrpcToolchainInfo = provider(
    doc = "The run-time libraries of Python stubs.",
    fields = {
        "beside": "(dict[string, File]) The generated modules that users have beside the stubs, by `a/b_pb2.py`.",
        "runtime": "(list[Target]) The libraries that stubs import, with PyInfo.",
        "runtime_metadata": "(list[File]) The METADATA files of the wheels among them, for their versions.",
    },
)

def _release(version):
    """Returns the release numbers of a version: "1.72.0rc1" gives [1, 72]."""
    numbers = []
    for part in version.split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return numbers

def outdated(paths, floors = _FLOORS):
    """Returns the distributions that are too old.

    Args:
      paths: list of strings, paths of their METADATA, such as "x/mypy_protobuf-4.0.0.dist-info/METADATA".
      floors: dict from the name of a distribution to its oldest version that works.

    Returns:
      List of strings, such as "mypy-protobuf 4.0.0".
    """
    found = []
    for path in paths:
        name, _, version = path.split("/")[-2][:-len(".dist-info")].partition("-")
        name = name.lower().replace("_", "-")
        if name in floors and _release(version) < _release(floors[name]):
            found.append("{} {}".format(name, version))
    return found

def _check_versions(ctx):
    old = outdated([file.path for file in metadata_files(ctx.attr.codegen_deps)])
    if old:
        fail("{}: {} in codegen_deps is too old: lock {} or newer".format(
            label_text(ctx.label),
            " and ".join(old),
            ", ".join(["{} {}".format(name, _FLOORS[name]) for name in _FLOORS]),
        ))

def _py_grpc_toolchain_impl(ctx):
    _check_versions(ctx)
    return [platform_common.ToolchainInfo(
        grpc = toolchain_info(ctx, provided = ctx.attr.provided),
        py_grpc = PyGrpcToolchainInfo(
            beside = {path: file for target in ctx.attr.beside for path, file in installed_modules(target).items()},
            runtime = ctx.attr.runtime,
            runtime_metadata = metadata_files(ctx.attr.runtime),
        ),
    )]

py_grpc_toolchain = rule(
    doc = """Declares a py_grpc toolchain, for a `toolchain` of type `@jts_grpc//bazel/toolchains:py_toolchain_type`.

```starlark
py_grpc_toolchain(
    name = "my_versions",
    codegen_deps = ["@my_wheels//:grpcio_tools", "@my_wheels//:mypy_protobuf", "@my_wheels//:protobuf"],
    python = "@my_wheels//:python",
    runtime = ["@my_wheels//:grpcio", "@my_wheels//:protobuf", "@my_wheels//:typing_extensions"],
)
```""",
    implementation = _py_grpc_toolchain_impl,
    attrs = dict(
        TOOLCHAIN_ATTRS,
        beside = attr.label_list(
            doc = "Libraries that users are likely to import in the same process as the stubs. A package that has " +
                  "another version of one of their protos gets a warning. " +
                  "Example: `[\"@py_grpc_wheels//:all_distributions\"]`.",
            providers = [PyInfo],
        ),
        provided = PROVIDED_ATTR,
        runtime = attr.label_list(
            doc = "The libraries that stubs import at run time, passed on to dependents. " +
                  "Example: `[\"@py_grpc_wheels//:grpcio\", \"@py_grpc_wheels//:protobuf\"]`.",
            mandatory = True,
            providers = [PyInfo],
        ),
    ),
)
