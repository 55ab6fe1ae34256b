"""proto_repository: turns folders of `.proto` files without BUILD files into a repository."""

load("//bazel/private:label_text.bzl", "apparent_name", "fail_in", "repository_text")
load("//bazel/private:languages.bzl", "LANGUAGES")
load(":pip_repository.bzl", "PYTHON_ENV", "find_python")
load(":proto_build_files.bzl", "alias_file", "proto_build_files")

# What a repository without `roots` is made from: ASCII JSON, as proto_tree takes it. Set by
# scripts/generate_grpc_stubs.sh --proto-root. A change of it refetches the repository; so that it changes with the
# folders, which Bazel 4 cannot watch, the script puts a digest of them there.
_TREE_ENV = "PY_GRPC_PROTO_TREE"

_PROGRAM = [
    Label("//proto_tree:{}.py".format(name))
    for name in ["__main__", "__init__", "folder", "git", "imports", "libraries", "signature", "walk"]
]

_NO_ROOT_BUILD = """\
fail("@{}: no folder of protos: give it roots, or use scripts/generate_grpc_stubs.sh --proto-root DIR")
"""

def _workspace(repository_ctx):
    if hasattr(repository_ctx, "workspace_root"):
        return repository_ctx.workspace_root

    # Bazel writes the workspace's path to this file. Resolving a label would need a BUILD file beside the WORKSPACE.
    note = repository_ctx.path("../../DO_NOT_BUILD_HERE")
    if not note.exists:
        fail_in(repository_ctx, "give it absolute paths: this Bazel does not say where the workspace is")
    return repository_ctx.read(note).strip()

def _absolute(repository_ctx, paths):
    return [path if path.startswith("/") else "{}/{}".format(_workspace(repository_ctx), path) for path in paths]

def _tree(repository_ctx):
    """Returns the folders and patterns to use as proto_tree takes them, or None if there are none."""
    if not repository_ctx.attr.roots:
        return repository_ctx.os.environ.get(_TREE_ENV)
    return json.encode({
        "exclude": repository_ctx.attr.exclude,
        "import_roots": _absolute(repository_ctx, repository_ctx.attr.import_roots),
        "roots": _absolute(repository_ctx, repository_ctx.attr.roots),
    })

def _runtime(repository_ctx):
    """Returns the folder that contains google/protobuf/*.proto."""
    folder = repository_ctx.path(repository_ctx.attr.protobuf).dirname
    return folder if folder.get_child("google").exists else folder.get_child("src")

def _provided_files(repository_ctx):
    """Returns the files that list what wheels provide: a dict from the path of each to its repository, as a label."""
    files = {}
    for label in repository_ctx.attr.provided:
        file = repository_ctx.path(label).dirname.get_child("protos.json")
        if file.exists:
            files[file] = repository_text(label)
    return files

def _read_tree(repository_ctx, tree, provided_files):
    """Runs proto_tree, which puts links to the protos into the repository. Returns what it prints."""
    python = find_python(repository_ctx, repository_ctx.attr.python_interpreter)
    program = [repository_ctx.path(file) for file in _PROGRAM][0].dirname
    command = [python.path, "-S", "-E", "-s", "-B", "-m", program.basename, "--runtime={}".format(_runtime(repository_ctx))]
    command += ["--provided={}".format(file) for file in provided_files]

    # Not an argument: without a locale, Bazel 4 would lose what is not ASCII in it.
    file = repository_ctx.path("tree.json")
    repository_ctx.file(file, tree, executable = False, legacy_utf8 = False)
    command += ["--links={}".format(file.dirname), "--", str(file)]
    result = repository_ctx.execute(command, working_directory = str(program.dirname))
    if result.return_code != 0:
        fail_in(repository_ctx, result.stderr.strip())
    return json.decode(result.stdout)

def _watch(repository_ctx, read):
    """Makes Bazel 7 refetch the repository when a proto or an import of one is added or removed."""
    if not repository_ctx.attr.roots or not hasattr(repository_ctx, "watch"):
        return
    roots = _absolute(repository_ctx, repository_ctx.attr.roots + repository_ctx.attr.import_roots)

    # Not watch_tree, which follows links, and reads what proto_tree passes over: Bazel's own output, for example.
    for root, folder in read["folders"]:
        path = repository_ctx.path("{}/{}".format(roots[root], folder))

        # Without a locale, Bazel finds no names beyond ASCII this way.
        if path.exists:
            path.readdir()
    for path, root in read["roots"].items():
        repository_ctx.watch("{}/{}".format(roots[root], path))

