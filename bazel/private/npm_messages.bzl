"""What to tell a person when npm fails. Pure functions."""

# What npm's standard error contains, what to tell of it. The first that fits counts.
_CAUSES = [
    struct(
        # npm unpacks while it adds up: what cannot be unpacked, or ends early, ends both.
        signs = ["EINTEGRITY", "code TAR_", "code Z_"],
        text = "a package is not the one that was locked, and was not used. To fix it: type it again, in case the download ended early, or find out why; after a deliberate change of the packages lock again (npm install --package-lock-only).",
    ),
    struct(
        signs = ["code EUSAGE"],
        text = "the lock does not fit package.json. To fix it: lock again (npm install --package-lock-only).",
    ),
    struct(
        signs = ["code EBADPLATFORM"],
        text = "a locked package is for another platform. To fix it: have package.json name it in optionalDependencies, or depend on one that runs here, and lock again (npm install --package-lock-only).",
    ),
    struct(
        signs = ["code CERT_", "code DEPTH_ZERO_SELF_SIGNED_CERT", "code ERR_TLS_", "code SELF_SIGNED_CERT", "code UNABLE_TO_GET_ISSUER_CERT", "code UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
        text = "the registry's certificate is not trusted. To fix it: name your certificates: export NODE_EXTRA_CA_CERTS=/path/to/ca-bundle.pem.",
    ),
    struct(
        signs = ["code E401", "code E403", "ENEEDAUTH"],
        text = "the registry wants to know who you are. To fix it: log in (npm login), or name a registry that needs no password: npm config set registry URL.",
    ),
    struct(
        signs = ["code E404", "code ETARGET", "code ENOVERSIONS"],
        text = "the registry has no such package, or not in the locked version. To fix it: name a registry that has it (npm config set registry URL), or lock other versions.",
    ),
    struct(
        signs = ["ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ERR_SOCKET_TIMEOUT", "ENOTCACHED", "code E50"],
        text = "the registry cannot be reached. To fix it: check the network, or name a mirror: npm config set registry URL.",
    ),
    struct(
        signs = ["ENOSPC"],
        text = "the disk is full. To fix it: free some space in Bazel's output base (bazel info output_base) and in npm's cache (npm config get cache).",
    ),
]

_ANOTHER = "npm failed. To fix it: read what it says below."

def explain_failure(lock, stderr):
    """Returns why npm could not install a lock and what to type.

    Args:
      lock: string, the label of the lock.
      stderr: string, what npm said.

    Returns:
      String: a line, and behind it what npm itself calls errors.
    """

    # Behind this come the words that npm ci takes.
    lines = stderr.partition("npm error Clean install a project")[0].split("\n")
    errors = [line for line in lines if line.startswith("npm error") and not _is_idle(line[len("npm error"):])]
    said = "\n".join(errors)
    for cause in _CAUSES:
        if any([sign in said for sign in cause.signs]):
            return _message(lock, cause.text, errors)
    return _message(lock, _ANOTHER, errors or [stderr.strip()])

def _is_idle(text):
    # Empty, of logs that are not kept, or of npm's own sources: where it stopped, and what it had in its hands.
    traces = [" A complete log of this run", " Log files were not written", "   ", " }"]
    return not text.strip() or any([text.startswith(trace) for trace in traces])

def _message(lock, text, errors):
    line = "npm cannot install {}: {}".format(lock, text)
    return "\n".join([line] + errors)
