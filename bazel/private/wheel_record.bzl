"""What an installed wheel says of itself. Pure functions."""

def distribution_name(dist_info):
    """Returns the Bazel target name of a distribution.

    Args:
      dist_info: string, the name of its metadata folder, for example "grpcio_tools-1.85.1.dist-info".

    Returns:
      The normalised name with underscores, for example "grpcio_tools"
      (https://packaging.python.org/en/latest/specifications/name-normalization/).
    """
    name = dist_info.split("-")[0].lower().replace(".", "_")
    return "_".join([part for part in name.split("_") if part])

# RECORD has the hashes of scripts, which name the interpreter by its path.
_PIP_NOTES = ["INSTALLER", "RECORD", "REQUESTED", "direct_url.json"]

def record_files(record):
    """Returns the files that a wheel brought along.

    Args:
      record: string, the text of its RECORD file: one `path,hash,size` line a file
        (https://packaging.python.org/en/latest/specifications/recording-installed-packages/).

    Returns:
      List of strings, sorted: paths relative to site-packages. Left out are files outside site-packages (scripts),
      what differs from machine to machine (byte code, pip's own notes), and names that Bazel cannot put into runfiles.
    """
    paths = [line.rsplit(",", 2)[0] for line in record.split("\n") if line.count(",") >= 2]
    return sorted([path for path in paths if _is_usable(path)])

def _is_usable(path):
    outside = path.startswith("../") or path.startswith("/")
    unnameable = " " in path or "\"" in path or "," in path
    varying = path.endswith(".pyc") or path.split("/")[-1] in _PIP_NOTES
    return not (outside or unnameable or varying)
