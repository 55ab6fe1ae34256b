"""The tarball of clients/typescript, as npm packs it, in other people's projects: ESM and CommonJS, typed and run."""

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.typescript.packed import pack
from tests.typescript.project import MODULE_SYSTEMS, NODE, RUNFILES, Project

ROOT = RUNFILES / os.environ["TEST_WORKSPACE"]
SOURCES = ROOT / "clients/typescript"
PROGRAMS = Path(__file__).parent / "programs"
PAGES = ["README.md", "clients/typescript/README.md", "docs/typescript.md"]
# Maps imports to their compiled files.
IMPORTS = {
    "common_pb": "generated/common_pb",
    "market_data_pb": "generated/market_data_pb",
    "trading_pb": "generated/trading_pb",
    "grpc": "grpc",
    "nestjs": "nestjs",
}
BUNDLER: Mapping[str, object] = {"module": "esnext", "moduleResolution": "bundler", "noEmit": True}
# Nothing sets skipLibCheck, so compilers check all declarations.
OPTIONS: Mapping[str, object] = {
    "experimentalDecorators": True,
    "outDir": "out",
    "rootDir": ".",
    "strict": True,
    "target": "es2022",
}
FLAGS = ["exactOptionalPropertyTypes", "isolatedDeclarations", "noUncheckedIndexedAccess", "verbatimModuleSyntax"]
FOLDERS = {"esm": "dist/esm", "commonjs": "dist/cjs"}

