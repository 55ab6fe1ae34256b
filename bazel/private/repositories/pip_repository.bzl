"""pip_repository: installs the wheels of a requirements lock file, with one target per distribution and proto."""

load("//bazel/private:label_text.bzl", "fail_in", "label_text", "repository_text")
load(":provided_protos.bzl", "find_provided", "has_modules", "provided_build_text")

# Ask the interpreter itself, because the program on PATH may be a script that picks the real interpreter by the current
# directory (pyenv's shims, for example). Use the base interpreter, because a virtual environment may be deleted.
_DESCRIBE = "import sys; print(sys.executable); print(sys._base_executable); print('%d.%d' % sys.version_info[:2])"

# The environment variable that overrides the rule's interpreter.
PYTHON_ENV = "PY_GRPC_PYTHON"

def find_python(repository_ctx, interpreter):
    """Returns the Python interpreter of this machine.

    Args:
      repository_ctx: the context of the calling repository rule, which lists `PYTHON_ENV` in its `environ`.
      interpreter: a program name to look up on PATH, or an absolute path. `$PY_GRPC_PYTHON` overrides it.

    Returns:
      A struct of `path` (string: absolute path of the interpreter, which runs pip), `base` (string: the same, or the
      base interpreter of a virtual environment) and `version` (string: "3.11").
    """
    wanted = repository_ctx.os.environ.get(PYTHON_ENV) or interpreter
    found = wanted if wanted.startswith("/") else repository_ctx.which(wanted)
    if not found:
        fail_in(repository_ctx, "{} is not on PATH. Install it (Debian: apt-get install python3), or name another interpreter: export {}=/path/to/python3".format(wanted, PYTHON_ENV))
    result = repository_ctx.execute([found, "-I", "-c", _DESCRIBE])
    if result.return_code != 0:
        fail_in(repository_ctx, "{} does not run: {}. Name another interpreter: export {}=/path/to/python3".format(
            found,
            result.stderr.strip(),
            PYTHON_ENV,
        ))
    path, base, version = result.stdout.strip().split("\n")
    return struct(base = base, path = path, version = version)

def distribution_name(name):
    """Returns the normalized name of a distribution, with underscores, as in file names and as a Bazel target.

    Args:
      name: string, for example "grpcio-tools"
        (https://packaging.python.org/en/latest/specifications/name-normalization/).

    Returns:
      String, for example "grpcio_tools".
    """
    return "_".join([part for part in name.lower().replace("-", "_").replace(".", "_").split("_") if part])

# RECORD varies because it has the hashes of scripts, and those contain the interpreter's path.
_PIP_NOTES = ["INSTALLER", "RECORD", "REQUESTED", "direct_url.json"]

def record_files(record):
    """Returns the files that a wheel installed.

    Args:
      record: string, the text of its RECORD file: one `path,hash,size` line per file
        (https://packaging.python.org/en/latest/specifications/recording-installed-packages/).

    Returns:
      Sorted list of strings, paths relative to site-packages. Skips files outside site-packages (scripts), files that
      vary between machines (bytecode, pip's own records), and names that Bazel does not support in runfiles.
    """
    paths = [line.rsplit(",", 2)[0] for line in record.split("\n") if line.count(",") >= 2]
    return sorted([path for path in paths if _is_usable(path)])

def _is_usable(path):
    outside = path.startswith("../") or path.startswith("/")
    unnameable = " " in path or "\"" in path or "," in path
    varying = path.endswith(".pyc") or path.split("/")[-1] in _PIP_NOTES
    return not (outside or unnameable or varying)

