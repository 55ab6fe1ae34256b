"""Runs `pip install` with a person's own ways to an index, and with none of their other settings.

A pip.conf or a PIP_* variable can choose other wheels (platform, abi), another place (target, root), another Python, or
files to write (report, log). The installation belongs to the lock, so what may count is listed, not what may not.
"""

import os
import sys

from pip._internal.configuration import Configuration
from pip._internal.exceptions import ConfigurationError

# How to reach an index and what to keep of it, in the words of pip 23 to 26. A pip skips the words it does not know.
_WANTED = {
    *("cache-dir", "no-cache-dir"),
    *("cert", "client-cert", "keyring-provider", "trusted-host"),
    *("default-timeout", "resume-retries", "retries", "timeout"),
    *("extra-index-url", "find-links", "index-url", "no-index", "pypi-url"),
    *("no-proxy-env", "proxy"),
}

# Features that are about certificates. Others change what pip does.
_FEATURES = {"use-deprecated": "legacy-certs", "use-feature": "truststore"}

# What else has a say in what pip takes for this Python and platform, or is pip's own.
_NOT_INHERITED = ("PIP_", "PYTHON", "_PIP_", "_PYTHON")


def _setting(configuration: Configuration, section: str, name: str) -> str:
    """Returns the value of a setting in a section; of one that is not there, and of an empty one, none, as pip does."""
    try:
        value = str(configuration.get_value(f"{section}.{name}"))
    except ConfigurationError:
        return ""
    if name in _FEATURES:
        return _FEATURES[name] if _FEATURES[name] in value.split() else ""
    return value


def _environment() -> dict[str, str]:
    """Returns the variables that pip is to run with."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
    configuration = Configuration(isolated=False)
    configuration.load()
    # pip takes what comes last, in the order of the variables too: some settings have two names.
    for section in ("global", "install", ":env:"):
        for name in sorted(_WANTED | _FEATURES.keys()):
            if value := _setting(configuration, section, name):
                variable = "PIP_" + name.upper().replace("-", "_")
                environment.pop(variable, None)
                environment[variable] = value
    # pip's name for no file at all.
    return {**environment, "PIP_CONFIG_FILE": os.devnull}


if __name__ == "__main__":
    try:
        settings = _environment()
    except ConfigurationError as error:
        # In one line, as pip says what it calls an error.
        sys.exit(f"ERROR: {' '.join(str(error).split())}")
    os.execve(sys.executable, [sys.executable, "-I", "-m", "pip", "install", *sys.argv[1:]], settings)
