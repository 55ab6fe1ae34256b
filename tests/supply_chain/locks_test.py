"""Committed parts of the supply chain: lock files have a hash for every file, and no script runs package scripts."""

import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
LOCKS = [lock for folder in ("bench", "third_party") for lock in sorted((ROOT / folder).glob("requirements*.txt"))]
NPM_LOCKS = [lock for folder in ("bench", "third_party") for lock in sorted((ROOT / folder).rglob("package-lock.json"))]
# Installed alongside other packages, so its runtime dependencies are ranges.
LIBRARY_LOCK = ROOT / "clients/typescript/package-lock.json"
SCRIPTS = [path for path in sorted(ROOT.rglob("*.sh")) if path.is_file()] + [ROOT / ".ci/run"]

# A line of a lock file: a package, a hash, or a comment.
PIN = re.compile(r"[a-z0-9][\w.\[\]-]*==[\w.+!]+( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
COMMENT = re.compile(r" *(#.*)?")


def lock_problems(text: str) -> list[str]:
    """Returns the lines of a requirements lock that are neither pins nor hashes, and the pins without a hash."""
    lines = [line for line in text.splitlines() if not COMMENT.fullmatch(line)]
    found = [line for line in lines if not PIN.fullmatch(line) and not HASH.fullmatch(line)]
    following = [*lines[1:], ""]
    found += [
        line for line, after in zip(lines, following, strict=True) if line.endswith("\\") != bool(HASH.fullmatch(after))
    ]
    return found + [line for line in text.splitlines() if "://" in line]


def npm_problems(lock: str) -> list[str]:
    """Returns the packages of an npm lock file that lack a current kind of hash or have a URL."""
    packages = json.loads(lock)["packages"].items()
    return [
        path
        for path, entry in packages
        if path and (not re.fullmatch(r"sha512-[\w+/]{86}==", entry.get("integrity", "")) or "resolved" in entry)
    ] + re.findall(r"\w+://[^\"]*", lock)


def npm_calls(script: str) -> list[str]:
    """Returns the commands of a shell script that make npm or npx do something."""
    joined = script.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if not COMMENT.fullmatch(line)]
    return [line.strip() for line in lines if re.search(r"(^|[\s(;&|/])(npm|npx|pnpm|yarn) +[a-z-]", line)]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_locked_file_has_a_hash_and_no_url(lock: Path, figures: Counter[str]) -> None:
    text = lock.read_text()
    assert lock_problems(text) == []
    assert lock.with_suffix(".in").is_file(), "what it is the lock of"
    figures["locks"] += 1
    figures["packages"] += len(re.findall("==.* \\\\$", text, re.MULTILINE))
    figures["hashes"] += text.count("--hash=")


@pytest.mark.parametrize("lock", [*NPM_LOCKS, LIBRARY_LOCK], ids=lambda path: path.parent.name)
def test_every_npm_package_has_a_hash_and_no_url(lock: Path, figures: Counter[str]) -> None:
    text = lock.read_text()
    assert npm_problems(text) == []
    figures["locks"] += 1
    figures["packages"] += len(json.loads(text)["packages"]) - 1
    figures["hashes"] += text.count('"integrity"')


def test_every_direct_npm_dependency_is_pinned() -> None:
    assert {lock.parent.name for lock in NPM_LOCKS} == {"bench", "npm", "test", "third_party"}
    for lock in NPM_LOCKS:
        project = json.loads((lock.parent / "package.json").read_text())
        pins = {**project.get("dependencies", {}), **project.get("devDependencies", {})}
        locked = json.loads(lock.read_text())["packages"]
        assert pins == {name: locked[f"node_modules/{name}"]["version"] for name in pins}


def test_tests_use_the_runtime_that_stubs_are_generated_for() -> None:
    npm, test = (
        json.loads((ROOT / f"third_party/{name}/package.json").read_text())["dependencies"]
        for name in ("npm", "npm/test")
    )
    assert {name: test[name] for name in npm if name in test} == {"@bufbuild/protobuf": npm["@bufbuild/protobuf"]}


def test_an_unpinned_package_is_not_relocked() -> None:
    command = ["bash", str(ROOT / "tools/update_npm.sh"), "rxjs", "x"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("update_npm.sh: no package.json pins 'x': one of @bazel/buildifier, @bufbuild/")


def test_every_npm_call_ignores_scripts(figures: Counter[str]) -> None:
    calls = [call for script in SCRIPTS for call in npm_calls(script.read_text())]
    assert calls and all("--ignore-scripts" in call for call in calls), calls
    figures["scripts"] = len(SCRIPTS)
    figures["calls of npm"] = len(calls)


def test_every_pip_call_requires_hashes_and_wheels() -> None:
    calls = [
        line.strip()
        for script in SCRIPTS
        if script.parent.name != "bench"  # as a naive user would write it
        for line in script.read_text().replace("\\\n", " ").splitlines()
        if re.search(r"-m pip install", line)
    ]
    assert calls and all("--require-hashes" in call and "--only-binary=:all:" in call for call in calls), calls


GOOD = f"six==1.0 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'1' * 64}\n    # via x\n"


@pytest.mark.parametrize(
    ("lock", "found"),
    [
        pytest.param(GOOD, [], id="good"),
        pytest.param("six==1.0\n", ["six==1.0"], id="no-hash"),
        pytest.param("six==1.0 \\\n" + GOOD, ["six==1.0 \\"], id="a-hash-lost"),
        pytest.param(GOOD.replace("==", ">="), ["six>=1.0 \\"], id="no-version"),
        pytest.param(
            GOOD.replace("1" * 64, "1" * 63),
            [f"    --hash=sha256:{'1' * 63}", f"    --hash=sha256:{'0' * 64} \\"],
            id="short",
        ),
        pytest.param("--index-url https://x/\n" + GOOD, ["--index-url https://x/"] * 2, id="index"),
        pytest.param(GOOD + "# https://x/\n", ["# https://x/"], id="address-in-a-comment"),
    ],
)
def test_a_bad_lock_file_is_detected(lock: str, found: list[str]) -> None:
    assert lock_problems(lock) == found


@pytest.mark.parametrize(
    ("entry", "bad"),
    [
        pytest.param({"integrity": "sha512-" + "A" * 86 + "=="}, False, id="good"),
        pytest.param({}, True, id="no-hash"),
        pytest.param({"integrity": "sha1-" + "A" * 27 + "="}, True, id="weak"),
        pytest.param({"integrity": "sha512-" + "A" * 86 + "==", "resolved": "x.tgz"}, True, id="address"),
    ],
)
def test_a_bad_npm_lock_file_is_detected(entry: dict[str, str], bad: bool) -> None:
    assert bool(npm_problems(json.dumps({"packages": {"": {}, "node_modules/x": entry}}))) == bad


@pytest.mark.parametrize(
    "script", ["npm ci", "(cd x && run_node npm install y)", "x=1 /usr/bin/npm \\\n  ci", "npx buildifier"]
)
def test_an_npm_call_is_detected(script: str) -> None:
    assert len(npm_calls(f"# npm ci\n{script}\n")) == 1