# From lower-case substrings of pip's stderr to messages. The first match wins.
_CAUSES = [
    struct(
        signs = ["no module named 'pip'"],
        text = "it has no pip. To fix it: install it (Debian: apt-get install python3-pip; any other Python: PYTHON -m ensurepip).",
    ),
    struct(
        signs = ["could not open requirements file"],
        text = "there is no such file. To fix it: lock the requirements into it (uv pip compile --generate-hashes requirements.in -o FILE), or name another lock.",
    ),
    struct(
        signs = ["do not match the hashes"],
        # Before version 25, pip treats a truncated download as complete.
        text = "a file is not the one that was locked, and was not used. To fix it: try again, in case the download ended early, or find out why; after a deliberate change of the requirements lock them again: uv pip compile --generate-hashes.",
    ),
    struct(
        signs = ["--require-hashes mode", "hashes are required"],
        text = "the lock does not name a version and a hash for every file. To fix it: lock the requirements again: uv pip compile --generate-hashes.",
    ),
    struct(
        signs = ["incomplete-download", "incompleteread", "protocolerror"],
        text = "the download of a package was cut off. To fix it: try again, check the network, or point pip at a mirror: pip config set global.index-url URL.",
    ),
    struct(
        signs = ["newconnectionerror", "name resolution", "connection refused", "connecttimeout", "readtimeout", "proxyerror"],
        text = "the package index cannot be reached. To fix it: check the network, or point pip at a mirror: pip config set global.index-url URL.",
    ),
    struct(
        signs = ["ssl: certificate_verify_failed", "sslerror"],
        text = "the package index's certificate is not trusted. To fix it: name your certificates: export PIP_CERT=/path/to/ca-bundle.pem.",
    ),
    struct(
        signs = ["no space left on device"],
        text = "the disk is full. To fix it: free some space in Bazel's output base (bazel info output_base).",
    ),
    struct(
        signs = ["no matching distribution found"],
        text = "the index has no wheel of a locked version for this Python and platform. To fix it: use a Python that the locked versions support (export PY_GRPC_PYTHON=/path/to/python3), or lock other versions.",
    ),
]

_ANOTHER = "pip failed. To fix it: read what it says below."

def explain_failure(lock, python, stderr):
    """Returns why pip failed to install a lock, and how to fix it.

    Args:
      lock: string, the label of the lock.
      python: struct of `path` and `version`, the interpreter that ran pip.
      stderr: string, pip's stderr.

    Returns:
      String: one line, followed by pip's own error lines.
    """
    lowered = stderr.lower()
    errors = [line for line in stderr.split("\n") if line.startswith("ERROR:") or _names_a_package(line)]
    for cause in _CAUSES:
        if any([sign in lowered for sign in cause.signs]):
            return _message(lock, python, cause.text, errors)
    return _message(lock, python, _ANOTHER, errors or [stderr.strip()])

def _names_a_package(line):
    # pip lists the affected packages below the error, and their hashes indented further.
    return line.startswith("    ") and ("(from -r " in line or " --hash=" in line)

def _message(lock, python, text, errors):
    line = "{} (Python {}) cannot install {}: {}".format(python.path, python.version, lock, text)
    return "\n".join([line] + errors)

# Runs pip with only those of the user's settings that affect how to reach an index.
_PIP_INSTALL = Label("//bazel/private/repositories:pip_install.py")

_BUILD_HEADER = """\
package(default_visibility = ["//visibility:public"])

py_runtime(
    name = "python",
    interpreter_path = {interpreter},
    python_version = "PY3",
    stub_shebang = {shebang},
)

py_library(
    name = "all_distributions",
    deps = {all},
)

exports_files(["protos.json"])
"""

# In its own package, so it is only loaded if the toolchain is registered.
_TOOLCHAIN_BUILD = """\
load("@bazel_tools//tools/python:toolchain.bzl", "py_runtime_pair")

py_runtime_pair(
    name = "runtimes",
    py3_runtime = "//:python",
)

toolchain(
    name = "toolchain",
    toolchain = ":runtimes",
    toolchain_type = "@bazel_tools//tools/python:toolchain_type",
    visibility = ["//visibility:public"],
)
"""

_BUILD_DISTRIBUTION = """
py_library(
    name = {name},
    srcs = {srcs},
    data = {data},
    imports = ["site-packages"],
)
"""

def _pip_install(repository_ctx, python, arguments):
    command = [
        python.path,
        # Ignore PYTHONPATH, PYTHONHOME and user site-packages.
        "-I",
        str(repository_ctx.path(_PIP_INSTALL)),
        "--disable-pip-version-check",
        "--no-input",
        "--quiet",
        "--no-compile",
        "--no-deps",
        "--no-warn-script-location",
        "--only-binary=:all:",
        "--target=site-packages",
    ]
    return repository_ctx.execute(command + arguments, timeout = 1200)

