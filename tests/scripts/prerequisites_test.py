"""What generate_grpc_stubs.sh does on a machine that lacks something, played with a PATH of stand-ins."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "scripts")

# What the script may use before it has made sure of the rest.
COREUTILS = ("bash", "cat", "dirname", "env", "mktemp", "mv", "readlink", "rm", "echo")


class Machine:
    """A workspace with the script, and a PATH that holds only what a test puts there."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "bin"
        self.bin.mkdir()
        self.log = root / "log"
        self.script = root / "jts" / "scripts" / "generate_grpc_stubs.sh"
        shutil.copytree(SCRIPTS, self.script.parent)
        for name in COREUTILS:
            (self.bin / name).symlink_to(shutil.which(name) or name)

    def install(self, name: str, body: str = "exit 0") -> None:
        """Puts a program on PATH that notes how it was called."""
        (self.bin / name).write_text(f'#!{shutil.which("bash")}\necho "{name} $*" >> {self.log}\n{body}\n')
        (self.bin / name).chmod(0o755)

    def run(
        self, *arguments: str, user: int = 0, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        (self.bin / "id").write_text(f"#!{self.bin}/bash\necho {user}\n")
        (self.bin / "id").chmod(0o755)
        command = [str(self.bin / "bash"), str(self.script), *arguments]
        return subprocess.run(
            command, env={"PATH": str(self.bin), **(env or {})}, capture_output=True, text=True, check=False
        )

    @property
    def calls(self) -> list[str]:
        """What was called, one line a call."""
        return self.log.read_text().splitlines() if self.log.exists() else []


PYTHON_WITH_PIP = 'case "$*" in *find_spec*) exit 0;; *) echo "ran $*";; esac'


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    tmp_path.chmod(0o755)
    return Machine(tmp_path)


def test_nothing_is_missing(machine: Machine) -> None:
    machine.install("bazel")
    machine.install("python3", PYTHON_WITH_PIP)
    result = machine.run("--check")
    assert result.returncode == 0 and "ran -S -E -s -B scripts/copy_out.py" in result.stdout
    assert result.stdout.rstrip().endswith("--check")
    assert not [call for call in machine.calls if call.startswith("apt-get")]


def test_bazelisk_does_as_well(machine: Machine) -> None:
    machine.install("bazelisk")
    machine.install("python3", PYTHON_WITH_PIP)
    assert f"--bazel {machine.bin}/bazelisk" in machine.run().stdout


@pytest.mark.parametrize("variable", ["BAZEL", "PY_GRPC_PYTHON"])
def test_a_program_that_is_named_and_not_there(machine: Machine, variable: str) -> None:
    machine.install("bazel")
    machine.install("python3", PYTHON_WITH_PIP)
    machine.install("apt-get")
    result = machine.run(env={variable: "nonsense"})
    assert (result.returncode, machine.calls) == (2, [])
    assert result.stderr == (
        f"generate_grpc_stubs.sh: {variable}=nonsense is not a program. Name one that is, or type 'unset {variable}'.\n"
    )


def test_a_program_that_is_named(machine: Machine) -> None:
    machine.install("bazel")
    machine.install("my-bazel")
    machine.install("my-python", PYTHON_WITH_PIP)
    result = machine.run(env={"BAZEL": "my-bazel", "PY_GRPC_PYTHON": "my-python"})
    assert f"--bazel {machine.bin}/my-bazel" in result.stdout
    assert {call.split()[0] for call in machine.calls} == {"my-bazel", "my-python"}


def test_through_a_link(machine: Machine, tmp_path: Path) -> None:
    machine.install("bazel")
    machine.install("python3", PYTHON_WITH_PIP)
    (tmp_path / "link").symlink_to(machine.script)
    machine.script = tmp_path / "link"
    result = machine.run()
    assert f"--package //protos:py_stubs {tmp_path}/jts/src/infrastructure/grpc/generated" in result.stdout, (
        result.stderr
    )


def test_neither_bazel_nor_apt(machine: Machine) -> None:
    machine.install("python3", PYTHON_WITH_PIP)
    result = machine.run()
    assert result.returncode == 2
    assert result.stderr == (
        "generate_grpc_stubs.sh: missing: bazel-bootstrap (as Debian names them). "
        "Install Bazel (or bazelisk) and Python 3 with pip, and run this again.\n"
    )


def test_no_right_to_install(machine: Machine) -> None:
    machine.install("apt-get")
    result = machine.run(user=1000)
    assert result.returncode == 2
    assert result.stderr == (
        "generate_grpc_stubs.sh: missing: bazel-bootstrap python3 python3-pip. Type as root: apt-get update && "
        "apt-get install -y --no-install-recommends bazel-bootstrap python3 python3-pip\n"
    )
    assert machine.calls == []


@pytest.mark.parametrize("user", [pytest.param(0, id="root"), pytest.param(1000, id="sudo")])
def test_what_is_missing_is_named_and_installed(machine: Machine, user: int) -> None:
    machine.install("sudo", 'exec "$@"')
    machine.install(".bazel")
    machine.install("python3", PYTHON_WITH_PIP)
    machine.install(
        "apt-get",
        f'[ "$DEBIAN_FRONTEND" = noninteractive ] || exit 9; [ "$1" = update ] || ln -s .bazel {machine.bin}/bazel',
    )
    (machine.bin / "ln").symlink_to(shutil.which("ln") or "ln")
    result = machine.run(user=user)
    assert result.returncode == 0, result.stderr
    assert len([call for call in machine.calls if call.startswith("sudo ")]) == (2 if user else 0)
    assert "Installing what is missing: apt-get install -y --no-install-recommends bazel-bootstrap\n" in result.stderr
    assert [call for call in machine.calls if call.startswith("apt-get")] == [
        "apt-get update",
        "apt-get install -y --no-install-recommends bazel-bootstrap",
    ]


def test_apt_fails(machine: Machine) -> None:
    machine.install("python3", PYTHON_WITH_PIP)
    machine.install("apt-get", "echo 'E: Unable to locate package' >&2; exit 100")
    result = machine.run()
    assert result.returncode == 2
    assert "E: Unable to locate package\n" in result.stderr
    assert result.stderr.endswith(
        "apt-get could not install bazel-bootstrap (see above). "
        "Mend that, or install them yourself, and run this again.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--nope"],
            "generate_grpc_stubs.sh: unknown argument '--nope'. Type 'scripts/generate_grpc_stubs.sh --help'.\n",
        ),
        (["out"], "generate_grpc_stubs.sh: unknown argument 'out'. Type 'scripts/generate_grpc_stubs.sh --help'.\n"),
        (
            ["--out"],
            "generate_grpc_stubs.sh: --out needs a folder, as in '--out path/to/folder'. "
            "Type 'scripts/generate_grpc_stubs.sh --help'.\n",
        ),
        (
            ["--out", "--check"],
            "generate_grpc_stubs.sh: --out needs a folder, as in '--out path/to/folder'. "
            "Type 'scripts/generate_grpc_stubs.sh --help'.\n",
        ),
        (
            ["--out="],
            "generate_grpc_stubs.sh: --out needs a folder, as in '--out path/to/folder'. "
            "Type 'scripts/generate_grpc_stubs.sh --help'.\n",
        ),
    ],
)
def test_wrong_use(machine: Machine, arguments: list[str], message: str) -> None:
    result = machine.run(*arguments)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", message)


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_needs_nothing(machine: Machine, flag: str) -> None:
    result = machine.run(flag)
    assert result.returncode == 0 and result.stdout.startswith("Usage: scripts/generate_grpc_stubs.sh ")
    assert machine.calls == []


