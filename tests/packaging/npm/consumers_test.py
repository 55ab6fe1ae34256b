"""The tarball of clients/typescript, as npm packs it, in projects of other people: ESM and CommonJS, typed and run."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.typescript.packed import pack
from tests.typescript.project import NODE, RUNFILES, Project

ROOT = RUNFILES / os.environ["TEST_WORKSPACE"]
HERE = Path(__file__).parent
IMPORTS = ("common", "market_data", "trading", "google/protobuf/timestamp")
PATHS = [prefix + path for prefix in ("", "nestjs/") for path in IMPORTS]
TYPES = ["@types/node", "undici-types"]
# All that package.json demands; what the flavor for NestJS needs besides is optional.
NEEDED = ["@bufbuild/protobuf", "@grpc/grpc-js"]
OF_NESTJS = [
    "@grpc/proto-loader",
    "@nestjs/common",
    "@nestjs/core",
    "@nestjs/microservices",
    "reflect-metadata",
    "rxjs",
]
OPTIONS: Mapping[str, object] = {"strict": True, "target": "es2022", "types": ["node"], "rootDir": ".", "outDir": "out"}
RESOLUTIONS: Mapping[str, Mapping[str, object]] = {
    "nodenext": {"module": "nodenext"},
    "bundler": {"module": "esnext", "moduleResolution": "bundler", "noEmit": True},
}
KINDS = {"module": "dist/esm", "commonjs": "dist/cjs"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that npm would unpack."""
    return pack(ROOT / "clients/typescript", tmp_path_factory.mktemp("checkout") / "typescript")


def _consumer(folder: Path, package: Path, kind: str, installed: list[str]) -> Project:
    project = Project(folder / "consumer")
    project.install([*TYPES, *NEEDED, *installed])
    shutil.copytree(package, project.modules / "jts-grpc")
    project.write({"package.json": json.dumps({"type": kind})})
    return project


def _compile(project: Project, source: str, resolution: str) -> None:
    options = {**OPTIONS, **RESOLUTIONS[resolution]}
    project.write({"tsconfig.json": json.dumps({"compilerOptions": options, "files": [source]})})
    project.output(project.bin / "tsc", "--project", ".")


def test_what_is_in_it(package: Path) -> None:
    files = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    code = {
        f"{folder}/{flavor}/{path}{ending}"
        for folder in KINDS.values()
        for flavor in ("generated", "nestjs")
        for path in IMPORTS
        for ending in (".js", ".d.ts")
    }
    assert files == {"README.md", "package.json", "dist/cjs/package.json"} | code


@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_calls(package: Path, tmp_path: Path, kind: str, resolution: str) -> None:
    project = _consumer(tmp_path, package, kind, [])
    shutil.copy(HERE / "calls.ts", project.folder)
    _compile(project, "calls.ts", resolution)
    if resolution == "nodenext":
        assert project.output(NODE, "out/calls.js") == "answered 005930\n"


@pytest.mark.parametrize("page", ["README.md", "clients/typescript/README.md"])
def test_what_the_pages_show_compiles(package: Path, tmp_path: Path, page: str) -> None:
    (shown,) = re.findall(r"^```ts\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    project = _consumer(tmp_path, package, "module", [])
    project.write({"shown.ts": shown})
    _compile(project, "shown.ts", "nodenext")


@pytest.mark.parametrize("kind", KINDS)
def test_services_of_nestjs(package: Path, tmp_path: Path, kind: str) -> None:
    project = _consumer(tmp_path, package, kind, OF_NESTJS)
    shutil.copy(HERE / "services.ts", project.folder)
    _compile(project, "services.ts", "nodenext")
    assert project.output(NODE, "out/services.js") == "/jts.trading.TradingService/PlaceOrder function function\n"


FOUND = {"module": "import.meta.resolve('{}')", "commonjs": "require.resolve('{}')"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_module_system_gets_its_own_build(package: Path, tmp_path: Path, kind: str, path: str) -> None:
    project = _consumer(tmp_path, package, kind, [])
    program = f"console.log({FOUND[kind].format(f'jts-grpc/{path}')})"
    found = project.output(NODE, f"--input-type={kind}", "--eval", program).strip()
    flavored = path if path.startswith("nestjs/") else f"generated/{path}"
    assert found.endswith(f"/node_modules/jts-grpc/{KINDS[kind]}/{flavored}.js")


def _target(pattern: str, target: str, path: str) -> str:
    return target.replace("*", path.removeprefix(pattern.removeprefix("./").removesuffix("*")))


@pytest.mark.parametrize("path", PATHS)
def test_every_target_of_exports_is_there(package: Path, path: str) -> None:
    """A compiler takes what lies beside the code when `types` names nothing; not every tool does."""
    exports = json.loads((package / "package.json").read_text())["exports"]
    pattern = next(pattern for pattern in exports if f"./{path}".startswith(pattern.removesuffix("*")))
    targets = [target for condition in exports[pattern].values() for target in condition.values()]
    assert len(targets) == 4
    assert not [target for target in targets if not (package / _target(pattern, target, path)).is_file()]


@pytest.mark.parametrize("path", PATHS)
def test_a_compiler_that_does_not_read_exports_finds_types(package: Path, path: str) -> None:
    """TypeScript before 6 with `"module": "commonjs"`, as NestJS 10 sets it up. The first pattern that fits counts."""
    patterns = json.loads((package / "package.json").read_text())["typesVersions"]["*"]
    pattern = next(pattern for pattern in patterns if path.startswith(pattern.removesuffix("*")))
    (target,) = patterns[pattern]
    assert (package / _target(pattern, target, path)).is_file()