def _distributions(repository_ctx):
    """Returns a dict from target name to the distribution's files, relative to the repository."""
    distributions = {}
    if not repository_ctx.path("site-packages").exists:
        return distributions  # the lock is empty
    for entry in repository_ctx.path("site-packages").readdir():
        if entry.basename.endswith(".dist-info"):
            files = record_files(repository_ctx.read(entry.get_child("RECORD")))
            distributions[distribution_name(entry.basename.split("-")[0])] = ["site-packages/" + path for path in files]
    return distributions

def _build_file(python, distributions):
    names = sorted(distributions.keys())
    text = _BUILD_HEADER.format(
        all = repr([":" + name for name in names]),
        interpreter = repr(python.base),
        shebang = repr("#!" + python.base),
    )
    for name in names:
        files = distributions[name]
        sources = [path for path in files if path.endswith(".py")]
        others = [path for path in files if not path.endswith(".py")]
        text += _BUILD_DISTRIBUTION.format(name = repr(name), srcs = repr(sources), data = repr(others))
    return text

def _owners(distributions):
    """Returns the distribution of each Python file, from its path below site-packages to the name of the target."""
    owners = {}
    for name in sorted(distributions.keys(), reverse = True):
        for path in distributions[name]:
            owners[path[len("site-packages/"):]] = name
    return owners

def _write_repository(repository_ctx, python, others = []):
    """Writes the BUILD files of the installed distributions and protos.json.

    Args:
      repository_ctx: the context of a repository rule that has installed site-packages.
      python: struct, from find_python.
      others: list of Labels, a file at the root of each other repository whose protos these may import.

    Returns:
      A struct of `providers` (list of strings: the names of the distributions that provide protos) and `problem`
      (string: why the protos cannot be read, or ""; none are provided then).
    """
    distributions = _distributions(repository_ctx)
    owners = _owners(distributions)
    files = {repository_ctx.path(other).dirname.get_child("protos.json"): repository_text(other) for other in others}
    provided = []
    problem = ""
    if has_modules(distributions) and ("protobuf" in distributions or others):
        provided = find_provided(repository_ctx, python, files.keys())
        if type(provided) == type(""):
            problem = "the protos of its packages cannot be read: " + provided
            provided = []
    elsewhere = {
        proto: repository
        for file, repository in files.items()
        for proto in json.decode(repository_ctx.read(file))
    }
    loads, libraries = provided_build_text(provided, owners, elsewhere, repository_text(Label("//:BUILD.bazel")))
    build = loads + _build_file(python, distributions) + libraries
    if problem:
        build += "\n" + "".join(["# {}\n".format(line) for line in problem.splitlines()])
    repository_ctx.file("toolchain/BUILD.bazel", _TOOLCHAIN_BUILD, executable = False)
    repository_ctx.file("BUILD.bazel", build, executable = False)
    repository_ctx.file("protos.json", json.encode([each["proto"] for each in provided]) + "\n", executable = False)
    return struct(providers = {owners[each["module"]]: None for each in provided}.keys(), problem = problem)

def _pip_repository_impl(repository_ctx):
    lock = repository_ctx.path(repository_ctx.attr.requirements_lock)
    python = find_python(repository_ctx, repository_ctx.attr.python_interpreter)
    repository_ctx.report_progress("installing {}".format(label_text(repository_ctx.attr.requirements_lock)))
    result = _pip_install(repository_ctx, python, ["--require-hashes", "--requirement", str(lock)])
    if result.return_code != 0:
        fail_in(repository_ctx, explain_failure(
            lock = label_text(repository_ctx.attr.requirements_lock),
            python = python,
            stderr = result.stderr,
        ))

    # Most users of a lock take no protos from it.
    _write_repository(repository_ctx, python)

PIP_REPOSITORY_ATTRS = {
    "python_interpreter": attr.string(
        doc = "The interpreter to install for: a name to look up on `PATH`, or an absolute path. " +
              "`$PY_GRPC_PYTHON` overrides it. Example: `\"python3.12\"`.",
        default = "python3",
    ),
    "requirements_lock": attr.label(
        doc = "The lock file, with all transitive dependencies, pinned with `==` and `--hash`. " +
              "Example: `\"//third_party:requirements.txt\"`.",
        mandatory = True,
        allow_single_file = True,
    ),
}

