"""`@com_google_protobuf` out of the grpcio-tools wheel: the compiler and the well-known types, nothing compiled."""

load(":label_text.bzl", "apparent_name", "label_text", "repository_text")
load(":well_known_protos.bzl", "proto_library_rule")

_BUILD_HEADER = """\
load("{rules}//bazel/private:protoc_binary.bzl", "protoc_binary")

package(default_visibility = ["//visibility:public"])

protoc_binary(
    name = "protoc",
    deps = ["{wheels}//:grpcio_tools"],
    python = "{wheels}//:python",
)

alias(
    name = "protobuf_python",
    actual = "{wheels}//:protobuf",
)
"""

def _well_known_protos(protos):
    """Returns a dict from import path to file, of what the wheel holds."""
    folder = protos.get_child("google").get_child("protobuf")
    found = {}
    for prefix, entries in [
        ("google/protobuf/", folder.readdir()),
        ("google/protobuf/compiler/", folder.get_child("compiler").readdir()),
    ]:
        for entry in entries:
            if entry.basename.endswith(".proto"):
                found[prefix + entry.basename] = entry
    return found

def _protobuf_repository_impl(repository_ctx):
    wheels = repository_ctx.path(repository_ctx.attr.wheels).dirname
    protos = wheels.get_child("site-packages").get_child("grpc_tools").get_child("_proto")
    if not protos.exists:
        fail("\n@{}: {} holds no grpcio-tools, which carries protoc and the well-known types. Add grpcio-tools to the requirements and lock them again.".format(
            apparent_name(repository_ctx.name),
            label_text(repository_ctx.attr.wheels),
        ))
    build = _BUILD_HEADER.format(
        rules = repository_text(Label("//:BUILD.bazel")),
        wheels = repository_text(repository_ctx.attr.wheels),
    )
    found = _well_known_protos(protos)
    for import_path in sorted(found.keys()):
        repository_ctx.symlink(found[import_path], import_path)
        build += proto_library_rule(import_path, repository_ctx.read(found[import_path]))
    repository_ctx.file("BUILD.bazel", build, executable = False)

protobuf_repository = repository_rule(
    doc = """Makes `@com_google_protobuf` from an installed grpcio-tools wheel.

It has the labels that `proto_library` and people's BUILD files name: `:protoc`, `:timestamp_proto`, `:any_proto` and
every other well-known type, `:protobuf_python`. Nothing is compiled and nothing is downloaded.""",
    implementation = _protobuf_repository_impl,
    attrs = {
        "wheels": attr.label(
            doc = "The BUILD file of a `pip_repository` that holds grpcio-tools and protobuf. " +
                  "Example: `@py_grpc_wheels//:BUILD.bazel`.",
            mandatory = True,
        ),
    },
)
