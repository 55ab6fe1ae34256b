"""generate_grpc_stubs.sh on a machine that lacks something, simulated with a PATH of stand-ins."""

import os
import pty
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])

# The programs that the script may use before it has checked for the others.
COREUTILS = ("bash", "cat", "dirname", "env", "mktemp", "readlink", "rm")

# Python, with or without pip. Bazel, which records its arguments and fails to build.
PYTHON = f'exec {sys.executable} "$@"'
PYTHON_WITH_PIP = f'case "$*" in *find_spec*) exit 0;; esac; {PYTHON}'
PYTHON_WITHOUT_PIP = f'case "$*" in *find_spec*) exit 1;; esac; {PYTHON}'
BAZEL = '[ "$1" != build ] || exit 37'
BUILT = 37


class Machine:
    """A workspace with the script, and a PATH that contains only what a test puts there."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "bin"
        self.bin.mkdir()
        self.log = root / "log"
        self.script = root / "jts" / "scripts" / "generate_grpc_stubs.sh"
        for folder in ("bazel/private", "scripts"):
            shutil.copytree(ROOT / folder, root / "jts" / folder)
        (root / "jts/WORKSPACE").touch()
        for name in COREUTILS:
            (self.bin / name).symlink_to(shutil.which(name) or name)

    def install(self, name: str, body: str = "exit 0") -> None:
        """Adds a program to PATH that records its calls."""
        (self.bin / name).write_text(f'#!{shutil.which("bash")}\necho "{name} $*" >> {self.log}\n{body}\n')
        (self.bin / name).chmod(0o755)

    def run(
        self, *arguments: str, user: int = 0, env: dict[str, str] | None = None, answer: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs the script, on a terminal where a user types an answer if there is one."""
        (self.bin / "id").write_text(f"#!{self.bin}/bash\necho {user}\n")
        (self.bin / "id").chmod(0o755)
        command = [str(self.bin / "bash"), str(self.script), *arguments]
        person, terminal = pty.openpty() if answer is not None else os.pipe()
        if answer is not None:
            os.write(person, answer.encode())
        try:
            return subprocess.run(
                command,
                env={"PATH": str(self.bin), "XDG_CACHE_HOME": str(self.bin.parent / "cache"), **(env or {})},
                stdin=terminal if answer is not None else person,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            os.close(person)
            os.close(terminal)

    @property
    def calls(self) -> list[str]:
        """The recorded calls, one per line."""
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    tmp_path.chmod(0o755)
    return Machine(tmp_path)


def _builds(machine: Machine) -> list[str]:
    """Returns what was built and by which Bazel: "bazel //protos:py_stubs"."""
    calls = [call.split() for call in machine.calls]
    return [f"{words[0]} {words[-1]}" for words in calls if words[1:2] == ["build"]]


def test_nothing_is_missing(machine: Machine) -> None:
    machine.install("bazel", BAZEL)
    machine.install("python3", PYTHON_WITH_PIP)
    machine.install("apt-get")
    result = machine.run("--check")
    assert (result.returncode, result.stderr) == (BUILT, "")
    assert _builds(machine) == ["bazel //protos:py_stubs"]
    assert not [call for call in machine.calls if call.startswith("apt-get")]


def test_pip_is_not_looked_for_once_bazel_has_fetched_the_wheels(machine: Machine) -> None:
    machine.install("bazel", BAZEL)
    machine.install("my-python", PYTHON_WITHOUT_PIP)
    base, checkout = machine.bin.parent / "base", machine.script.parents[1]
    (base / "execroot/x/bazel-out").mkdir(parents=True)
    (checkout / "bazel-out").symlink_to(base / "execroot/x/bazel-out")
    assert machine.run(env={"PY_GRPC_PYTHON": "my-python"}).returncode == 2
    (base / "external").mkdir()
    (base / "external/@py_grpc_wheels.marker").touch()
    machine.log.unlink()
    assert machine.run(env={"PY_GRPC_PYTHON": "my-python"}).returncode == BUILT
    assert not [call for call in machine.calls if "find_spec" in call]


def test_bazelisk_works_as_well(machine: Machine) -> None:
    machine.install("bazelisk", BAZEL)
    machine.install("python3", PYTHON_WITH_PIP)
    assert machine.run().returncode == BUILT
    assert _builds(machine) == ["bazelisk //protos:py_stubs"]


@pytest.mark.parametrize("variable", ["BAZEL", "PY_GRPC_PYTHON"])
def test_a_configured_program_that_does_not_exist(machine: Machine, variable: str) -> None:
    machine.install("bazel")
    machine.install("python3", PYTHON_WITH_PIP)
    machine.install("apt-get")
    result = machine.run(env={variable: "nonsense"})
    assert (result.returncode, machine.calls) == (2, [])
    assert f"{variable}=nonsense is not a program" in result.stderr and f"'unset {variable}'" in result.stderr


def test_a_configured_program(machine: Machine) -> None:
    machine.install("bazel", BAZEL)
    machine.install("my-bazel", BAZEL)
    machine.install("my-python", PYTHON_WITH_PIP)
    assert machine.run(env={"BAZEL": "my-bazel", "PY_GRPC_PYTHON": "my-python"}).returncode == BUILT
    assert {call.split()[0] for call in machine.calls} == {"my-bazel", "my-python"}


def test_neither_bazel_nor_apt(machine: Machine) -> None:
    machine.install("python3", PYTHON_WITH_PIP)
    result = machine.run()
    assert result.returncode == 2
    assert result.stderr.startswith("generate_grpc_stubs.sh: missing: bazel-bootstrap (") and "Bazel" in result.stderr


INSTALL = "apt-get install -y --no-install-recommends "


def test_no_permission_to_install(machine: Machine) -> None:
    machine.install("apt-get")
    result = machine.run(user=1000)
    assert (result.returncode, machine.calls) == (2, [])
    assert f"Type as root: apt-get update && {INSTALL}bazel-bootstrap python3 python3-pip\n" in result.stderr


@pytest.fixture
def installing(machine: Machine) -> Machine:
    """A machine without Bazel, whose apt-get installs it."""
    machine.install("sudo", 'exec "$@"')
    machine.install(".bazel", BAZEL)
    machine.install("python3", PYTHON_WITH_PIP)
    machine.install(
        "apt-get",
        f'[ "$DEBIAN_FRONTEND" = noninteractive ] || exit 9; [ "$1" = update ] || ln -s .bazel {machine.bin}/bazel',
    )
    (machine.bin / "ln").symlink_to(shutil.which("ln") or "ln")
    return machine


@pytest.mark.parametrize("user", [pytest.param(0, id="root"), pytest.param(1000, id="sudo")])
def test_missing_programs_are_listed_and_installed(installing: Machine, user: int) -> None:
    result = installing.run(user=user)
    assert result.returncode == BUILT, result.stderr
    assert len([call for call in installing.calls if call.startswith("sudo ")]) == (2 if user else 0)
    assert result.stderr == f"Installing what is missing: {INSTALL}bazel-bootstrap\n"
    assert [call for call in installing.calls if call.startswith("apt-get")] == [
        "apt-get update",
        f"{INSTALL}bazel-bootstrap",
    ]


@pytest.mark.parametrize(
    ("answer", "arguments", "installs"),
    [
        pytest.param("y\n", [], True, id="yes"),
        pytest.param("\n", [], True, id="enter"),
        pytest.param("n\n", [], False, id="no"),
        pytest.param("\x04", [], False, id="end-of-input"),
        pytest.param("n\n", ["--yes"], True, id="answered-beforehand"),
    ],
)
def test_it_asks_before_it_installs_on_a_terminal(
    installing: Machine, answer: str, arguments: list[str], installs: bool
) -> None:
    result = installing.run(*arguments, user=1000, answer=answer)
    asked = f"Install what is missing with 'sudo {INSTALL}bazel-bootstrap'?" in result.stderr
    assert asked == (not arguments)
    assert result.returncode == (BUILT if installs else 2), result.stderr
    assert any(call.startswith("apt-get") for call in installing.calls) == installs
    assert installs or f"sudo apt-get update && sudo {INSTALL}bazel-bootstrap\n" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "installs"), [(["--check"], False), (["--check", "--yes"], True), (["--yes", "--check"], True)]
)
def test_a_check_installs_only_what_it_is_told_to(installing: Machine, arguments: list[str], installs: bool) -> None:
    result = installing.run(*arguments)
    assert result.returncode == (BUILT if installs else 2), result.stderr
    assert any(call.startswith("apt-get") for call in installing.calls) == installs
    line = f"generate_grpc_stubs.sh: missing: bazel-bootstrap. Type: apt-get update && {INSTALL}bazel-bootstrap\n"
    assert installs or result.stderr == line