pip_repository = repository_rule(
    doc = """Installs the wheels of a hash-locked requirements file for the host's Python.

pip uses the user's index, mirror, proxy, certificates and cache, and ignores all other pip settings, whether from files
or environment variables. A wheel without a matching hash in the lock file is refused before it is unpacked, and nothing
is built from source. The repository contains

- `:NAME`, a `py_library` for every distribution (`grpcio-tools` is `:grpcio_tools`), without its dependencies;
- `:all_distributions`, a `py_library` of all of them;
- `:PATH_proto`, a `proto_library` for every proto whose module a distribution provides, found by contents:
  `:google/api/annotations_proto` for `google/api/annotations.proto`. `py_grpc_library` imports that module instead of
  generating it. If a distribution ships no source, it is printed from the descriptor in the module. The lock must have
  protobuf, of a version that the interpreter can import: otherwise there are none, and `BUILD.bazel` may say why;
- `protos.json`, the import paths of those protos;
- `:python`, a `py_runtime` for the interpreter they were installed for;
- `//toolchain`, a toolchain for Bazel's Python rules that uses it, for machines without a program called `python`.""",
    implementation = _pip_repository_impl,
    attrs = PIP_REPOSITORY_ATTRS,
    # `bazel sync --configure`, or with bzlmod `bazel fetch --force --repo=@NAME`, reinstalls the wheels, for example
    # after a Python upgrade.
    configure = True,
    environ = [PYTHON_ENV],
)

# Requirements, separated by spaces. Set by scripts/generate_grpc_stubs.sh --provided-by.
_PROVIDED_BY_ENV = "PY_GRPC_PROVIDED_BY"

def _lock_lines(report):
    """Returns the lock file lines of what pip installed, from the text of its installation report."""
    return "".join([
        "{}=={} --hash=sha256:{}\n".format(
            each["metadata"]["name"],
            each["metadata"]["version"],
            each["download_info"]["archive_info"]["hash"].partition("=")[2],
        )
        for each in json.decode(report)["install"]
    ])

def _explain_provided_by(wanted, python, stderr):
    """Returns why pip failed to install the requirements of the script, in one line if one of them is wrong."""
    for word in wanted:
        if "no matching distribution found for {}\n".format(word.lower()) in stderr.lower() + "\n":
            return "--provided-by {}: the package index has no wheel of it for {} (Python {}). Correct the name or the version.".format(word, python.path, python.version)
    return explain_failure("--provided-by " + " ".join(wanted), python, stderr)

def _provided_by_repository_impl(repository_ctx):
    wanted = [word for word in repository_ctx.os.environ.get(_PROVIDED_BY_ENV, "").split(" ") if word]
    python = find_python(repository_ctx, repository_ctx.attr.python_interpreter)
    if wanted:
        repository_ctx.report_progress("installing {}".format(", ".join(wanted)))
        result = _pip_install(repository_ctx, python, ["--report=report.json"] + wanted)
        if result.return_code != 0:
            fail_in(repository_ctx, _explain_provided_by(wanted, python, result.stderr))
        repository_ctx.file("requirements.txt", _lock_lines(repository_ctx.read("report.json")), executable = False)
        repository_ctx.delete("report.json")
    written = _write_repository(repository_ctx, python, repository_ctx.attr.others)
    if written.problem:
        fail_in(repository_ctx, written.problem)
    for word in wanted:
        if distribution_name(word.split("==")[0]) not in written.providers:
            fail_in(repository_ctx, "--provided-by {}: it has no generated modules (*_pb2.py), and so provides no protos. Leave it out.".format(word))

PROVIDED_BY_REPOSITORY_ATTRS = {
    "others": attr.label_list(
        doc = "A file at the root of each `pip_repository` whose protos these may import. " +
              "Example: `[\"@py_grpc_wheels//:BUILD.bazel\"]`.",
    ),
    "python_interpreter": PIP_REPOSITORY_ATTRS["python_interpreter"],
}

provided_by_repository = repository_rule(
    doc = """Installs the distributions of `scripts/generate_grpc_stubs.sh --provided-by`, without their dependencies.

It has the targets of a `pip_repository`, and `requirements.txt`: the lock file lines with the hashes of what was
installed. Without `$PY_GRPC_PROVIDED_BY` it is empty. It is for the script only: what it installs is not locked.""",
    implementation = _provided_by_repository_impl,
    attrs = PROVIDED_BY_REPOSITORY_ATTRS,
    configure = True,
    environ = [PYTHON_ENV, _PROVIDED_BY_ENV],
)