NODE_TYPES = ["@types/node", "undici-types"]
GRPC = [*NODE_TYPES, "@grpc/grpc-js"]
CONNECT = [*NODE_TYPES, "@connectrpc/connect", "@connectrpc/connect-node", "@connectrpc/connect-web"]
NESTJS = [*GRPC, "@grpc/proto-loader", "@nestjs/common", "@nestjs/microservices", "reflect-metadata", "rxjs"]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that npm would unpack."""
    return pack(SOURCES, tmp_path_factory.mktemp("checkout") / "typescript")


def _consumer(folder: Path, package: Path, module_system: str, installed: Iterable[str]) -> Project:
    """Returns a project with the package, the runtime and the other given packages installed."""
    project = Project(folder / "consumer", module_system)
    project.install(["@bufbuild/protobuf", *installed])
    shutil.copytree(package, project.modules / "jts-grpc")
    return project


def _compile(project: Project, sources: list[str], **options: object) -> None:
    types = ["node"] if (project.modules / "@types/node").exists() else []
    # Connect's types refer to those of fetch.
    lib = ["es2022", "dom", "dom.iterable"] if (project.modules / "@connectrpc").exists() else ["es2022"]
    config = {"compilerOptions": {**OPTIONS, "lib": lib, "types": types, **options}, "files": sources}
    project.write({"tsconfig.json": json.dumps(config)})
    project.output(project.bin / "tsc", "--project", ".")


def test_the_packed_files(package: Path) -> None:
    files = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    code = {
        f"{folder}/{path}{ending}"
        for folder in FOLDERS.values()
        for path in IMPORTS.values()
        for ending in (".js", ".d.ts")
    }
    assert files == {"LICENSE", "README.md", "package.json", "dist/cjs/package.json"} | code


@pytest.mark.parametrize("module_system", MODULE_SYSTEMS)
@pytest.mark.parametrize(
    ("program", "installed", "prints"),
    [
        pytest.param("messages", [], "005930 BUY 10 GetQuote\n", id="messages"),
        pytest.param("grpc", GRPC, "005930\n", id="grpc-js"),
        pytest.param("connect", CONNECT, "005930\n005930\n", id="connect"),
        pytest.param("nestjs", NESTJS, "005930 /jts.trading.TradingService/PlaceOrder object\n", id="nestjs"),
    ],
)
def test_a_program(
    package: Path, tmp_path: Path, module_system: str, program: str, installed: list[str], prints: str
) -> None:
    project = _consumer(tmp_path, package, module_system, installed)
    shutil.copy(PROGRAMS / f"{program}.ts", project.folder)
    _compile(project, [f"{program}.ts"], module="nodenext")
    assert project.output(NODE, f"out/{program}.js") == prints
    if module_system == "esm":
        _compile(project, [f"{program}.ts"], **BUNDLER)


def test_the_docs_examples_compile(package: Path, tmp_path: Path) -> None:
    shown = {
        f"{page.replace('/', '_')}_{number}.ts": text
        for page in PAGES
        for number, text in enumerate(re.findall(r"^```ts\n(.*?)^```$", (ROOT / page).read_text(), re.M | re.S), 1)
    }
    assert all(f"{page.replace('/', '_')}_1.ts" in shown for page in PAGES)
    project = _consumer(tmp_path, package, "esm", sorted({*CONNECT, *NESTJS}))
    project.write(shown)
    _compile(project, [*shown], module="nodenext", noEmit=True)


FOUND = {"esm": "import.meta.resolve('{}')", "commonjs": "require.resolve('{}')"}


@pytest.mark.parametrize("path", IMPORTS)
@pytest.mark.parametrize("module_system", MODULE_SYSTEMS)
def test_each_module_system_gets_its_own_build(package: Path, tmp_path: Path, module_system: str, path: str) -> None:
    project = _consumer(tmp_path, package, module_system, [])
    program = f"console.log({FOUND[module_system].format(f'jts-grpc/{path}')})"
    found = project.output(NODE, f"--input-type={MODULE_SYSTEMS[module_system]}", "--eval", program).strip()
    assert found.endswith(f"/node_modules/jts-grpc/{FOLDERS[module_system]}/{IMPORTS[path]}.js")


def _target(patterns: Iterable[str], path: str) -> tuple[str, str]:
    """Returns the first pattern that matches an import, and what its star stands for."""
    pattern = next(pattern for pattern in patterns if pattern == path or pattern.endswith("*"))
    return pattern, path.removeprefix(pattern.removesuffix("*"))


@pytest.mark.parametrize("path", IMPORTS)
def test_every_exports_target_exists(package: Path, path: str) -> None:
    """If a `types` target is missing, a compiler uses the file next to the code; not every tool does."""
    exports = json.loads((package / "package.json").read_text())["exports"]
    pattern, star = _target(exports, f"./{path}")
    targets = [target.replace("*", star) for condition in exports[pattern].values() for target in condition.values()]
    assert len(targets) == 4
    assert not [target for target in targets if not (package / target).is_file()]


@pytest.mark.parametrize("path", IMPORTS)
def test_a_compiler_that_ignores_exports_finds_types(package: Path, path: str) -> None:
    """Covers TypeScript before 6 with `"module": "commonjs"`, as in NestJS 10. The first matching pattern counts."""
    patterns = json.loads((package / "package.json").read_text())["typesVersions"]["*"]
    pattern, star = _target(patterns, path)
    (target,) = patterns[pattern]
    assert (package / target.replace("*", star)).is_file()


def test_the_sources_are_as_strict_as_documented(tmp_path: Path) -> None:
    folder = shutil.copytree(SOURCES, tmp_path / "typescript")
    # The build enforces the options in tsconfig.json. A CommonJS project cannot set the last one.
    options = json.loads((folder / "tsconfig.json").read_text())["compilerOptions"]
    for flag in FLAGS:
        assert options[flag] is True
    project = Project(folder)
    project.install()
    result = project.run(project.bin / "tsc", "--project", ".", "--erasableSyntaxOnly")
    errors = re.findall(r"^(\S+)\((\d+),\d+\): error (TS\d+)", result.stdout, re.MULTILINE)
    assert {code for _, _, code in errors} == {"TS1294"}
    lines = {(folder / file).read_text().splitlines()[int(line) - 1] for file, line, _ in errors}
    assert "export enum OrderSide {" in lines and all(line.startswith("export enum ") for line in lines)
