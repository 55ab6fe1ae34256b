"""What to tell a person when pip fails. Pure functions."""


# What pip's standard error contains, lower case, what to tell of it. The first that fits counts.
_CAUSES = [
    struct(
        signs = ["no module named 'pip'"],
        text = "it has no pip. To mend it: install it (Debian: apt-get install python3-pip).",
    ),
    struct(
        signs = ["could not open requirements file"],
        text = "there is no such file. To mend it: lock the requirements into it (uv pip compile --generate-hashes requirements.in -o FILE), or name another lock.",
    ),
    struct(
        signs = ["do not match the hashes"],
        # pip before 25 takes a download that ends early for the whole file.
        text = "a file is not the one that was locked, and was not used. To mend it: type it again, in case the download ended early, or find out why; after a deliberate change of the requirements lock them again: tools/update_requirements.sh.",
    ),
    struct(
        signs = ["--require-hashes mode", "hashes are required"],
        text = "the lock does not name a version and a hash for every file. To mend it: lock the requirements again: tools/update_requirements.sh.",
    ),
    struct(
        signs = ["incomplete-download", "incompleteread", "protocolerror"],
        text = "the download of a package was cut off. To mend it: type it again, or check the network, or point pip at a mirror: pip config set global.index-url URL.",
    ),
    struct(
        signs = ["newconnectionerror", "name resolution", "connection refused", "connecttimeout", "readtimeout", "proxyerror"],
        text = "the package index cannot be reached. To mend it: check the network, or point pip at a mirror: pip config set global.index-url URL.",
    ),
    struct(
        signs = ["ssl: certificate_verify_failed", "sslerror"],
        text = "the package index's certificate is not trusted. To mend it: name your certificates: export PIP_CERT=/path/to/ca-bundle.pem.",
    ),
    struct(
        signs = ["no space left on device"],
        text = "the disk is full. To mend it: free some space in Bazel's output base (bazel info output_base).",
    ),
    struct(
        signs = ["no matching distribution found"],
        text = "the index has no wheel of a locked version for this Python and platform. To mend it: use a Python that the locked versions support (export PY_GRPC_PYTHON=/path/to/python3), or lock other versions.",
    ),
]

_ANOTHER = "pip failed. To mend it: mend what it says."

def explain_failure(lock, python, stderr):
    """Returns why pip could not install a lock and what to type.

    Args:
      lock: string, the label of the lock.
      python: struct of `path` and `version`, the interpreter that ran pip.
      stderr: string, what pip said.

    Returns:
      String: a line, and behind it what pip itself calls errors.
    """
    lowered = stderr.lower()
    errors = [line for line in stderr.split("\n") if line.startswith("ERROR:") or _names_a_package(line)]
    for cause in _CAUSES:
        if any([sign in lowered for sign in cause.signs]):
            return _message(lock, python, cause.text, errors)
    return _message(lock, python, _ANOTHER, errors or [stderr.strip()])

def _names_a_package(line):
    # Below an error of some packages stands which ones they are; further in, all of their hashes.
    return line.startswith("    ") and ("(from -r " in line or " --hash=" in line)

def _message(lock, python, text, errors):
    line = "{} (Python {}) cannot install {}: {}".format(python.path, python.version, lock, text)
    return "\n".join([line] + errors)
