"""Completes and checks the SBOM that cyclonedx-py generates from requirements locks. Run by tools/sbom.sh.

Usage: python3 -m tools.sbom LOCK… < bom.json   LOCK is a requirements lock (.txt) or an npm lock (.json).
"""

import base64
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

# From package URL (https://github.com/package-url/purl-spec) to its file hashes.
Locked = dict[str, set[str]]


def complete(bom: Json, npm_locks: Iterable[Json]) -> Json:
    """Returns the SBOM with the npm packages added, and without URLs and descriptions.

    Args:
      bom: cyclonedx-py's output for the concatenated requirements locks.
      npm_locks: package-lock.json files.
    """
    python = [{key: value for key, value in part.items() if key != "description"} for part in bom["components"]]
    npm = [_npm_component(purl, entries) for purl, entries in _npm_packages(npm_locks).items()]
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


def problems(bom: Json, requirements_locks: Iterable[str], npm_locks: Iterable[Json]) -> list[str]:
    """Returns the differences between the SBOM and the locks, and every URL in it. Empty if there are none."""
    listed = {part.get("purl", part["name"]): set(_hashes(part)) for part in bom["components"]}
    locked = locked_wheels("\n".join(requirements_locks)) | {
        purl: set(map(_npm_hash, entries)) for purl, entries in _npm_packages(npm_locks).items()
    }
    found = [f"{purl} is in a lock and not in the SBOM" for purl in sorted(locked.keys() - listed)]
    found += [f"{purl} is in the SBOM and in no lock" for purl in sorted(listed.keys() - locked)]
    found += [f"{purl} has no hash" for purl in sorted(listed) if not listed[purl]]
    found += [
        f"{purl} has other hashes than in its lock"
        for purl in sorted(locked.keys() & listed)
        if locked[purl] != listed[purl]
    ]
    return found + [f"{text} is an address" for text in _texts({**bom, "$schema": ""}) if "://" in text]


def locked_wheels(requirements_lock: str) -> Locked:
    """Returns the packages in a requirements lock."""
    locked: Locked = {}
    for line in requirements_lock.splitlines():
        if pin := re.match(r"([\w.-]+)==([^\s;]+)", line):
            hashes = locked[f"pkg:pypi/{pin[1].lower()}@{pin[2]}"] = set()
        if digest := re.search(r"--hash=sha256:([0-9a-f]{64})\b", line):
            hashes.add(digest[1])
    return locked


def _npm_packages(npm_locks: Iterable[Json]) -> dict[str, list[Json]]:
    """Returns the entries of every package by package URL. It may occur in several locks, or in several folders of one.

    Skips the entry with an empty path, which is the project itself.
    """
    found: dict[str, list[Json]] = {}
    for lock in npm_locks:
        for path, entry in sorted(lock["packages"].items()):
            if path:
                name = path.rpartition("node_modules/")[2].replace("@", "%40")
                found.setdefault(f"pkg:npm/{name}@{entry['version']}", []).append(entry)
    return found


def _npm_component(purl: str, entries: list[Json]) -> Json:
    group, _, name = purl.removeprefix("pkg:npm/").rpartition("@")[0].replace("%40", "@").rpartition("/")
    entry = entries[0]
    return {
        "bom-ref": purl,
        **({"group": group} if group else {}),
        "hashes": [{"alg": "SHA-512", "content": digest} for digest in sorted(set(map(_npm_hash, entries)))],
        **({"licenses": [{"expression": entry["license"]}]} if "license" in entry else {}),
        "name": name,
        "purl": purl,
        # Dev dependencies only lint sources and do not affect build outputs.
        **({"scope": "excluded"} if all(entry.get("dev") for entry in entries) else {}),
        "type": "library",
        "version": entry["version"],
    }


def _npm_hash(entry: Json) -> str:
    """Returns a package's hash in hexadecimal. The lock has it in base64 (https://www.w3.org/TR/sri/)."""
    return base64.b64decode(entry["integrity"].removeprefix("sha512-")).hex()


def _hashes(component: Json) -> Iterator[str]:
    for holder in (component, *component.get("externalReferences", [])):
        yield from (entry["content"] for entry in holder.get("hashes", []))


def _texts(value: object) -> Iterator[str]:
    """Yields every string in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


def main(*paths: str) -> int:
    """Prints the SBOM and returns 0, or prints the problems to stderr and returns 1."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    requirements_locks = [Path(path).read_text() for path in paths if path.endswith(".txt")]
    npm_locks = [json.loads(Path(path).read_text()) for path in paths if path.endswith(".json")]
    bom = complete(json.load(sys.stdin), npm_locks)
    text = json.dumps(bom, indent=2, sort_keys=True)
    found = problems(bom, requirements_locks, npm_locks)
    if invalid := JsonStrictValidator(SchemaVersion.from_version(bom["specVersion"])).validate_str(text):
        found.append(f"it is not CycloneDX {bom['specVersion']}: {str(invalid).splitlines()[0]}")
    for problem in found:
        print(
            f"sbom.sh: {problem}. Fix tools/sbom.py, or lock again: tools/update_requirements.sh, tools/update_npm.sh",
            file=sys.stderr,
        )
    if found:
        return 1
    print(text)
    count = sum(len(set(_hashes(part))) for part in bom["components"])
    print(f"{len(bom['components'])} packages, {count:,} hashes, 0 addresses", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
