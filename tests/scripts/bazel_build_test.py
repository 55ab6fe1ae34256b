"""The flags that the script writes for each Bazel, where it finds the outputs, and when it builds again."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bazel_build import _output_folder, build, output_path
from bazel_version import write_version_rc
from package_sync import SyncError

RC = "common --enable_workspace\ncommon --override_repository=rules_cc=/usr/share/bazel/rules/cc\n"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", f"{tmp_path}.cache")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/bazel7.bazelrc").write_text(RC)
    return tmp_path


def _bazel(workspace: Path, version: str, status: int = 0) -> str:
    program = workspace / "bazel"
    program.write_text(f"#!/bin/sh\necho '{version}'\nexit {status}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("version", "newer"),
    [
        pytest.param("bazel no_version", False, id="debian-12"),
        pytest.param("bazel 4.2.3", False, id="4"),
        pytest.param("bazel 7.7.1", True, id="7"),
        pytest.param("bazel 7.1.0", True, id="7.1"),
        pytest.param("", False, id="silent"),
    ],
)
@pytest.mark.parametrize("before", [None, "common --left_over\n"], ids=["first-run", "after-another-bazel"])
def test_a_newer_bazel_gets_its_flags(workspace: Path, version: str, newer: bool, before: str | None) -> None:
    rc = workspace / ".bazelrc.version"
    if before:
        rc.write_text(before)
    write_version_rc(_bazel(workspace, version))
    debian = Path("/usr/share/bazel/rules").is_dir()
    wanted = RC if debian else RC.splitlines(keepends=True)[0]
    assert (rc.read_text() if rc.exists() else None) == (wanted if newer else None)
    assert {path.name for path in workspace.glob(".bazelrc*")} == ({rc.name} if newer else set())


def test_a_correct_file_is_not_rewritten(workspace: Path) -> None:
    bazel, rc = _bazel(workspace, "bazel 7.7.1"), workspace / ".bazelrc.version"
    write_version_rc(bazel)
    before = rc.stat()
    write_version_rc(bazel)
    assert (rc.stat().st_ino, rc.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_broken_bazel_changes_nothing(workspace: Path) -> None:
    rc = workspace / ".bazelrc.version"
    rc.write_text("mine")
    write_version_rc(_bazel(workspace, "", status=1))
    assert rc.read_text() == "mine"


@pytest.mark.parametrize("version", ["5.4.1", "6.5.0", "7.0.2", "8.0.0", "10.0.0"])
def test_an_unsupported_bazel_is_rejected(workspace: Path, version: str) -> None:
    with pytest.raises(SyncError, match=rf"^bazel {version} cannot build this: .*export BAZEL="):
        write_version_rc(_bazel(workspace, f"bazel {version}"))


def _asked(workspace: Path) -> int:
    """Brings the flags up to date with a Bazel that counts how often it is asked. Returns that number."""
    write_version_rc(str(workspace / "bin/bazel"))
    return len(Path(f"{workspace}.asked").read_text().splitlines())


# As in Bazel's own script.
SCRIPT = """BAZEL_REAL="${wrapper_dir}/bazel-${bazel_version}"\n"""


def _counting(workspace: Path, text: str) -> Path:
    """Returns a Bazel that starts with a text, and counts how often it is asked."""
    program = workspace / "bin/bazel"
    program.parent.mkdir()
    program.write_text(f"{text}echo x >> {workspace}.asked\necho bazel 7.7.1\nexit\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("change", ["program", "neighbour", "link", "workspace", "wrapper", "environment"])
def test_the_version_is_asked_for_again_if_it_may_have_changed(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    program = _counting(workspace, f"#!/bin/sh\n{SCRIPT}")
    if change == "link":
        program.rename(workspace / "tools/real")
        program.symlink_to(workspace / "tools/real")
    assert [_asked(workspace) for _ in range(3)] == [1, 1, 1]
    (workspace / ".bazelrc.version").unlink()
    assert (_asked(workspace), (workspace / ".bazelrc.version").exists()) == (1, True)
    match change:
        case "program":
            program.write_text(program.read_text() + "\n")
        case "neighbour":  # the script may take it
            (workspace / "bin/bazel-8").touch()
        case "link":
            (workspace / "tools/bazel-8").touch()
        case "workspace":
            (workspace / ".bazelversion").write_text("7.7.1")
        case "wrapper":
            (workspace / "tools/bazel").touch()
        case "environment":
            monkeypatch.setenv("USE_BAZEL_VERSION", "7.7.1")
    # A wrapper may do anything.
    assert [_asked(workspace) for _ in range(2)] == ([2, 3] if change == "wrapper" else [2, 2])


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        pytest.param(f"#!/bin/sh\n{SCRIPT}", 1, id="the-script-of-bazel"),
        pytest.param("#!/bin/sh\n", 2, id="another-script"),
        pytest.param(": --install_base\n", 1, id="bazel"),
        pytest.param(": --install_base github.com/bazelbuild/bazelisk\n", 2, id="bazelisk"),
        pytest.param(": launcher\n", 2, id="another-program"),
    ],
)
def test_the_version_is_kept_only_for_bazel_itself(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, content: str, asked: int
) -> None:
    _counting(workspace, content)
    run = subprocess.run
    if not content.startswith("#!"):  # the kernel runs no text without it
        monkeypatch.setattr(subprocess, "run", lambda command, **options: run(["/bin/sh", *command[:1]], **options))
    assert [_asked(workspace) for _ in range(2)] == [1, asked]


def _events_of(root: Path, folder: str = "bin") -> list[dict[str, Any]]:
    return [
        {"id": {"workspace": {}}, "workspaceInfo": {"localExecRoot": str(root)}},
        {"id": {"configuration": {"id": "1"}}, "configuration": {"makeVariable": {"BINDIR": "tools"}}},
        {"id": {"configuration": {"id": "2"}}, "configuration": {"makeVariable": {"BINDIR": folder}}},
        {"id": {"targetCompleted": {"label": "//:x", "configuration": {"id": "2"}}}, "completed": {"success": True}},
    ]


@pytest.mark.parametrize("name", ["base", "gr\u00fc\u00dfe", "\u4e2d"])
@pytest.mark.parametrize("old", [True, False], ids=["bazel-4", "newer"])
def test_the_output_folder(tmp_path: Path, name: str, old: bool) -> None:
    folder = tmp_path / name / "bin"
    folder.mkdir(parents=True)
    said = os.fsencode(tmp_path / name).decode("latin-1") if old else tmp_path / name
    assert _output_folder(_events_of(Path(said))) == folder


@pytest.mark.parametrize("missing", range(4))
def test_events_that_do_not_say_the_output_folder(tmp_path: Path, missing: int) -> None:
    (tmp_path / "bin").mkdir()
    events = _events_of(tmp_path)
    del events[missing]
    assert _output_folder(events) == (tmp_path / "bin" if missing == 1 else None)
    assert _output_folder(_events_of(tmp_path, "gone")) is None


@pytest.mark.parametrize(
    ("label", "path"),
    [
        ("//protos:py_stubs", "protos/py_stubs"),
        ("//a/b:c", "a/b/c"),
        ("//:c", "c"),
        ("@proto_root//:py_stubs", "external/proto_root/py_stubs"),
        ("@x//a:b", "external/x/a/b"),
    ],
)
def test_the_output_path_of_a_label(label: str, path: str) -> None:
    assert output_path(label) == path


MISSING = {
    "bazel-4": "protos/BUILD.bazel:3:1: missing input file '//protos:x.bin'",
    "bazel-4-discovered": "protos/BUILD.bazel:3:1: discovered input file does not exist",
    "bazel-7": "Generating stubs failed: 1 input file(s) do not exist",
    "output": "Generating stubs failed: not all outputs were created or valid",
    "tool": "Generating stubs failed: (Exit 1)\nx-descriptor-set.proto.bin: No such file or directory",
}
BROKEN = "Generating stubs failed: (Exit 1)\nprotos/common.proto:53:20: Expected field name."


class Builds:
    """A Bazel whose builds end as told, in this order: with an error, or with None and an empty package."""

    def __init__(self, root: Path, *errors: str | None) -> None:
        self.root, self.program = root, root / "bazel"
        (root / "bin").mkdir()
        (root / "bin/stubs.warnings").touch()
        empty = {"files": {}, "marker": "", "patterns": [], "root": ""}
        (root / "bin/stubs.manifest.json").write_text(json.dumps(empty))
        for number, error in enumerate(errors, 1):
            events = _events_of(root) if error is None else [{"id": {}, "action": {}}]
            (root / f"events{number}").write_text("".join(json.dumps(event) + "\n" for event in events))
            (root / f"errors{number}").write_text(f"ERROR: {error}\n" if error else "")
        self.program.write_text(
            "#!/bin/sh\n"
            f"cd {root}; echo x >> calls; number=$(wc -l < calls | tr -d ' ')\n"
            'for word; do case $word in --build_event_json_file=*) cp "events$number" "${word#*=}" ;; esac; done\n'
            'echo "LOADING $number" >&2; cat "errors$number" >&2; [ ! -s "errors$number" ]\n'
        )
        self.program.chmod(0o755)

    def run(self) -> int:
        """Builds, trusting the outputs. Returns the number of builds."""
        build(str(self.program), ["//:stubs"], [], Path.cwd(), lambda *_: True, trusting=True)
        return self.calls

    @property
    def calls(self) -> int:
        return len((self.root / "calls").read_text().splitlines())


@pytest.mark.parametrize("missing", MISSING.values(), ids=MISSING)
def test_if_a_file_is_missing_a_second_build_checks_the_outputs(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], missing: str
) -> None:
    assert Builds(tmp_path, missing, None).run() == 2
    assert capfdbinary.readouterr().err == b"LOADING 1\nLOADING 2\n"


def test_the_errors_of_the_second_build_are_printed(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        Builds(tmp_path, MISSING["bazel-4"], BROKEN).run()
    assert capfdbinary.readouterr().err == f"LOADING 1\nLOADING 2\nERROR: {BROKEN}\n".encode()


def test_any_other_error_is_printed_and_fails_at_once(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    builds = Builds(tmp_path, BROKEN, None)
    with pytest.raises(subprocess.CalledProcessError):
        builds.run()
    assert builds.calls == 1
    assert capfdbinary.readouterr().err == f"LOADING 1\nERROR: {BROKEN}\n".encode()
