"""Scripts that users run need only the options of POSIX utilities and the features of bash 3.2.

macOS has BSD utilities, and bash from 2007.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])

# The options listed at https://pubs.opengroup.org/onlinepubs/9799919799/idx/utilities.html, with their arguments.
# mktemp is not in POSIX; every system has it without options.
POSIX = {
    "cat": "u",
    "dirname": "",
    "env": "iu:",
    "id": "Ggnru",
    "mktemp": "",
    "readlink": "n",
    "rm": "dfiRrv",
}

# A wrapper that accepts only those options, before the operands.
STRICT = """#!{bash}
while getopts ":{options}" option; do
  if [[ $option == [?:] ]]; then
    echo "{name}: POSIX has no such option: $*" >&2
    exit 64
  fi
done
exec {program} "$@"
"""

NEWER_THAN_BASH_3_2 = [
    pytest.param(r"\b(?:mapfile|readarray|coproc)\b", "mapfile -t lines < x", id="mapfile"),
    pytest.param(r"\b(?:declare|local|typeset|readonly)\s+-\w*[Ang]", "declare -A table", id="associative-arrays"),
    pytest.param(r"\$\{[\w@*\[\]]+(?:,|\^)", "${name,,}", id="case"),
    pytest.param(r"\$\{[\w@*\[\]]+@[A-Za-z]\}", "${name@Q}", id="transformations"),
    pytest.param(r"\$\{\w+\[-\d+\]", "${list[-1]}", id="negative-subscripts"),
    pytest.param(r"\|&|&>>", "a |& b", id="shorthands"),
    pytest.param(r"\[\[[^]]*\s-v\s", "[[ -v name ]]", id="is-set"),
    pytest.param(r"%\([^)]*\)T", "printf '%(%F)T'", id="printf-time"),
    pytest.param(r"\bshopt\s+-s\s+(?:globstar|lastpipe|inherit_errexit)", "shopt -s globstar", id="shopt"),
    pytest.param(r"\$\{?(?:EPOCHSECONDS|EPOCHREALTIME|SRANDOM|BASH_ARGV0)", "$EPOCHSECONDS", id="variables"),
    # Before bash 4.4, set -u treats an empty array as unset.
    pytest.param(r'(?<!\+)"\$\{(?!BASH_SOURCE)\w+\[@\]\}"', '"${options[@]}"', id="empty-arrays"),
]


def _scripts() -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in sorted((ROOT / "scripts").rglob("*.sh"))}


@pytest.mark.parametrize(("pattern", "example"), NEWER_THAN_BASH_3_2)
def test_the_scripts_run_on_macos_bash(pattern: str, example: str) -> None:
    assert re.search(pattern, example)
    lines = [
        f"{path}:{number}: {line.strip()}"
        for path, text in _scripts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    ]
    # The array of the interpreter and its options is never empty.
    assert [line for line in lines if '"${python[@]}"' not in line] == []


class System:
    """A checkout, and a PATH whose programs accept only POSIX options."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "bin"
        self.bin.mkdir()
        self.checkout = root / "checkout"
        shutil.copytree(ROOT / "scripts", self.checkout / "scripts")
        self.bash = shutil.which("bash") or "bash"
        (self.bin / "bash").symlink_to(self.bash)
        for name, options in POSIX.items():
            program = shutil.which(name) or name
            self.install(name, STRICT.format(bash=self.bash, name=name, options=options, program=program))

    def install(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def run(self, *command: Path | str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.bin)}
        return subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def system(tmp_path: Path) -> System:
    made = System(tmp_path)
    made.install("bazel", f"#!{made.bash}\n")
    made.install("python3", f'#!{made.bash}\n[[ $* == *find_spec* ]] || echo "ran $*"\n')
    return made


def test_the_programs_are_strict(system: System) -> None:
    assert "POSIX has no such option: -f x" in system.run("readlink", "-f", "x").stderr
    assert "POSIX has no such option: --help" in system.run("cat", "--help").stderr
    assert system.run("cat", "-u", system.checkout / "scripts/BUILD.bazel").returncode == 0


@pytest.mark.parametrize(
    "arguments", [[], ["--check"], ["--proto-root", "x"], ["--out", "x"], ["--language", "all"]], ids=" ".join
)
def test_the_script_needs_only_posix(system: System, arguments: list[str]) -> None:
    result = system.run(system.checkout / "scripts/generate_grpc_stubs.sh", *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    script = system.checkout / "scripts/generate_grpc_stubs"
    words = [str(system.bin / "bazel"), f"{script}.sh", *arguments]
    assert result.stdout == f"ran -S -E -s -B {script}.py {' '.join(words)}\n"


def test_an_installation_needs_only_posix(system: System) -> None:
    (system.bin / "bazel").unlink()
    system.install("id", f"#!{system.bash}\necho 0\n")
    system.install("apt-get", f'#!{system.bash}\n[[ $1 == update ]] || cp bazel.txt "{system.bin}/bazel"\n')
    (system.bin / "cp").symlink_to(shutil.which("cp") or "cp")
    (system.checkout / "bazel.txt").write_text(f"#!{system.bash}\nexit\n")
    (system.checkout / "bazel.txt").chmod(0o755)
    result = system.run(system.checkout / "scripts/generate_grpc_stubs.sh", cwd=system.checkout)
    assert result.returncode == 0 and result.stderr.startswith("Installing what is missing: "), result.stderr


@pytest.mark.parametrize(
    ("links", "called"),
    [
        pytest.param({"stubs": "checkout/scripts/generate_grpc_stubs.sh"}, "stubs", id="relative"),
        pytest.param({"stubs": "{root}/checkout/scripts/generate_grpc_stubs.sh"}, "stubs", id="absolute"),
        pytest.param(
            {"a/stubs": "../b", "b": "checkout/scripts/generate_grpc_stubs.sh"}, "a/stubs", id="a-link-to-a-link"
        ),
        pytest.param({"a/scripts": "../checkout/scripts"}, "a/scripts/generate_grpc_stubs.sh", id="a-folder"),
        pytest.param(
            {"a/scripts": "../checkout/scripts", "stubs": "a/scripts/generate_grpc_stubs.sh"},
            "stubs",
            id="a-link-through-a-folder",
        ),
        pytest.param(
            {"a/b/c": "../../deep/er", "deep/er/stubs": "../../checkout/scripts/generate_grpc_stubs.sh"},
            "a/b/c/stubs",
            id="a-relative-link-in-a-linked-folder",
        ),
    ],
)
def test_the_script_is_found_through_links(system: System, tmp_path: Path, links: dict[str, str], called: str) -> None:
    for name in links:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "deep/er").mkdir(parents=True, exist_ok=True)
    for name, target in links.items():
        (tmp_path / name).symlink_to(target.format(root=tmp_path))
    for cwd, path in ((tmp_path, called), (tmp_path / "deep", str(tmp_path / called))):
        result = system.run(system.bash, path, cwd=cwd)
        assert f" {tmp_path}/checkout/scripts/generate_grpc_stubs.py " in result.stdout, result.stderr
