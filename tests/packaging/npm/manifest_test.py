"""clients/typescript's package.json repeats by hand what other files define; they must agree."""

import json
import os
import re
from pathlib import Path
from typing import Any

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
CLIENT = ROOT / "clients/typescript"


def _read(path: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return read


PACKAGE = _read("clients/typescript/package.json")
STUBS = CLIENT / "src/generated"
TESTED = _read("third_party/npm/test/package.json")["dependencies"]


def test_dependencies_are_what_the_stubs_need() -> None:
    assert PACKAGE["dependencies"] == _read("clients/typescript/src/generated/npm-dependencies.json")["dependencies"]


def test_dependencies_of_grpc_js_and_nestjs_alone_are_optional() -> None:
    """Covers the packages that hand-written modules import, in the tested version or a newer one."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (CLIENT / "src").glob("*.ts"))
    imported = set(re.findall(r' from "([^."][^"]*)";', sources)) - {*PACKAGE["dependencies"]}
    assert PACKAGE["peerDependencies"] == {name: f"^{TESTED[name]}" for name in imported}
    assert PACKAGE["peerDependenciesMeta"] == {name: {"optional": True} for name in imported}


def test_it_is_built_with_the_tested_versions() -> None:
    assert PACKAGE["devDependencies"].items() <= TESTED.items()


def test_the_lock_file_belongs_to_this_package() -> None:
    locked = _read("clients/typescript/package-lock.json")["packages"][""]
    assert locked == {name: value for name, value in PACKAGE.items() if name in locked}


def test_every_proto_can_be_imported() -> None:
    """In the exports, the pattern for generated modules comes after the hand-written modules."""
    names = {path.relative_to(STUBS).with_suffix("").as_posix() for path in STUBS.rglob("*.ts")}
    assert len(names) == 3 and all(name.endswith("_pb") for name in names)
    assert not [path.stem for path in (CLIENT / "src").glob("*.ts") if path.stem.endswith("_pb")]
