"""Completes and checks the SBOM that cyclonedx-py makes of a requirements lock. tools/sbom.sh runs it.

Usage: python3 -m tools.sbom REQUIREMENTS_LOCK NPM_LOCK < bom.json
"""

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

# From package URL (https://github.com/package-url/purl-spec) to the hashes of its files.
Locked = dict[str, set[str]]


class Problem(str):
    """What is wrong with an SBOM."""


def complete(bom: Json, npm_lock: Json) -> Json:
    """Returns an SBOM with the packages of an npm lock in it, and without addresses and what only repeats the lock.

    Args:
      bom: what cyclonedx-py has made of a requirements lock.
      npm_lock: a package-lock.json.
    """
    python = [{key: value for key, value in part.items() if key != "description"} for part in bom["components"]]
    npm = [_npm_component(path, entry) for path, entry in _npm_packages(npm_lock)]
    tools = [
        {key: value for key, value in tool.items() if key != "externalReferences"}
        for tool in bom["metadata"]["tools"]["components"]
    ]
    return {
        **bom,
        "metadata": {**bom["metadata"], "tools": {"components": tools}},
        "components": python + npm,
        "dependencies": bom["dependencies"] + [{"ref": component["bom-ref"]} for component in npm],
    }


def problems(bom: Json, requirements_lock: str, npm_lock: Json) -> list[Problem]:
    """Returns where an SBOM and the locks differ, and every address in it: no line if it is as it should be."""
    listed = {part.get("purl", part["name"]): set(_hashes(part)) for part in bom["components"]}
    locked = locked_wheels(requirements_lock) | {
        _npm_purl(path, entry): {_npm_hash(entry)} for path, entry in _npm_packages(npm_lock)
    }
    found = [Problem(f"{purl} is in a lock and not in the SBOM") for purl in sorted(locked.keys() - listed)]
    found += [Problem(f"{purl} is in the SBOM and in no lock") for purl in sorted(listed.keys() - locked)]
    found += [Problem(f"{purl} has no hash") for purl in sorted(listed) if not listed[purl]]
    found += [
        Problem(f"{purl} has other hashes than in its lock")
        for purl in sorted(locked.keys() & listed)
        if locked[purl] != listed[purl]
    ]
    return found + [Problem(f"{text} is an address") for text in _texts({**bom, "$schema": ""}) if "://" in text]


def locked_wheels(requirements_lock: str) -> Locked:
    """Returns what a requirements lock names."""
    locked: Locked = {}
    for line in requirements_lock.splitlines():
        if pin := re.match(r"([\w.-]+)==([^\s;]+)", line):
            hashes = locked[f"pkg:pypi/{pin[1].lower()}@{pin[2]}"] = set()
        if digest := re.search(r"--hash=sha256:([0-9a-f]{64})\b", line):
            hashes.add(digest[1])
    return locked


def _npm_packages(npm_lock: Json) -> Iterator[tuple[str, Json]]:
    """Yields the folder and the entry of every package; the nameless one is what the lock is of."""
    return ((path, entry) for path, entry in sorted(npm_lock["packages"].items()) if path)


def _npm_component(path: str, entry: Json) -> Json:
    group, _, name = _npm_name(path).rpartition("/")
    return {
        "bom-ref": f"package-lock-{path}",
        **({"group": group} if group else {}),
        "hashes": [{"alg": "SHA-512", "content": _npm_hash(entry)}],
        **({"licenses": [{"expression": entry["license"]}]} if "license" in entry else {}),
        "name": name,
        "purl": _npm_purl(path, entry),
        # It checks sources and takes no part in what is built.
        **({"scope": "excluded"} if entry.get("dev") else {}),
        "type": "library",
        "version": entry["version"],
    }


def _npm_name(path: str) -> str:
    return path.rpartition("node_modules/")[2]


def _npm_purl(path: str, entry: Json) -> str:
    return f"pkg:npm/{_npm_name(path).replace('@', '%40')}@{entry['version']}"


def _npm_hash(entry: Json) -> str:
    """Returns the hash of a package in hexadecimal (https://www.w3.org/TR/sri/ has it in base 64)."""
    return base64.b64decode(entry["integrity"].removeprefix("sha512-")).hex()


def _hashes(component: Json) -> Iterator[str]:
    for holder in (component, *component.get("externalReferences", [])):
        yield from (entry["content"] for entry in holder.get("hashes", []))


def _texts(value: object) -> Iterator[str]:
    """Yields every string of a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


def main(requirements_path: str, npm_path: str) -> int:
    """Prints the SBOM. Returns 0, or 1 after a message on standard error."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    requirements_lock, npm_lock = Path(requirements_path).read_text(), json.loads(Path(npm_path).read_text())
    bom = complete(json.load(sys.stdin), npm_lock)
    text = json.dumps(bom, indent=2, sort_keys=True)
    found = problems(bom, requirements_lock, npm_lock)
    if invalid := JsonStrictValidator(SchemaVersion.from_version(bom["specVersion"])).validate_str(text):
        found.append(Problem(f"it is no CycloneDX {bom['specVersion']}: {str(invalid).splitlines()[0]}"))
    for problem in found:
        print(f"sbom.sh: {problem}. Mend tools/sbom.py, or lock again: tools/update_requirements.sh", file=sys.stderr)
    if found:
        return 1
    print(text)
    count = sum(len(set(_hashes(part))) for part in bom["components"])
    print(f"{len(bom['components'])} packages, {count:,} hashes, 0 addresses", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
