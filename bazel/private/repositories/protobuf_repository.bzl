"""`@com_google_protobuf` from the grpcio-tools wheel: protoc and the well-known types, without compiling anything."""

load("//bazel/private:label_text.bzl", "fail_in", "label_text", "repository_text")
load("//bazel/private:python_program.bzl", "import_roots", "interpreter", "library_files", "runfiles_path")

# -I -S: isolate protoc from the environment and from packages installed on the machine.
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
    doc = "An executable that runs protoc from an installed grpcio-tools. Accepts protoc's arguments.",
    implementation = _protoc_binary_impl,
    attrs = {
        "deps": attr.label_list(
            doc = "The distribution that contains protoc. Example: `[\"@py_grpc_wheels//:grpcio_tools\"]`.",
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
    """Returns the target name of a well-known type's `proto_library` in protobuf's own repository.

    Args:
      import_path: string, for example "google/protobuf/timestamp.proto" or "google/protobuf/compiler/plugin.proto".

    Returns:
      String, for example "timestamp_proto" or "compiler_plugin_proto".
    """
    relative = import_path[len("google/protobuf/"):-len(".proto")]
    return relative.replace("/", "_") + "_proto"

def imports_of(source):
    """Returns the imports of a well-known type.

    A line-based parser is enough: protoc's own files have one import statement per line and none in comment blocks.

    Args:
      source: string, the text of a `.proto` file.

    Returns:
      List of strings: the import paths in file order.
    """
    lines = [line.strip() for line in source.split("\n")]
    return [line.split("\"")[1] for line in lines if line.startswith("import ") and line.count("\"") == 2]

def proto_library_rule(import_path, source):
    """Returns the BUILD text of a well-known type's `proto_library`.

    Args:
      import_path: string, the file's import path, which is also its path in the repository.
      source: string, the text of the file.

    Returns:
      String: one `proto_library` whose deps are exactly the file's imports.
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
    """Returns the wheel's well-known types: a dict from import path to file."""
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
        fail_in(repository_ctx, "{} does not contain grpcio-tools, which provides protoc and the well-known types. Add grpcio-tools to the requirements and lock them again.".format(
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

It has the targets that `proto_library` and other projects' BUILD files refer to: `:protoc`, `:protobuf_python`, and
`:timestamp_proto`, `:any_proto` and every other well-known type. Nothing is compiled or downloaded.""",
    implementation = _protobuf_repository_impl,
    attrs = {
        "wheels": attr.label(
            doc = "The BUILD file of a `pip_repository` that contains grpcio-tools and protobuf. " +
                  "Example: `\"@py_grpc_wheels//:BUILD.bazel\"`.",
            mandatory = True,
        ),
    },
)
