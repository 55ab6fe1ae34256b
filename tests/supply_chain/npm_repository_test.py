"""npm_repository and packages that must not run: of the user's npm settings, only those about the registry count."""

import ssl
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import trustme

from tests.npm_locks import NpmWorkspace, npm_workspace
from tests.npm_registry import lock_entry, npm_registry, npm_tarball
from tests.supply_chain.packages import MARK, flip_a_byte, npm_package


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NpmWorkspace]:
    with npm_workspace(tmp_path_factory.mktemp("npm")) as made:
        yield made


@pytest.fixture
def npm(workspace: NpmWorkspace) -> Iterator[NpmWorkspace]:
    """The workspace, with a home without settings or cache."""
    yield workspace
    (workspace.workspace.home / ".npmrc").unlink(missing_ok=True)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return npm_package(tmp_path, tmp_path / "trace")


def _install(npm: NpmWorkspace, **settings: str) -> tuple[bool, str]:
    """Makes Bazel install the lock file. Returns whether it succeeded, and its output."""
    result = npm.bazel("build", "@npm//:node_modules", **settings)
    return result.returncode == 0, result.stderr


def _installed(npm: NpmWorkspace) -> list[str]:
    """Returns the files of installed packages."""
    files = (path for path in npm.installed().glob("lib/*/node_modules/**/*") if path.is_file())
    return sorted(path.as_posix().partition("/node_modules/")[2] for path in files)


