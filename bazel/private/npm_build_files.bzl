"""The BUILD files of a repository of npm packages. Pure functions."""

load(":npm_lock.bzl", "closure", "package_name")

# Of ASCII, what labels may have beside letters and digits, without the space, which runfiles may not have.
_SIGNS = "!%-@^_#$&'()*+,;<=>?[]{|}~/."

_ROOT = """\
package(default_visibility = ["//visibility:public"])

exports_files({exported})

alias(
    name = "nodejs",
    actual = ".nodejs/node",
)

filegroup(
    name = "node_modules",
    srcs = {all},
)
"""

_FILES = """
filegroup(
    name = {name},
    srcs = {files},
)
"""

_PACKAGE = """\
load("{rules}//bazel/private:npm_package.bzl", "npm_package")

npm_package(
    name = {name},
    srcs = [{files}],
    package_name = {package},
    version = {version},
    visibility = ["//visibility:public"],
    deps = {deps},
)
"""

_PROGRAMS = """\
load("{rules}//bazel/private:nodejs_binary.bzl", "nodejs_binary")

package(default_visibility = ["//visibility:public"])
"""

_PROGRAM = """
nodejs_binary(
    name = {name},
    entry_point = {main},
    node = "//:nodejs",
    deps = [{package}],
)
"""

def npm_build_files(packages, files, rules):
    """Returns the BUILD files of a repository.

    Args:
      packages: dict from folder to entry, of what is installed.
      files: list of strings, the files in these folders, relative to the repository.
      rules: string, the repository of these rules, for example "@jts_grpc".

    Returns:
      Dict from path to text.
    """
    top = {path: packages[path] for path in packages if path == "node_modules/" + package_name(path)}
    programs = {path: _programs(path, entry, files) for path, entry in top.items()}
    written = {"BUILD.bazel": _root(packages, files, [main for found in programs.values() for main in found.values()])}
    for path, entry in top.items():
        name = package_name(path)
        written[name + "/BUILD.bazel"] = _PACKAGE.format(
            deps = repr([_files_label(other) for other in closure(path, packages)]),
            files = repr(_files_label(path)),
            name = repr(name.split("/")[-1]),
            package = repr(name),
            rules = rules,
            version = repr(entry["version"]),
        )
        if programs[path]:
            written[name + "/bin/BUILD.bazel"] = _PROGRAMS.format(rules = rules) + "".join([
                _PROGRAM.format(main = repr("//:" + main), name = repr(program), package = repr("//" + name))
                for program, main in sorted(programs[path].items())
            ])
    return written

def _files_label(path):
    return "//:_" + path

def _root(packages, files, mains):
    text = _ROOT.format(
        all = repr([_files_label(path) for path in sorted(packages)]),
        exported = repr(sorted({name: None for name in [".nodejs/node"] + mains})),
    )
    owned = _by_package(packages, files)
    for path in sorted(packages):
        text += _FILES.format(files = repr(sorted(owned[path])), name = repr("_" + path))
    return text

def _by_package(packages, files):
    """Returns a dict from the folder of a package to its files, without those of packages inside of it."""
    owned = {path: [] for path in packages}
    for file in files:
        parts = file.split("/")
        owners = [folder for folder in ["/".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)] if folder in owned]
        if owners:
            owned[owners[0]].append(file)
    return owned

def _programs(path, entry, files):
    """Returns a dict from the name of a package's program to its file, of those that are there."""
    known = entry.get("bin", {})
    if type(known) == type(""):
        known = {package_name(path).split("/")[-1]: known}
    mains = {name: path + "/" + (main[len("./"):] if main.startswith("./") else main) for name, main in known.items()}
    return {name: main for name, main in mains.items() if main in files}

def usable_files(files):
    """Returns the files that a label can name and a tree of runfiles can hold.

    Args:
      files: list of strings, paths.
    """
    return [path for path in files if all([character in _SIGNS or character.isalnum() for character in path.elems()])]
