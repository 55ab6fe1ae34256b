"""proto_repository: turns a folder of `.proto` files without BUILD files into a repository."""

load("//bazel/private:label_text.bzl", "apparent_name", "fail_in", "repository_text")
load("//bazel/private:languages.bzl", "LANGUAGES")
load(":pip_repository.bzl", "PYTHON_ENV", "find_python")
load(":proto_build_files.bzl", "proto_build_files")

# The folder, for repositories without a `path`. Set by scripts/generate_grpc_stubs.sh --proto-root.
_ROOT_ENV = "PY_GRPC_PROTO_ROOT"

# A change of this value refetches the repository, because Bazel 4 cannot watch the folder. Set by the same script.
_STATE_ENV = "PY_GRPC_PROTO_STATE"

_PROGRAM = [
    Label("//proto_tree:{}.py".format(name))
    for name in ["__main__", "__init__", "folder", "imports", "libraries"]
]

_NO_ROOT_BUILD = """\
fail("@{}: no folder of protos: give it a path, or type export {}=/path/to/protos")
"""

def _workspace(repository_ctx):
    if hasattr(repository_ctx, "workspace_root"):
        return repository_ctx.workspace_root

    # Bazel writes the workspace's path to this file. Resolving a label would need a BUILD file beside the WORKSPACE.
    note = repository_ctx.path("../../DO_NOT_BUILD_HERE")
    if not note.exists:
        fail_in(repository_ctx, "give it an absolute path: this Bazel does not say where the workspace is")
    return repository_ctx.read(note).strip()

def _root(repository_ctx):
    """Returns the path of the folder of protos, or None."""
    path = repository_ctx.attr.path or repository_ctx.os.environ.get(_ROOT_ENV)
    if not path:
        return None
    return path if path.startswith("/") else "{}/{}".format(_workspace(repository_ctx), path)

def _runtime(repository_ctx):
    """Returns the folder that contains google/protobuf/*.proto."""
    folder = repository_ctx.path(repository_ctx.attr.protobuf).dirname
    return folder if folder.get_child("google").exists else folder.get_child("src")

def _libraries(repository_ctx, root):
    """Runs proto_tree on the folder. Returns its libraries as a list of dicts."""
    python = find_python(repository_ctx, repository_ctx.attr.python_interpreter)
    program = [repository_ctx.path(file) for file in _PROGRAM][0].dirname
    command = [python.path, "-S", "-E", "-s", "-B", "-m", program.basename, "--runtime", str(_runtime(repository_ctx)), "--", root]
    result = repository_ctx.execute(command, working_directory = str(program.dirname))
    if result.return_code != 0:
        fail_in(repository_ctx, result.stderr.strip())
    return json.decode(result.stdout)

def _proto_repository_impl(repository_ctx):
    root = _root(repository_ctx)
    if not root:
        # Fail on use, not on fetch, so that `bazel sync` works.
        repository_ctx.file("BUILD.bazel", _NO_ROOT_BUILD.format(apparent_name(repository_ctx.name), _ROOT_ENV), executable = False)
        return
    repository_ctx.report_progress("reading the protos of {}".format(root))
    libraries = _libraries(repository_ctx, root)
    if hasattr(repository_ctx, "watch_tree"):
        repository_ctx.watch_tree(root)
    files = proto_build_files(
        libraries,
        LANGUAGES,
        # In a module extension, this name is canonical and needs "@@".
        repository = ("@@" if str(Label("//:BUILD.bazel")).startswith("@@") else "@") + repository_ctx.name,
        rules = repository_text(Label("//:BUILD.bazel")),
        protobuf = repository_text(repository_ctx.attr.protobuf),
    )
    for path in files:
        repository_ctx.file(path, files[path], executable = False)
    for source in [source for library in libraries for source in library["srcs"]]:
        repository_ctx.symlink("{}/{}".format(root, source), source)

PROTO_REPOSITORY_ATTRS = {
    "path": attr.string(
        doc = "The folder that imports are relative to, absolute or relative to the workspace. If it is empty, " +
              "`$" + _ROOT_ENV + "` is the folder. Example: `\"../project/schemas/protobuf\"`.",
    ),
    "protobuf": attr.label(
        doc = "A file at the root of the repository with the well-known types. " +
              "Example: `\"@my_protobuf//:BUILD.bazel\"`.",
        default = "@com_google_protobuf//:BUILD.bazel",
    ),
    "python_interpreter": attr.string(
        doc = "The interpreter that parses the imports: a name to look up on `PATH`, or an absolute path. " +
              "`$PY_GRPC_PYTHON` overrides it. Example: `\"python3.12\"`.",
        default = "python3",
    ),
}

proto_repository = repository_rule(
    doc = """Makes a repository from a folder of protos without BUILD files.

It derives targets from the imports: every folder becomes a `proto_library`, `//a/b:b_proto`, with exactly the deps that
it needs; the root becomes `//:root_proto`. If folders import each other in a cycle, each of their files gets its own,
`//a/b:b_proto.FILE`. The repository also contains

- `:protos`, a `proto_library` that exports all of them;
- `:py_stubs`, a `py_grpc_library` of all of them;
- `:ts_stubs`, a `ts_grpc_library` of all of them, tagged `manual`.

Import paths are relative to the folder. Hidden files are skipped, and so are copies of google/protobuf/*.proto: the
runtime's own are used instead. The next build picks up changes to a proto. Bazel 7 also picks up new files and new
imports. Bazel 4 cannot watch folders and needs `bazel sync --only=NAME` for those.

```starlark
proto_repository(
    name = "schemas",
    path = "../project/schemas/protobuf",
)
```""",
    implementation = _proto_repository_impl,
    attrs = PROTO_REPOSITORY_ATTRS,
    environ = [PYTHON_ENV, _ROOT_ENV, _STATE_ENV],
    local = True,
)
