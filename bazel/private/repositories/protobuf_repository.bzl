"""`@com_google_protobuf` out of the grpcio-tools wheel: the compiler and the well-known types, nothing compiled."""

load("//bazel/private:label_text.bzl", "fail_in", "label_text", "repository_text")
load("//bazel/private:python_program.bzl", "import_roots", "interpreter", "library_files", "runfiles_path")

# -I -S: neither the environment nor the machine's own packages have a say in what is compiled.
_LAUNCHER = """\
#!/bin/sh
runfiles="${{RUNFILES_DIR:-$0.runfiles}}"
exec {python} -I -S -B "$runfiles/{main}" {roots} -- codegen.protoc "$@"
"""

def _protoc_binary_impl(ctx):
    python = interpreter(ctx.attr.python[PyRuntimeInfo])
    executable = python.executable
    if type(executable) != type(""):
        executable = "\"$runfiles/{}\"".format(runfiles_path(executable, ctx.workspace_name))
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        output = launcher,
        content = _LAUNCHER.format(
            python = executable,
            main = runfiles_path(ctx.file._main, ctx.workspace_name),
            roots = " ".join(["\"$runfiles/{}\"".format(root) for root in import_roots(ctx.attr.deps)]),
        ),
        is_executable = True,
    )
    files = depset([ctx.file._main] + ctx.files._codegen, transitive = [python.files, library_files(ctx.attr.deps)])
    return [DefaultInfo(executable = launcher, runfiles = ctx.runfiles(transitive_files = files))]

protoc_binary = rule(
    doc = "An executable that runs the protoc of an installed grpcio-tools. Takes protoc's own arguments.",
    implementation = _protoc_binary_impl,
    attrs = {
        "deps": attr.label_list(
            doc = "The distribution that carries the compiler. Example: `[\"@py_grpc_wheels//:grpcio_tools\"]`.",
            mandatory = True,
            providers = [PyInfo],
        ),
        "python": attr.label(
            doc = "The interpreter that the wheel was installed for. Example: `@py_grpc_wheels//:python`.",
            mandatory = True,
            providers = [PyRuntimeInfo],
        ),
        "_codegen": attr.label(default = "//codegen"),
        "_main": attr.label(default = "//codegen:run.py", allow_single_file = True),
    },
    executable = True,
)

def proto_library_name(import_path):
    """Returns the name that protobuf's own repository gives the `proto_library` of a well-known type.

    Args:
      import_path: string, for example "google/protobuf/timestamp.proto" or "google/protobuf/compiler/plugin.proto".

    Returns:
      String, for example "timestamp_proto" or "compiler_plugin_proto".
    """
    relative = import_path[len("google/protobuf/"):-len(".proto")]
    return relative.replace("/", "_") + "_proto"

def imports_of(source):
    """Returns what a well-known type imports.

    The files of the compiler's own release write one import statement a line and none inside a comment block, so
    lines are enough here.

    Args:
      source: string, the text of a `.proto` file.

    Returns:
      List of strings: the import paths in the order of the file.
    """
    lines = [line.strip() for line in source.split("\n")]
    return [line.split("\"")[1] for line in lines if line.startswith("import ") and line.count("\"") == 2]

def proto_library_rule(import_path, source):
    """Returns the BUILD text of the `proto_library` of a well-known type.

    Args:
      import_path: string, where the file lies in the repository and what it is imported by.
      source: string, the text of the file.

    Returns:
      String: one `proto_library` whose deps are exactly what the file imports.
    """
    return "\nproto_library(\n    name = {},\n    srcs = {},\n    deps = {},\n)\n".format(
        repr(proto_library_name(import_path)),
        repr([import_path]),
        repr(sorted([":" + proto_library_name(path) for path in imports_of(source)])),
    )

_BUILD_HEADER = """\
load("{rules}//bazel/private/repositories:protobuf_repository.bzl", "protoc_binary")

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
        fail_in(repository_ctx, "{} holds no grpcio-tools, which carries protoc and the well-known types. Add grpcio-tools to the requirements and lock them again.".format(
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