def _proto_repository_impl(repository_ctx):
    tree = _tree(repository_ctx)
    if not tree:
        # Fail on use, not on fetch, so that `bazel sync` works.
        repository_ctx.file("BUILD.bazel", _NO_ROOT_BUILD.format(apparent_name(repository_ctx.name)), executable = False)
        return
    repository_ctx.report_progress("reading the protos")
    provided_files = _provided_files(repository_ctx)
    read = _read_tree(repository_ctx, tree, provided_files)
    _watch(repository_ctx, read)
    files = proto_build_files(
        read["libraries"],
        LANGUAGES,
        # In a module extension, this name is canonical and needs "@@".
        repository = ("@@" if str(Label("//:BUILD.bazel")).startswith("@@") else "@") + repository_ctx.name,
        rules = repository_text(Label("//:BUILD.bazel")),
        protobuf = repository_text(repository_ctx.attr.protobuf),
        provided = {
            path: repository
            for file, repository in provided_files.items()
            for path in json.decode(repository_ctx.read(file))
        },
    )
    for path in files:
        repository_ctx.file(path, files[path], executable = False)
    for path in read["aliases"]:
        repository_ctx.file(path, alias_file(read["aliases"][path]), executable = False)

PROTO_REPOSITORY_ATTRS = {
    "exclude": attr.string_list(
        doc = "Protos to leave out: import paths, or folders with a trailing slash. " +
              "Example: `[\"internal/\", \"debug.proto\"]`.",
    ),
    "import_roots": attr.string_list(
        doc = "More folders to take imports from: only what is imported, from the first that has it. " +
              "Example: `[\"third_party/googleapis\"]`.",
    ),
    "protobuf": attr.label(
        doc = "A file at the root of the repository with the well-known types. " +
              "Example: `\"@my_protobuf//:BUILD.bazel\"`.",
        default = "@com_google_protobuf//:BUILD.bazel",
    ),
    "provided": attr.label_list(
        doc = "A file at the root of each `pip_repository` whose wheels provide protos that no root has. " +
              "Example: `[\"@pypi//:BUILD.bazel\"]`.",
        default = ["@py_grpc_wheels//:BUILD.bazel"],
    ),
    "python_interpreter": attr.string(
        doc = "The interpreter that parses the imports: a name to look up on `PATH`, or an absolute path. " +
              "`$PY_GRPC_PYTHON` overrides it. Example: `\"python3.12\"`.",
        default = "python3",
    ),
    "roots": attr.string_list(
        doc = "The folders that imports are relative to, absolute or relative to the workspace: one import space. " +
              "If there are none, those of `scripts/generate_grpc_stubs.sh`. Example: `[\"../project/schemas/protobuf\"]`.",
    ),
}

proto_repository = repository_rule(
    doc = """Makes a repository from folders of protos without BUILD files.

It derives targets from the imports: every folder becomes a `proto_library`, `//a/b:b_proto`, with exactly the deps that
it needs; the root becomes `//:root_proto`. Folders that import each other in a cycle become one `proto_library`: that of
the first of them, of which the others' targets are aliases. The repository also contains

- `:protos`, a `proto_library` that exports all of them;
- `:py_stubs`, a `py_grpc_library` of all of them;
- `:ts_stubs`, a `ts_grpc_library` of all of them, tagged `manual`.

Import paths are relative to the folders. Unless something imports what is there, it passes over hidden files and
folders, node_modules, virtual environments, links, and what git ignores; and always over copies of
google/protobuf/*.proto: the runtime's own are used instead. The next build picks up changes to a proto. Bazel 7 also
picks up new files and new imports. Bazel 4 cannot watch folders and needs `bazel sync --only=NAME` for those.

```starlark
proto_repository(
    name = "schemas",
    roots = ["../project/schemas/protobuf"],
)
```""",
    implementation = _proto_repository_impl,
    attrs = PROTO_REPOSITORY_ATTRS,
    environ = [PYTHON_ENV, _TREE_ENV],
    local = True,
)
