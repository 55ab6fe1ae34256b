"""Finds out the version of Bazel, and writes the flags that it needs. In the current folder: the workspace."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import record
from package_sync import SyncError

# The file that .bazelrc imports for this version of Bazel, and its source.
_VERSION_RC = Path(".bazelrc.version")
_BAZEL_7_RC = Path("tools/bazel7.bazelrc")

# Only Debian ships the rules that Bazel 7 would download.
_DEBIAN_RULES = Path("/usr/share/bazel/rules")

# The record of what `bazel --version` printed in the last run.
_VERSION_RECORD = "bazel"

# Runs instead of Bazel, if there is one.
_WRAPPER = "tools/bazel"


def write_version_rc(bazel: str) -> None:
    """Updates .bazelrc.version: the flags for Bazel 7, or no file for Bazel 4.

    Raises:
      SyncError: if this Bazel cannot build the workspace, or the file cannot be written.
    """
    version = _known_version(bazel)
    if version is None:
        version = _ask_version(bazel)
    if version is not None:
        _write_version_rc(version)


def _program(bazel: str) -> list[Any]:
    """Returns what `bazel --version` depends on, if _is_bazel."""
    files = (bazel, ".bazelversion", _WRAPPER, os.path.dirname(os.path.realpath(bazel)))
    variables = [item for item in sorted(os.environ.items()) if item[0].startswith(("BAZEL", "USE_BAZEL"))]
    return [bazel, [record.file_stamp(file) for file in files], list(map(list, variables))]


def _is_bazel(bazel: str) -> bool:
    """Returns whether a program is Bazel itself, or Bazel's own script that starts the one beside it.

    Any other may start another version at any time and still look the same: bazelisk, whatever it is called, or a
    script of the user.
    """
    try:
        content = Path(bazel).read_bytes()
    except OSError:
        return False
    if os.path.exists(_WRAPPER):
        return False
    if content.startswith(b"#!"):
        return b'"${wrapper_dir}/bazel-' in content
    return b"--install_base" in content and b"bazelbuild/bazelisk" not in content


def _known_version(bazel: str) -> str | None:
    """Returns the version that this Bazel had in the last run, or None if it may be another one now."""
    saved = record.load(_VERSION_RECORD)
    version = saved.get("version")
    return version if isinstance(version, str) and saved.get("program") == _program(bazel) else None


def _ask_version(bazel: str) -> str | None:
    """Returns what `bazel --version` prints, or None if it fails."""
    found = subprocess.run([bazel, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if found.returncode != 0:
        return None
    version = found.stdout.decode(errors="replace").strip()
    if _is_bazel(bazel):
        record.save(_VERSION_RECORD, {"program": _program(bazel), "version": version})
    return version


def _write_version_rc(version: str) -> None:
    wanted = None
    if re.match(r"bazel 7\.[1-9]", version):
        lines = _BAZEL_7_RC.read_text(encoding="utf-8").splitlines(keepends=True)
        wanted = "".join(line for line in lines if _DEBIAN_RULES.is_dir() or "--override_repository=" not in line)
    # Debian's Bazel 4 does not report its version.
    elif re.match(r"bazel (?!4\.)[0-9]", version):
        raise SyncError(
            f"{version} cannot build this: use Bazel 4.2, or 7.1 or newer 7.x. "
            "Install one, or set: export BAZEL=/path/to/bazel"
        )
    try:
        _replace_version_rc(wanted)
    except OSError as error:
        raise SyncError(
            f"{_VERSION_RC.absolute()} cannot be written, and this Bazel needs another one. "
            f"Type 'chmod u+w {Path.cwd()}', or run this once as a user who may write there."
        ) from error


def _replace_version_rc(text: str | None) -> None:
    """Writes the file, or removes it if there is no text. Atomic: another run may read it at any time."""
    if text is None:
        if _VERSION_RC.exists():
            _VERSION_RC.unlink(missing_ok=True)
        return
    if _VERSION_RC.exists() and _VERSION_RC.read_text(encoding="utf-8") == text:
        return
    new = Path(f"{_VERSION_RC}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(_VERSION_RC)
    except OSError:
        new.unlink(missing_ok=True)
        raise
