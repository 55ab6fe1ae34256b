"""Builds stub packages with any supported version of Bazel, in the current folder: the workspace."""

import contextlib
import functools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import record
from package_sync import Manifest, SyncError

# Only errors and the failing action's own output; progress is for terminals.
_BUILD_FLAGS = (
    "--ui_event_filters=-info,-debug",
    "--show_result=0",
    # Not the default group: it has a link for each file.
    "--output_groups=_package_files,package_manifest,package_warnings,_validation",
)

# Makes Bazel trust that nothing else has changed or removed its outputs.
_UNCHECKED = "--noexperimental_check_output_files"

# The record of the protos that @py_grpc_wheels provides, and the files that say what that repository is.
_PROVIDED_RECORD = "provided"
_PROVIDED_SOURCES = ("WORKSPACE", "third_party/requirements.txt")


class _FailedActionError(subprocess.CalledProcessError):
    """A build failed because an action did."""


def build(
    bazel: str,
    targets: Sequence[str],
    options: Sequence[str],
    tree: Path,
    inspect_outputs: Callable[[Sequence[Manifest], int], bool],
    *,
    trusting: bool,
) -> list[Manifest]:
    """Builds all targets at once and prints their warnings.

    Args:
      bazel: the program.
      targets: labels of stub packages, [@repository]//package:name.
      options: options for bazel build.
      tree: the folder of the workspace's files: the current folder or a copy of it, which Bazel builds in its place.
      inspect_outputs: reads the states of the packages' files after a build. Returns whether each is as an earlier run
        left it, or was written since a time (in nanoseconds).
      trusting: whether Bazel need not check its outputs, because an earlier run has looked at them. If one is missing
        or has changed since, there is a second build that checks them all.

    Returns:
      The manifest of each package.

    Raises:
      SyncError: if an option of the script is wrong, as only the build can tell.
      subprocess.CalledProcessError: if the build fails. Bazel has printed the reason.
    """
    here = Path.cwd()
    package_path = [] if tree == here else [f"--package_path={tree}"]
    command = [bazel, "build", *_BUILD_FLAGS, *_progress_flags(), *package_path, *options]
    print_line = functools.partial(_print_line, tree=tree, shown=here)
    result = _trusting_build(bazel, command, targets, print_line, inspect_outputs) if trusting else None
    if not result:
        result = _built(bazel, command, targets, print_line)
        inspect_outputs(result[0], 0)
    manifests, warnings = result
    for warning in dict.fromkeys(warnings):
        print(f"warning: {warning}", file=sys.stderr)
    return manifests


# What Bazel, and the programs that it runs, say if a file is missing. Any other error is the user's.
_MISSING = re.compile(
    rb"missing input|does not exist|do not exist|not all outputs were created|failed to \S+ output"
    rb"|no such file or directory|file not found|could not open file",
    re.IGNORECASE,
)


def _trusting_build(
    bazel: str,
    command: Sequence[str],
    targets: Sequence[str],
    print_line: Callable[[bytes], None],
    inspect_outputs: Callable[[Sequence[Manifest], int], bool],
) -> tuple[list[Manifest], list[str]] | None:
    """Runs a build that does not check the outputs of earlier ones.

    Returns:
      What _built does, or None if an output may be missing or has changed. Then, no error of this build is printed.

    Raises:
      subprocess.CalledProcessError: if the build fails for another reason.
    """
    start = time.time_ns()
    errors: list[bytes] = []

    def hold_errors(line: bytes) -> None:
        if errors or b"ERROR: " in line:
            errors.append(line)
        else:
            print_line(line)

    try:
        result = _built(bazel, [*command, _UNCHECKED], targets, hold_errors)
        if inspect_outputs(result[0], start):
            return result
    except _FailedActionError:
        if not any(map(_MISSING.search, errors)):
            raise
        errors.clear()
    except OSError:  # an output is missing
        pass
    finally:
        for line in errors:
            print_line(line)
    return None


def _built(
    bazel: str, command: Sequence[str], targets: Sequence[str], print_line: Callable[[bytes], None]
) -> tuple[list[Manifest], list[str]]:
    """Runs a build. Returns the manifest of each package, and all warnings.

    Raises:
      subprocess.CalledProcessError: if it fails.
      OSError: if an output is missing.
    """
    with _events_file() as file:
        try:
            _run_build([*command, *([f"--build_event_json_file={file}"] if file else []), *targets], print_line)
        except subprocess.CalledProcessError as error:
            if file and any("action" in event for event in _events(file)):
                raise _FailedActionError(error.returncode, error.cmd) from error
            raise
        output = _output_folder(_events(file)) if file else None
    # Do not rely on the bazel-bin link: another configuration may have moved it, or the checkout is read-only.
    output = output or Path(_output([bazel, "info", "bazel-bin"]))
    packages = [output / output_path(target) for target in targets]
    # Bazel prints warnings only when it runs the action, amid its own output. Packages may share warnings.
    files = [package.with_name(f"{package.name}.warnings") for package in packages]
    warnings = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [Manifest.read(package.with_name(f"{package.name}.manifest.json"), output) for package in packages], warnings


