"""tools/sbom.py: every locked package is in the SBOM with its hashes, and everything missing is reported."""

import base64
import copy
from collections import Counter
from collections.abc import Callable

import pytest

from tools.sbom import Json, complete, problems

LOCK = f"six==1.17.0 \\\n    --hash=sha256:{'a' * 64} \\\n    --hash=sha256:{'b' * 64}\n    # via x\n"
NPM_LOCK: Json = {
    "packages": {
        "": {"name": "project"},
        "node_modules/@bazel/buildifier": {
            "version": "8.2.1",
            "integrity": "sha512-" + base64.b64encode(bytes(64)).decode(),
            "dev": True,
            "license": "Apache-2.0",
        },
    }
}


def _with(**changes: object) -> Json:
    """Returns the npm lock file with another package added twice, and with its own package changed."""
    lock = copy.deepcopy(NPM_LOCK)
    entry = lock["packages"]["node_modules/@bazel/buildifier"]
    long = {"version": "5.3.2", "integrity": entry["integrity"]}
    lock["packages"] |= {"node_modules/long": long, "node_modules/x/node_modules/long": long}
    entry.update(changes)
    return lock


def _made_by_cyclonedx() -> Json:
    """Returns the SBOM that cyclonedx-py generates from LOCK."""
    hashes = [{"alg": "SHA-256", "content": letter * 64} for letter in "ab"]
    six = {
        "bom-ref": "requirements-L1",
        "description": "requirements line 1: six==1.17.0 --hash=…",
        "externalReferences": [{"hashes": hashes, "type": "distribution", "url": "./six/"}],
        "name": "six",
        "purl": "pkg:pypi/six@1.17.0",
        "version": "1.17.0",
    }
    tool = {"name": "cyclonedx-py", "externalReferences": [{"type": "website", "url": "https://x/"}]}
    return {
        "$schema": "http://x/bom.json",
        "components": [six],
        "dependencies": [{"ref": "requirements-L1"}],
        "metadata": {"tools": {"components": [tool]}},
    }


@pytest.fixture
def bom() -> Json:
    return complete(_made_by_cyclonedx(), [copy.deepcopy(NPM_LOCK)])


def test_a_complete_sbom_covers_both_lock_files(bom: Json, figures: Counter[str]) -> None:
    assert problems(bom, [LOCK], [NPM_LOCK]) == []
    assert [part["purl"] for part in bom["components"]] == ["pkg:pypi/six@1.17.0", "pkg:npm/%40bazel/buildifier@8.2.1"]
    npm = bom["components"][1]
    assert (npm["group"], npm["name"], npm["version"], npm["scope"]) == ("@bazel", "buildifier", "8.2.1", "excluded")
    assert npm["hashes"] == [{"alg": "SHA-512", "content": "00" * 64}]
    assert {entry["ref"] for entry in bom["dependencies"]} == {part["bom-ref"] for part in bom["components"]}
    figures["packages listed"] += len(bom["components"])


def test_the_input_is_not_modified() -> None:
    made = _made_by_cyclonedx()
    complete(made, [NPM_LOCK])
    assert made == _made_by_cyclonedx()


def test_a_package_in_two_lock_files_is_listed_once() -> None:
    locks = [NPM_LOCK, _with(dev=False)]
    bom = complete(_made_by_cyclonedx(), locks)
    assert problems(bom, [LOCK], locks) == []
    assert [part["name"] for part in bom["components"]] == ["six", "buildifier", "long"]
    assert "scope" not in bom["components"][1], "one of them needs it"
    assert len({part["bom-ref"] for part in bom["components"]}) == 3


def test_a_package_with_different_hashes_in_two_lock_files_has_both() -> None:
    locks = [NPM_LOCK, _with(integrity="sha512-" + base64.b64encode(b"1" * 64).decode())]
    bom = complete(_made_by_cyclonedx(), locks)
    assert len(bom["components"][1]["hashes"]) == 2 and problems(bom, [LOCK], locks) == []
    assert problems(bom, [LOCK], [NPM_LOCK, _with()]) != []


def test_two_requirements_locks(bom: Json) -> None:
    pin, *hashes = LOCK.splitlines(keepends=True)
    other = "".join([pin.replace("six==1.17.0", "seven==7"), *hashes])
    assert problems(bom, [LOCK, other], [NPM_LOCK]) == ["pkg:pypi/seven@7 is in a lock and not in the SBOM"]


def _without_hashes(bom: Json) -> None:
    del bom["components"][1]["hashes"]


def _another_hash(bom: Json) -> None:
    bom["components"][0]["externalReferences"][0]["hashes"][0]["content"] = "c" * 64


def _an_address(bom: Json) -> None:
    bom["components"][0]["externalReferences"][0]["url"] = "https://x/six/"


def _another_version(bom: Json) -> None:
    bom["components"][0]["purl"] = "pkg:pypi/six@1.16.0"


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        pytest.param(
            lambda bom: bom["components"].pop(), ["pkg:npm/%40bazel/buildifier@8.2.1 is in a lock"], id="lost"
        ),
        pytest.param(
            _another_version, ["pkg:pypi/six@1.17.0 is in a lock", "pkg:pypi/six@1.16.0 is in the"], id="version"
        ),
        pytest.param(_without_hashes, ["pkg:npm/%40bazel/buildifier@8.2.1 has no hash", "pkg:npm/"], id="no-hash"),
        pytest.param(_another_hash, ["pkg:pypi/six@1.17.0 has other hashes than in its lock"], id="hash"),
        pytest.param(_an_address, ["https://x/six/ is an address"], id="address"),
    ],
)
def test_errors_are_reported(
    bom: Json, figures: Counter[str], spoil: Callable[[Json], object], found: list[str]
) -> None:
    spoil(bom)
    said = problems(bom, [LOCK], [NPM_LOCK])
    assert len(said) == len(found)
    assert all(line.startswith(start) for line, start in zip(said, found, strict=True)), said
    figures["faults named"] += 1
