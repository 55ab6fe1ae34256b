"""How an action or a launcher runs a Python program with an interpreter and libraries of the toolchain."""

def runfiles_path(file, workspace_name):
    """Returns where a file lies below the runfiles root, for example "py_grpc_wheels/site-packages/six.py"."""
    if file.short_path.startswith("../"):
        return file.short_path[len("../"):]
    return workspace_name + "/" + file.short_path

def import_roots(deps):
    """Returns the folders that some Python libraries want on `sys.path`.

    Args:
      deps: list of targets with `PyInfo`.

    Returns:
      List of strings, relative to the runfiles root, for example ["py_grpc_wheels/site-packages"].
    """
    return depset(transitive = [dep[PyInfo].imports for dep in deps]).to_list()

def library_files(deps):
    """Returns all that some Python libraries need at run time, as a depset of File."""
    return depset(transitive = [dep[PyInfo].transitive_sources for dep in deps] +
                               [dep[DefaultInfo].default_runfiles.files for dep in deps])

def metadata_files(deps):
    """Returns what the wheels that some Python libraries are of say of themselves: a list of File."""
    return [file for file in library_files(deps).to_list() if file.path.endswith(".dist-info/METADATA")]

def interpreter(runtime):
    """Returns how to start the interpreter of a `PyRuntimeInfo`.

    Args:
      runtime: PyRuntimeInfo, of an interpreter on the machine or of one that is part of the build.

    Returns:
      A struct of `executable` (string or File, what `ctx.actions.run` takes) and `files` (depset of File).
    """
    if runtime.interpreter_path:
        return struct(executable = runtime.interpreter_path, files = depset())
    return struct(
        executable = runtime.interpreter,
        files = depset([runtime.interpreter], transitive = [runtime.files]),
    )

def exec_import_root(root, workspace_name):
    """Returns an import root as an action names it.

    Args:
      root: string, relative to the runfiles root, for example "py_grpc_wheels/site-packages".
      workspace_name: string, `ctx.workspace_name`.

    Returns:
      String, relative to the execution root, for example "external/py_grpc_wheels/site-packages".
    """
    repository, _, path = root.partition("/")
    if repository == workspace_name:
        return path or "."
    return "external/" + root