def _configure(npm: NpmWorkspace, way: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Returns the variables that configure npm, either through a file or directly."""
    if way == "variable":
        return {f"NPM_CONFIG_{name.upper().replace('-', '_')}": value for name, value in settings.items()}
    npm.workspace.home.joinpath(".npmrc").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return {}


def test_a_locked_package_is_installed_and_does_not_run(
    npm: NpmWorkspace, package: Path, figures: Counter[str]
) -> None:
    npm.lock_all(package)
    done, said = _install(npm)
    assert done, said
    assert _installed(npm) == ["demo-pkg/index.js", "demo-pkg/package.json"]
    assert not (package.parent / "trace").exists()
    figures["installed"] += 1


@pytest.mark.parametrize("where", [5, -200], ids=["that-unpacks-as-before", "in-the-contents"])
def test_a_package_with_a_flipped_byte_is_rejected(
    npm: NpmWorkspace, package: Path, figures: Counter[str], where: int, tmp_path: Path
) -> None:
    npm.lock_all(package)
    flip_a_byte(package, where)
    done, said = _install(npm, npm_config_cache=str(tmp_path / "cache"))
    assert not done and _installed(npm) == []
    assert "npm cannot install //:package-lock.json: a package is not the one that was locked" in said, said
    figures["refused"] += 1


BAD = {
    "no-hash": ({"integrity": ""}, "has no hash (integrity, of sha256 or stronger)"),
    "weak-hash": ({"integrity": f"sha1-{'A' * 27}="}, "has no hash (integrity, of sha256 or stronger)"),
    "git": ({"resolved": "git+ssh://git@127.0.0.1/x.git#1"}, "comes from git+ssh://git@127.0.0.1/x.git#1, for "),
    "file": (
        {"resolved": "file:demo-pkg-1.0.0.tgz"},
        "comes from file:demo-pkg-1.0.0.tgz, for which npm checks no hash",
    ),
    "link": ({"link": True, "resolved": "../demo"}, "comes from ../demo, for which npm checks no hash"),
    "version": (
        {"version": "http://127.0.0.1/x.tgz"},
        "comes from http://127.0.0.1/x.tgz, for which npm checks no hash",
    ),
}


@pytest.mark.parametrize(("entry", "said"), BAD.values(), ids=BAD)
def test_what_npm_would_not_check_is_rejected_before_npm_starts(
    npm: NpmWorkspace, package: Path, figures: Counter[str], entry: dict[str, object], said: str
) -> None:
    npm.lock_all(package, **entry)
    npm.registry.asked.clear()
    done, error = _install(npm)
    assert not done and f"@npm: //:package-lock.json: node_modules/demo-pkg {said}" in error
    assert _installed(npm) == [] and npm.registry.asked == []
    figures["refused"] += 1


def test_a_missing_bundled_package_is_not_fetched(
    npm: NpmWorkspace, package: Path, tmp_path: Path, figures: Counter[str]
) -> None:
    # The lock file says that it is bundled in another package, so it needs no hash; npm would fetch it.
    owner = npm_tarball(tmp_path, {}, name="owner", dependencies={"demo-pkg": "1.0.0"})
    npm.registry.add(package)
    entry = {**lock_entry(npm.registry.add(owner)), "bundleDependencies": ["demo-pkg"]}
    inside = {"version": "1.0.0", "inBundle": True}
    npm.lock({"node_modules/owner": entry, "node_modules/owner/node_modules/demo-pkg": inside}, owner="1.0.0")
    _install(npm)
    assert _installed(npm) == ["owner/package.json"]
    figures["refused"] += 1


def test_a_bundled_package(npm: NpmWorkspace, tmp_path: Path) -> None:
    inside = {"node_modules/inner/package.json": '{"name": "inner", "version": "1.0.0"}'}
    owner = npm_tarball(tmp_path, inside, name="owner", dependencies={"inner": "1.0.0"}, bundleDependencies=["inner"])
    bundled = {"version": "1.0.0", "inBundle": True}
    entry = lock_entry(npm.registry.add(owner))
    npm.lock({"node_modules/owner": entry, "node_modules/owner/node_modules/inner": bundled}, owner="1.0.0")
    done, said = _install(npm)
    assert done, said
    assert _installed(npm) == ["owner/node_modules/inner/package.json", "owner/package.json"]


# These make npm run scripts, omit packages, or install others or elsewhere. npm_settings_test covers all settings.
SETTINGS = {
    "before": "2001-01-01",
    "cpu": "arm64",
    "dry-run": "true",
    "global": "true",
    "ignore-scripts": "false",
    "node-options": "--no-such-option",
    "omit": "dev",
    "os": "win32",
    "package-lock": "false",
    "prefix": "/nowhere",
    "script-shell": "/bin/false",
    "workspaces": "true",
}


@pytest.mark.parametrize("way", ["file", "variable"])
def test_no_other_setting_changes_what_is_installed(
    npm: NpmWorkspace, package: Path, tmp_path: Path, figures: Counter[str], way: str
) -> None:
    npm.lock_all(package, npm_tarball(tmp_path, {}, name="native", os=["linux"]), dev=True)
    _make_them_for_development(npm)
    done, said = _install(npm, **_configure(npm, way, SETTINGS), NODE_ENV="production", NODE_OPTIONS="--no-such-option")
    assert done, said
    assert _installed(npm) == ["demo-pkg/index.js", "demo-pkg/package.json", "native/package.json"]
    assert not (tmp_path / "trace").exists()
    figures["settings without effect"] += len(SETTINGS) + 2


def _make_them_for_development(npm: NpmWorkspace) -> None:
    """Turns all dependencies of the project into devDependencies."""
    for name in ("package.json", "package-lock.json"):
        file = npm.workspace.root / name
        file.write_text(file.read_text().replace('"dependencies"', '"devDependencies"', 1))


@pytest.mark.parametrize("way", ["file", "variable"])
def test_registry_and_token_take_effect(
    npm: NpmWorkspace, package: Path, tmp_path: Path, figures: Counter[str], way: str
) -> None:
    npm.lock_all(package)
    npm.registry.asked.clear()
    host = npm.registry.address.removeprefix("http:")
    settings = {"registry": npm.registry.address, "cache": str(tmp_path / "cache"), "fetch-retries": "0"}
    given = _configure(npm, way, settings)
    if way == "file":
        with (npm.workspace.home / ".npmrc").open("a") as file:
            file.write(f"{host}/:_authToken=${{HOUSE_TOKEN}}\n")
    else:
        given[f"npm_config_{host}/:_authToken"] = "sesame"
    nothing = {"npm_config_registry": "", "npm_config_fetch_retries": ""}
    done, said = _install(npm, **{**nothing, **given, "HOUSE_TOKEN": "sesame"})
    assert done, said
    assert "/demo-pkg-1.0.0.tgz Bearer sesame" in npm.registry.asked, npm.registry.asked
    assert (tmp_path / "cache/_cacache").is_dir() and not (tmp_path / "cache/_logs").exists()
    figures["settings with effect"] += 3


@pytest.mark.parametrize("way", ["file", "variable"])
def test_proxy_and_scoped_registry_take_effect(
    npm: NpmWorkspace, tmp_path: Path, figures: Counter[str], way: str
) -> None:
    npm.lock_all(npm_tarball(tmp_path, {}, name="@house/thing"))
    npm.registry.asked.clear()
    scope = {"@house:registry": "http://registry.invalid/"}
    settings = {"proxy": npm.registry.address, "noproxy": "", "cache": str(tmp_path / "cache")}
    given = _configure(npm, way, {**settings, **scope} if way == "file" else settings)
    if way == "variable":
        given |= {f"npm_config_{name}": value for name, value in scope.items()}
    done, said = _install(npm, **{**given, "npm_config_registry": "http://127.0.0.1:1"})
    assert done, said
    assert "http://registry.invalid/@house%2fthing" in npm.registry.asked, npm.registry.asked
    figures["settings with effect"] += 2


# The ways to configure trusted authorities: npm's own settings, Node's variable, and those of pip and other tools.
AUTHORITIES = [
    *("file", "npm_config_cafile", "NODE_EXTRA_CA_CERTS"),
    *("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
]


@pytest.mark.parametrize("way", AUTHORITIES)
def test_certificates_take_effect(
    npm: NpmWorkspace, package: Path, tmp_path: Path, figures: Counter[str], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for name in AUTHORITIES:
        monkeypatch.delenv(name, raising=False)
    npm.lock_all(package)
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    bundle = str(tmp_path / "ca.pem")
    authority.cert_pem.write_to_path(bundle)
    with npm_registry(context) as registry:
        registry.add(package)
        asked = {"npm_config_registry": registry.address, "npm_config_cache": str(tmp_path / "cache")}
        if way == "file":
            done, said = _install(npm, **asked)
            assert not done and "package-lock.json: the registry's certificate is not trusted" in said
            assert "export NODE_EXTRA_CA_CERTS=" in said
        trusted = _configure(npm, way, {"cafile": bundle}) if way == "file" else {way: bundle}
        done, said = _install(npm, **asked, **trusted)
    assert done, said
    figures["settings with effect"] += 1


def test_installed_packages_need_no_registry(npm: NpmWorkspace, package: Path) -> None:
    npm.lock_all(package)
    assert _install(npm)[0]
    done, said = _install(npm, npm_config_registry="http://127.0.0.1:1", npm_config_cache="/nowhere")
    assert done, said
    (installed,) = npm.installed().glob("lib/*/node_modules/demo-pkg/index.js")
    assert MARK in installed.read_text()
