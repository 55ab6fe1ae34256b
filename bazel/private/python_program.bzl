"""Helpers for actions and launchers that run Python programs with the toolchain's interpreter and libraries."""

def runfiles_path(file, workspace_name):
    """Returns a file's path relative to the runfiles root, for example "py_grpc_wheels/site-packages/six.py"."""
    if file.short_path.startswith("../"):
        return file.short_path[len("../"):]
    return workspace_name + "/" + file.short_path

def import_roots(deps):
    """Returns the `sys.path` entries of Python libraries.

    Args:
      deps: list of targets with `PyInfo`.

    Returns:
      List of strings, relative to the runfiles root, for example ["py_grpc_wheels/site-packages"].
    """
    return depset(transitive = [dep[PyInfo].imports for dep in deps]).to_list()

def library_files(deps):
    """Returns the run-time files of Python libraries, as a depset of File."""
    return depset(transitive = [dep[PyInfo].transitive_sources for dep in deps] +
                               [dep[DefaultInfo].default_runfiles.files for dep in deps])

def metadata_files(deps):
    """Returns the METADATA files of the wheels among Python libraries, as a list of File."""
    return [file for file in library_files(deps).to_list() if _is_metadata(file)]

def _is_metadata(file):
    return file.path.endswith(".dist-info/METADATA")

def installed_modules(target):
    """Returns the generated modules of a library.

    Args:
      target: a library with `PyInfo`.

    Returns:
      Dict from path below an import root, for example "a/b_pb2.py", to File.
    """

    # As in File.short_path: "../repository/folder/", and "folder/" in the main repository.
    roots = ["../{}/".format(target.label.workspace_name) if target.label.workspace_name else ""]
    for root in target[PyInfo].imports.to_list():
        roots += ["../" + root + "/", root.partition("/")[2] + "/"]
    return {
        file.short_path[len(root):]: file
        for file in target[PyInfo].transitive_sources.to_list()
        if file.short_path.endswith("_pb2.py")
        for root in roots
        if file.short_path.startswith(root)
    }

_DistributionsInfo = provider(
    doc = "The wheels among a Python library and its deps.",
    fields = {
        "distributions": "(depset[struct]) One struct per wheel: `metadata` (tuple of File) and `sources` (tuple of File).",
    },
)

def _distributions_aspect_impl(_target, ctx):
    metadata = [file for file in getattr(ctx.rule.files, "data", []) if _is_metadata(file)]
    own = struct(metadata = tuple(metadata), sources = tuple(getattr(ctx.rule.files, "srcs", [])))
    deps = [dep for dep in getattr(ctx.rule.attr, "deps", []) if _DistributionsInfo in dep]
    return [_DistributionsInfo(distributions = depset(
        [own] if metadata else [],
        transitive = [dep[_DistributionsInfo].distributions for dep in deps],
    ))]

distributions_aspect = aspect(
    doc = "Finds out which modules each wheel has, for distribution_metadata.",
    implementation = _distributions_aspect_impl,
    attr_aspects = ["deps"],
)

def distribution_metadata(target, file):
    """Returns the METADATA files of the distribution of a file.

    Args:
      target: a library with `PyInfo` that has the file. With distributions_aspect, it can have several distributions.
      file: File, a module.

    Returns:
      List of File. If no library has both the file and a METADATA file, those that are in the file's repository.
    """
    if _DistributionsInfo in target:
        for each in target[_DistributionsInfo].distributions.to_list():
            if file in each.sources:
                return list(each.metadata)
    return [each for each in metadata_files([target]) if each.owner.workspace_name == file.owner.workspace_name]

def interpreter(runtime):
    """Returns the interpreter of a `PyRuntimeInfo`.

    Args:
      runtime: PyRuntimeInfo, for an interpreter installed on the machine or one from the build.

    Returns:
      A struct of `executable` (string or File, for `ctx.actions.run`) and `files` (depset of File).
    """
    if runtime.interpreter_path:
        return struct(executable = runtime.interpreter_path, files = depset())
    return struct(
        executable = runtime.interpreter,
        files = depset([runtime.interpreter], transitive = [runtime.files]),
    )

def exec_import_root(root, workspace_name):
    """Returns an import root relative to the execution root.

    Args:
      root: string, relative to the runfiles root, for example "py_grpc_wheels/site-packages".
      workspace_name: string, `ctx.workspace_name`.

    Returns:
      String, for example "external/py_grpc_wheels/site-packages".
    """
    repository, _, path = root.partition("/")
    if repository == workspace_name:
        return path or "."
    return "external/" + root