def test_the_script_stays_short() -> None:
    assert len((SCRIPTS / "generate_grpc_stubs.sh").read_text().splitlines()) < 120


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
def test_a_newer_bazel_is_told_what_it_needs(machine: Machine, version: str, newer: bool) -> None:
    machine.install("bazel", f"echo '{version}'")
    machine.install("python3", PYTHON_WITH_PIP)
    (machine.bin / "sed").symlink_to(shutil.which("sed") or "sed")
    workspace = machine.script.parents[1]
    shutil.copytree(SCRIPTS.parent / "tools", workspace / "tools")
    rc = workspace / ".bazelrc.version"
    rc.write_text("common --left_over\n")
    machine.run()
    assert rc.exists() == newer
    if newer:
        lines = [line for line in rc.read_text().splitlines() if line.startswith("common")]
        assert lines[0] == "common --noenable_bzlmod --enable_workspace"
        assert (len(lines) > 1) == Path("/usr/share/bazel/rules").is_dir()


@pytest.mark.parametrize("version", ["5.4.1", "6.5.0", "7.0.2", "8.0.0", "10.0.0"])
def test_another_bazel_is_refused(machine: Machine, version: str) -> None:
    machine.install("bazel", f"echo 'bazel {version}'")
    machine.install("python3", PYTHON_WITH_PIP)
    result = machine.run()
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"generate_grpc_stubs.sh: bazel {version} cannot build this: it takes 4.2 or, from 7.1 on, 7. "
        "Install one, or name it: export BAZEL=/path/to/bazel\n"
    )