def test_a_python_of_ones_own_without_pip(machine: Machine) -> None:
    machine.install("bazel", BAZEL)
    machine.install("apt-get")
    machine.install("my-python", PYTHON_WITHOUT_PIP)
    result = machine.run(env={"PY_GRPC_PYTHON": "my-python"})
    assert result.returncode == 2 and result.stderr.count("\n") == 1
    assert "PY_GRPC_PYTHON=my-python has no pip. Type 'my-python -m ensurepip'" in result.stderr
    assert not [call for call in machine.calls if call.startswith(("apt-get", "bazel"))]


def test_staged_without_git(machine: Machine) -> None:
    machine.install("bazel", BAZEL)
    machine.install("python3", PYTHON_WITH_PIP)
    result = machine.run("--check", "--staged")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("generate_grpc_stubs.sh: git is not installed") and result.stderr.count("\n") == 1


def test_ctrl_c_before_the_program_is_loaded(machine: Machine) -> None:
    machine.install("bazel", BAZEL)
    machine.install("python3", PYTHON_WITH_PIP)
    interrupt = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
    machine.script.with_name("git_index.py").write_text(interrupt)
    result = machine.run()
    assert (result.returncode, result.stdout, result.stderr) == (-signal.SIGINT, "", "")


def test_apt_fails(machine: Machine) -> None:
    machine.install("python3", PYTHON_WITHOUT_PIP)
    machine.install("bazel", BAZEL)
    machine.install("apt-get", "echo 'E: Unable to locate package' >&2; exit 100")
    result = machine.run()
    assert result.returncode == 2
    assert "E: Unable to locate package\n" in result.stderr
    assert "generate_grpc_stubs.sh: apt-get could not install python3-pip " in result.stderr


def test_wrong_usage_installs_nothing(machine: Machine) -> None:
    machine.install("python3", PYTHON_WITHOUT_PIP)
    machine.install("apt-get")
    result = machine.run("--nope")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("generate_grpc_stubs.sh: ") and result.stderr.count("\n") == 1
    assert result.stderr.endswith(" Type 'scripts/generate_grpc_stubs.sh --help'.\n")
    assert not [call for call in machine.calls if call.startswith("apt-get")]


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("python", [True, False], ids=["python", "nothing"])
def test_help_installs_nothing(machine: Machine, flag: str, python: bool) -> None:
    machine.install("apt-get")
    if python:
        machine.install("python3", PYTHON_WITHOUT_PIP)
    result = machine.run("--check", flag)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.lower().startswith("usage: scripts/generate_grpc_stubs.sh ")
    assert ("--proto-root DIR" in result.stdout) == python
    assert not [call for call in machine.calls if call.startswith("apt-get")]