@contextlib.contextmanager
def _events_file() -> Iterator[Path | None]:
    """Yields an empty file that Bazel may write to, and removes it. Yields None if it cannot be created."""
    path = Path(os.environ.get("TMPDIR") or "/tmp", f"jts_grpc.{os.getpid()}.{os.urandom(4).hex()}.json").absolute()
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        yield None
        return
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _events(file: Path) -> list[dict[str, Any]]:
    """Returns the events of a build, or none if Bazel did not write them."""
    try:
        return [json.loads(line) for line in file.read_bytes().splitlines()]
    except (OSError, ValueError):
        return []


def _output_folder(events: Sequence[Mapping[str, Any]]) -> Path | None:
    """Returns bazel-bin of a build from its events, or None if they do not say it."""
    try:
        (root,) = (event["workspaceInfo"]["localExecRoot"] for event in events if "workspaceInfo" in event)
        # There may be other configurations, of tools.
        chosen = next(event["id"]["targetCompleted"]["configuration"] for event in events if "completed" in event)
        (folder,) = (
            event["configuration"]["makeVariable"]["BINDIR"]
            for event in events
            if event["id"].get("configuration") == chosen
        )
        paths = [f"{root}/{folder}"]
        # Bazel 4 takes each byte of a path for a character.
        with contextlib.suppress(UnicodeEncodeError):
            paths.append(os.fsdecode(paths[0].encode("latin-1")))
        return next(path for path in map(Path, paths) if path.is_dir())
    except (KeyError, StopIteration, TypeError, ValueError):
        return None


def provided_protos(bazel: str) -> list[str]:
    """Returns the import paths that @py_grpc_wheels provides. Runs Bazel only if that may have changed.

    Raises:
      subprocess.CalledProcessError: if it cannot be fetched. Bazel has printed the reason.
    """
    saved = record.load(_PROVIDED_RECORD)
    external, known = saved.get("external"), saved.get("paths")
    if isinstance(external, str) and isinstance(known, list) and saved.get("state") == _provided_state(external):
        return known
    # Before Bazel reads them: if one changes meanwhile, the next run asks again.
    sources = list(map(record.file_stamp, _PROVIDED_SOURCES))
    settled = all(os.path.exists(file) and record.is_settled(os.stat(file)) for file in _PROVIDED_SOURCES)
    # Loading a target fetches the repository again if its lock has changed.
    _output([bazel, "query", "--noshow_progress", "@py_grpc_wheels//:all_distributions"])
    external = os.path.join(_output([bazel, "info", "output_base"]), "external")
    state = _provided_state(external)
    paths: list[str] = json.loads(Path(external, "py_grpc_wheels/protos.json").read_text(encoding="utf-8"))
    if settled and sources == state["sources"]:
        record.save(_PROVIDED_RECORD, {"external": external, "state": state, "paths": paths})
    return paths


def _provided_state(external: str) -> dict[str, Any]:
    """Returns the state of what the protos of @py_grpc_wheels depend on, and of what Bazel writes on a fetch."""
    fetched = (f"{external}/@py_grpc_wheels.marker", f"{external}/py_grpc_wheels/protos.json")
    return {
        "sources": list(map(record.file_stamp, _PROVIDED_SOURCES)),
        "fetched": list(map(record.file_stamp, fetched)),
        "python": os.environ.get("PY_GRPC_PYTHON"),
    }


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


def _print_line(line: bytes, tree: Path, shown: Path) -> None:
    """Prints a line of a build of a tree, with the path of another folder in place of its own."""
    sys.stderr.buffer.write(line.replace(os.fsencode(tree), os.fsencode(shown)))
    sys.stderr.buffer.flush()


def _run_build(command: Sequence[str], print_line: Callable[[bytes], None]) -> None:
    """Runs a command, and passes on its messages."""
    wrong_use = None
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr
            for line in without_tracebacks(process.stderr):
                wrong_use = wrong_use or wrong_option(line)
                if not wrong_use:
                    print_line(line)
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
