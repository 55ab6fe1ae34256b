"""What to tell a person when pip fails. Pure functions."""

load(":messages.bzl", "message")

_MIRROR = "check the network, or point pip at a mirror: pip config set global.index-url URL"

# What pip's standard error contains, lower case, what that means and what to do. The first that fits counts.
_CAUSES = [
    struct(
        signs = ["no module named 'pip'"],
        problem = message("it has no pip"),
        cure = "install it (Debian: apt-get install python3-pip)",
    ),
    struct(
        signs = ["do not match the hashes"],
        problem = message("a file is not the one that was locked, and was not used"),
        # pip before 25 takes a download that ends early for the whole file.
        cure = "type it again, in case the download ended early, or find out why; after a deliberate change of the requirements lock them again: tools/update_requirements.sh",
    ),
    struct(
        signs = ["--require-hashes mode", "hashes are required"],
        problem = message("the lock does not name a version and a hash for every file"),
        cure = "lock the requirements again: tools/update_requirements.sh",
    ),
    struct(
        signs = ["incomplete-download", "incompleteread", "protocolerror"],
        problem = message("the download of a package was cut off"),
        cure = "type it again, or " + _MIRROR,
    ),
    struct(
        signs = ["newconnectionerror", "name resolution", "connection refused", "connecttimeout", "readtimeout", "proxyerror"],
        problem = message("the package index cannot be reached"),
        cure = _MIRROR,
    ),
    struct(
        signs = ["ssl: certificate_verify_failed", "sslerror"],
        problem = message("the package index's certificate is not trusted"),
        cure = "name your certificates: export PIP_CERT=/path/to/ca-bundle.pem",
    ),
    struct(
        signs = ["no space left on device"],
        problem = message("the disk is full"),
        cure = "free some space in Bazel's output base (bazel info output_base)",
    ),
    struct(
        signs = ["no matching distribution found"],
        problem = message("the index has no wheel of a locked version for this Python and platform"),
        cure = "use a Python that the locked versions support (export PY_GRPC_PYTHON=/path/to/python3), or lock other versions",
    ),
]

_ANOTHER = struct(problem = message("pip failed"), cure = "mend what it says")

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
            return _message(lock, python, cause.problem, cause.cure, errors)
    return _message(lock, python, _ANOTHER.problem, _ANOTHER.cure, errors or [stderr.strip()])

def _names_a_package(line):
    # Below an error of some packages stands which ones they are; further in, all of their hashes.
    return line.startswith("    ") and ("(from -r " in line or " --hash=" in line)

def _message(lock, python, problem, cure, errors):
    line = message("{} (Python {}) cannot install {}: {}. To mend it: {}.".format(
        python.path,
        python.version,
        lock,
        problem,
        cure,
    ))
    return "\n".join([line] + errors)
