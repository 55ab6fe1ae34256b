"""A program for Node as an executable, for actions, tests and `bazel run`."""

load(":label_text.bzl", "label_text")
load(":npm_package.bzl", "NpmPackageInfo")
load(":python_program.bzl", "runfiles_path")

# Beside the launcher, where it lies in a tree of runfiles; else below its own runfiles.
# --preserve-symlinks: a file is where the tree of runfiles has it. Node would follow the links out of the sandbox, to
# packages that nobody depends on.
_LAUNCHER = """\
#!/bin/sh
unset NODE_OPTIONS NODE_PATH
home="$0.nodejs"
[ -d "$home" ] || home="$0.runfiles/{home}"
[ -d "$home" ] || home="$RUNFILES_DIR/{home}"
exec "$home/{node}" --preserve-symlinks --preserve-symlinks-main "$home/{main}" "$@"
"""

_NODE = ".nodejs/node"

def installed_path(short_path):
    """Returns where Node looks for a file, below the folder that stands for the root of all files.

    Args:
      short_path: string, that of a File, for example "../npm/node_modules/long/index.js" or "src/main.js".

    Returns:
      String: "node_modules/long/index.js", "src/main.js".
    """
    if short_path.startswith("../"):
        return short_path[len("../"):].partition("/")[2]
    return short_path

def _installed(ctx, files):
    """Returns files by where Node looks for them: a dict. Two of one place are an error."""
    installed = {}
    for file in files:
        path = installed_path(file.short_path)
        other = installed.get(path, file)
        if other != file:
            fail("{}: {} and {} both become {}. Take both from one npm_repository, or leave one out.".format(
                label_text(ctx.label),
                label_text(other.owner),
                label_text(file.owner),
                path,
            ))
        installed[path] = file
    return installed

def _nodejs_binary_impl(ctx):
    launcher = ctx.actions.declare_file(ctx.label.name)
    home = runfiles_path(launcher, ctx.workspace_name) + ".nodejs"
    ctx.actions.write(
        output = launcher,
        content = _LAUNCHER.format(home = home, main = installed_path(ctx.file.entry_point.short_path), node = _NODE),
        is_executable = True,
    )
    packages = depset(transitive = [dep[NpmPackageInfo].transitive_files for dep in ctx.attr.deps])
    installed = _installed(ctx, [ctx.file.entry_point] + ctx.files.data + packages.to_list())
    if "package.json" not in installed:
        # Else one in a folder above would say which language of modules a .js file is in.
        installed["package.json"] = ctx.actions.declare_file(ctx.label.name + ".package.json")
        ctx.actions.write(installed["package.json"], "{}\n")
    installed[_NODE] = ctx.file.node
    links = {"{}/{}".format(home, path): file for path, file in installed.items()}
    runfiles = ctx.runfiles(root_symlinks = links)
    for dep in ctx.attr.data:
        runfiles = runfiles.merge(dep[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

nodejs_binary = rule(
    doc = """An executable that runs a program with the Node of an `npm_repository`, never with one of the machine.

What the program imports it finds in the `node_modules` of its `deps`. Where nothing there has the name, Node goes on
to the folders above, as it always does.

```starlark
nodejs_binary(
    name = "client",
    data = ["messages.js"],
    entry_point = "client.js",
    node = "@npm//:nodejs",
    deps = ["@npm//@grpc/grpc-js"],
)
```""",
    implementation = _nodejs_binary_impl,
    attrs = {
        "data": attr.label_list(
            doc = "Other files that it imports or reads, each where the workspace has it relative to the entry point. " +
                  "Example: `[\"messages.js\"]`.",
            allow_files = True,
        ),
        "deps": attr.label_list(
            doc = "The npm packages that it imports; what they need comes along. Example: `[\"@npm//rxjs\"]`.",
            providers = [NpmPackageInfo],
        ),
        "entry_point": attr.label(
            doc = "The file to run. Example: `client.mjs`.",
            mandatory = True,
            allow_single_file = True,
        ),
        "node": attr.label(
            doc = "The Node that runs it. Example: `@npm//:nodejs`.",
            mandatory = True,
            allow_single_file = True,
        ),
    },
    executable = True,
)
