"""A repository of the wheels that a requirements lock names, one target a distribution."""

load(":label_text.bzl", "apparent_name", "label_text")
load(":pip_messages.bzl", "explain_failure")
load(":python_host.bzl", "PYTHON_ENV", "find_python")
load(":wheel_record.bzl", "distribution_name", "record_files")

# pip, with those of a person's own settings that say how to reach an index. No other one counts.
_PIP_INSTALL = Label("//bazel/private:pip_install.py")

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
"""

# In a package of its own, so that only who registers the toolchain loads it.
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

def _pip_install(repository_ctx, python, lock):
    command = [
        python.path,
        # Without PYTHONPATH, PYTHONHOME and the packages of the user.
        "-I",
        str(repository_ctx.path(_PIP_INSTALL)),
        "--disable-pip-version-check",
        "--no-input",
        "--quiet",
        "--no-compile",
        "--no-deps",
        "--no-warn-script-location",
        "--only-binary=:all:",
        "--require-hashes",
        "--target=site-packages",
        "--requirement",
        str(lock),
    ]
    return repository_ctx.execute(command, timeout = 1200)

def _distributions(repository_ctx):
    """Returns a dict from target name to the files of the distribution, relative to the repository."""
    distributions = {}
    if not repository_ctx.path("site-packages").exists:
        return distributions  # of an empty lock
    for entry in repository_ctx.path("site-packages").readdir():
        if entry.basename.endswith(".dist-info"):
            files = record_files(repository_ctx.read(entry.get_child("RECORD")))
            distributions[distribution_name(entry.basename)] = ["site-packages/" + path for path in files]
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

def _pip_repository_impl(repository_ctx):
    lock = repository_ctx.path(repository_ctx.attr.requirements_lock)
    python = find_python(repository_ctx, repository_ctx.attr.python_interpreter)
    repository_ctx.report_progress("installing {}".format(label_text(repository_ctx.attr.requirements_lock)))
    result = _pip_install(repository_ctx, python, lock)
    if result.return_code != 0:
        fail("\n@{}: {}".format(apparent_name(repository_ctx.name), explain_failure(
            lock = label_text(repository_ctx.attr.requirements_lock),
            python = python,
            stderr = result.stderr,
        )))
    repository_ctx.file("toolchain/BUILD.bazel", _TOOLCHAIN_BUILD, executable = False)
    repository_ctx.file("BUILD.bazel", _build_file(python, _distributions(repository_ctx)), executable = False)

PIP_REPOSITORY_ATTRS = {
    "python_interpreter": attr.string(
        doc = "The interpreter to install for: a name to look up on PATH, or an absolute path. " +
              "`$PY_GRPC_PYTHON` goes before it. Default: `python3`.",
        default = "python3",
    ),
    "requirements_lock": attr.label(
        doc = "The lock: every line pinned with `==`, every file by `--hash`, closed over dependencies. " +
              "Example: `//third_party:requirements.txt`.",
        mandatory = True,
        allow_single_file = True,
    ),
}

pip_repository = repository_rule(
    doc = """Installs the wheels of a hash-locked requirements file for the Python that runs.

pip fetches them, so a person's own index, mirror, proxy, certificates and cache count, and no other setting of pip's,
in a file or a variable; a wheel whose hash the lock does not name is refused before anything of it is unpacked, and
nothing is built from source. The repository holds

- `:NAME`, a `py_library` for every distribution (`grpcio-tools` is `:grpcio_tools`), without what it depends on;
- `:all_distributions`, a `py_library` of all of them;
- `:python`, a `py_runtime` of the interpreter they were installed for;
- `//toolchain`, a toolchain of Bazel's Python rules with it, for machines without a program called `python`.""",
    implementation = _pip_repository_impl,
    attrs = PIP_REPOSITORY_ATTRS,
    # `bazel sync --configure`, or with modules `bazel fetch --force --repo=@NAME`, installs anew, for example after Python
    # was upgraded.
    configure = True,
    environ = [PYTHON_ENV],
)
