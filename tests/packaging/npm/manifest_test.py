"""package.json of clients/typescript says by hand what other files say as well."""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
CLIENT = ROOT / "clients/typescript"


def _read(path: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return read


PACKAGE = _read("clients/typescript/package.json")
NEEDS = {flavor: _read(f"clients/typescript/src/{flavor}/npm-dependencies.json") for flavor in ("generated", "nestjs")}


def test_name_and_version_are_those_of_pyproject_toml() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (PACKAGE["name"], PACKAGE["version"]) == (project["name"], project["version"])


@pytest.mark.parametrize("flavor", NEEDS)
def test_dependencies_are_what_the_stubs_need(flavor: str) -> None:
    assert PACKAGE["dependencies"] == NEEDS[flavor]["dependencies"]


def test_what_only_nestjs_needs_is_optional() -> None:
    always, peers = (NEEDS[flavor]["peerDependencies"] for flavor in ("generated", "nestjs"))
    assert PACKAGE["peerDependencies"] == peers
    assert PACKAGE["peerDependenciesMeta"] == {name: {"optional": True} for name in peers if name not in always}


def test_it_is_built_with_what_it_is_tested_with() -> None:
    tested = _read("third_party/npm/test/package.json")["dependencies"]
    assert PACKAGE["devDependencies"].items() <= tested.items()


def test_the_lock_is_of_this_package() -> None:
    locked = _read("clients/typescript/package-lock.json")["packages"][""]
    assert locked == {name: value for name, value in PACKAGE.items() if name in locked}


def test_every_proto_can_be_imported() -> None:
    """A proto in a folder nestjs/ would be taken for one of the other flavor."""
    files = {flavor: {path.relative_to(CLIENT / "src" / flavor) for path in _sources(flavor)} for flavor in NEEDS}
    assert files["generated"] == files["nestjs"] and len(files["nestjs"]) > 3
    assert not [path for path in files["generated"] if path.parts[0] == "nestjs"]


def _sources(flavor: str) -> list[Path]:
    return list((CLIENT / "src" / flavor).rglob("*.ts"))
