"""Runs `pip install` with the user's settings for reaching an index, and ignores all other settings.

A pip.conf or a PIP_* variable could choose other wheels (platform, abi), another folder (target, root), another Python,
or files to write (report, log). The lock alone decides what is installed, so the allowed settings are listed here.
"""

import os
import sys

from pip._internal.configuration import Configuration
from pip._internal.exceptions import ConfigurationError

# Settings for reaching an index and for caching, as pip 23 to 26 name them. pip ignores names it does not know.
_WANTED = {
    *("cache-dir", "no-cache-dir"),
    *("cert", "client-cert", "keyring-provider", "trusted-host"),
    *("default-timeout", "resume-retries", "retries", "timeout"),
    *("extra-index-url", "find-links", "index-url", "no-index", "pypi-url"),
    *("no-proxy-env", "proxy"),
}

# Features that concern certificates. Other features change what pip installs.
_FEATURES = {"use-deprecated": "legacy-certs", "use-feature": "truststore"}

# Other variables that change what pip installs, or that pip sets itself.
_NOT_INHERITED = ("PIP_", "PYTHON", "_PIP_", "_PYTHON")


def _setting(configuration: Configuration, section: str, name: str) -> str:
    """Returns the value of a setting in a section, or "" if it is missing or empty, as pip does."""
    try:
        value = str(configuration.get_value(f"{section}.{name}"))
    except ConfigurationError:
        return ""
    if name in _FEATURES:
        return _FEATURES[name] if _FEATURES[name] in value.split() else ""
    return value


def _environment() -> dict[str, str]:
    """Returns the environment variables for pip."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
    configuration = Configuration(isolated=False)
    configuration.load()
    # The last value wins, as in pip. Some settings have two names.
    for section in ("global", "install", ":env:"):
        for name in sorted(_WANTED | _FEATURES.keys()):
            if value := _setting(configuration, section, name):
                variable = "PIP_" + name.upper().replace("-", "_")
                environment.pop(variable, None)
                environment[variable] = value
    # pip reads no configuration file then.
    return {**environment, "PIP_CONFIG_FILE": os.devnull}


if __name__ == "__main__":
    try:
        settings = _environment()
    except ConfigurationError as error:
        # One line, in the form of pip's own errors.
        sys.exit(f"ERROR: {' '.join(str(error).split())}")
    os.execve(sys.executable, [sys.executable, "-I", "-m", "pip", "install", *sys.argv[1:]], settings)
