"""Builds stub packages with any supported version of Bazel, in the current folder: the workspace."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from package_sync import SyncError

# Only errors and the failing action's own output; progress is for terminals.
_BUILD_FLAGS = (
    "--ui_event_filters=-info,-debug",
    "--show_result=0",
    "--output_groups=+package_manifest,+package_warnings,+import_check",
)

# The file that .bazelrc imports for this version of Bazel, and its source.
_VERSION_RC = Path(".bazelrc.version")
_BAZEL_7_RC = Path("tools/bazel7.bazelrc")

# Only Debian ships the rules that Bazel 7 would download.
_DEBIAN_RULES = Path("/usr/share/bazel/rules")


def write_version_rc(bazel: str) -> None:
    """Updates .bazelrc.version: the flags for Bazel 7, or no file for Bazel 4.

    Raises:
      SyncError: if this Bazel cannot build the workspace, or the file cannot be written.
    """
    found = subprocess.run([bazel, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    version = found.stdout.decode(errors="replace").strip()
    if found.returncode != 0:
        return
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


def build(bazel: str, targets: Sequence[str], options: Sequence[str], tree: Path) -> list[Path]:
    """Builds all targets at once and prints their warnings.

    Args:
      bazel: the program.
      targets: labels of stub packages, [@repository]//package:name.
      options: options for bazel build.
      tree: the folder of the workspace's files: the current folder or a copy of it, which Bazel builds in its place.

    Returns:
      The folder of each package.

    Raises:
      SyncError: if an option of the script is wrong, as only the build can tell.
      subprocess.CalledProcessError: if the build fails. Bazel has printed the reason.
    """
    here = Path.cwd()
    package_path = [] if tree == here else [f"--package_path={tree}"]
    _run_build([bazel, "build", *_BUILD_FLAGS, *_progress_flags(), *package_path, *options, *targets], tree, here)
    # Do not rely on the bazel-bin link: another configuration may have moved it, or the checkout is read-only.
    output = _output([bazel, "info", "bazel-bin"])
    packages = [Path(output, output_path(target)) for target in targets]
    # Bazel prints warnings only when it runs the action, amid its own output. Packages may share warnings.
    files = [package.with_name(f"{package.name}.warnings") for package in packages]
    warnings = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    for warning in dict.fromkeys(warnings):
        print(f"warning: {warning}", file=sys.stderr)
    return packages


def provided_protos(bazel: str) -> list[str]:
    """Returns the import paths that @py_grpc_wheels provides.

    Raises:
      subprocess.CalledProcessError: if it cannot be fetched. Bazel has printed the reason.
    """
    # Loading a target fetches the repository again if its lock has changed.
    _output([bazel, "query", "--noshow_progress", "@py_grpc_wheels//:all_distributions"])
    output_base = _output([bazel, "info", "output_base"])
    protos = Path(output_base, "external/py_grpc_wheels/protos.json").read_text(encoding="utf-8")
    paths: list[str] = json.loads(protos)
    return paths


def _output(command: Sequence[str]) -> str:
    """Runs a command and returns its output. Prints its messages if it fails."""
    result = subprocess.run(command, capture_output=True, check=False)
    if result.returncode:
        sys.stderr.buffer.write(b"".join(without_tracebacks(result.stderr.splitlines(keepends=True))))
        raise subprocess.CalledProcessError(result.returncode, command)
    return os.fsdecode(result.stdout.rstrip(b"\n"))


def _progress_flags() -> list[str]:
    if not sys.stderr.isatty():
        return ["--noshow_progress"]
    # Bazel itself writes to a pipe.
    return [] if os.environ.get("TERM", "dumb") == "dumb" else ["--color=yes", "--curses=yes"]


def _run_build(command: Sequence[str], tree: Path, shown: Path) -> None:
    """Runs a command, and prints its messages with the path of one folder in place of another's."""
    wrong_use = None
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr
            for line in without_tracebacks(process.stderr):
                wrong_use = wrong_use or wrong_option(line)
                if wrong_use:
                    continue
                sys.stderr.buffer.write(line.replace(os.fsencode(tree), os.fsencode(shown)))
                sys.stderr.buffer.flush()
        except BaseException:
            process.kill()
            raise
    if wrong_use:
        raise SyncError(wrong_use)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def wrong_option(line: bytes) -> str | None:
    """Returns what a line of Bazel's output says is wrong with an option of the script, if that is what it says."""
    found = re.match(rb"@\S+: (--.*)", line)
    return os.fsdecode(found[1]) if found else None


def without_tracebacks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yields Bazel's output without the Starlark traceback before the message of a rule that fails.

    Bazel prints what a repository rule says several times, each after an announcement; it is yielded once.
    """
    held: list[bytes] = []
    said: set[bytes] = set()
    for line in lines:
        message = line.removeprefix(b"Error in fail: ")
        if _announces(message.strip()) or (held and (line.startswith(b"\t") or not message.strip())):
            held.append(line)
            continue
        if message == line and not line.startswith(b"@"):
            yield from held
        held = []
        if line not in said or not line.startswith((b"@", b"ERROR: ")):
            yield message
        said.add(line)
    yield from held


def _announces(line: bytes) -> bool:
    # Bazel 7 names the place in the rule.
    if re.match(rb"ERROR: /\S+: An error occurred during the fetch of repository ", line):
        return True
    return line in (b"ERROR:", b"Error in fail:") or line.startswith(
        (
            b"Traceback (most recent call last):",
            b"ERROR: no such package '@",
            b"ERROR: An error occurred during the fetch of repository ",
            b"ERROR: Error fetching repository: Traceback (most recent call last):",
        )
    )


def output_path(target: str) -> str:
    """Returns the path of a target's output below bazel-bin: "@x//a:b" gives "external/x/a/b"."""
    repository, _, path = target.partition("//")
    folders = ["external", repository.lstrip("@")] if repository else []
    return "/".join([*folders, *path.replace(":", "/").strip("/").split("/")])
