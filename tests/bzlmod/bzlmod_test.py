"""Projects with a MODULE.bazel: the same rules, without a WORKSPACE."""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace, installed
from tests.bzlmod.registry import make_registry
from tests.npm_registry import lock_entry, lock_of, npm_registry, npm_tarball
from tests.wheel_locks import make_wheels

EXAMPLE = "examples/external_workspace"
# Maps each package to its committed copy.
COMMITTED = {
    "py_stubs": "src/infrastructure/grpc/generated",
    "ts_stubs": "clients/typescript/src/generated",
}

# Bazel 7's canonical names for the repositories of wheels, the example, and this project as root module.
EXAMPLE_WHEELS = "jts_grpc~~py_grpc~py_grpc_wheels"
EXAMPLE_NPM = "jts_grpc~~py_grpc~ts_grpc_npm"
WHEELS = {
    EXAMPLE_WHEELS: "py_grpc_wheels",
    "jts_grpc~~py_grpc~ts_grpc_node": "ts_grpc_node",
    "_main~py_grpc~py_grpc_wheels": "py_grpc_wheels",
    "_main~py_grpc~build_wheels": "build_wheels",
    "_main~py_grpc~ts_grpc_node": "ts_grpc_node",
    "_main~py_grpc~ts_grpc_npm": "ts_grpc_npm",
}

PROTO = """\
syntax = "proto3";
package house;
message Parcel { int64 weight = 1; }
service House { rpc Send(Parcel) returns (Parcel); }
"""

USES_SCHEMAS = """\
from py_stubs.house import parcel_pb2, parcel_pb2_grpc
assert parcel_pb2_grpc.HouseStub and parcel_pb2.Parcel(weight=3).weight == 3
"""

# A module between the example and the rules, with a lock file of its own.
MIDDLE = """\
module(name = "middle")
bazel_dep(name = "jts_grpc")
py_grpc = use_extension("@jts_grpc//bazel:extensions.bzl", "py_grpc")
py_grpc.toolchain(requirements_lock = "//:lock.txt")
"""
USES_MIDDLE = """
bazel_dep(name = "middle")
local_path_override(module_name = "middle", path = "middle")
"""

# As in the module protobuf.
PROTOBUF = """\
proto_library(
    name = "timestamp_proto",
    srcs = ["src/google/protobuf/timestamp.proto"],
    strip_import_prefix = "src",
    visibility = ["//visibility:public"],
)
"""
RENAMED = '"py_grpc_wheels", py_grpc_protobuf = "com_google_protobuf"'
USES_PROTOBUF = """
bazel_dep(name = "protobuf", repo_name = "com_google_protobuf")
local_path_override(module_name = "protobuf", path = "protobuf")
"""

# One library uses the module's well-known types, the other the wheel's.
OTHER = """\
syntax = "proto3";
package other;
import "google/protobuf/timestamp.proto";
message Other { google.protobuf.Timestamp at = 1; }
"""
BOTH = """
proto_library(name = "other_proto", srcs = ["other.proto"], deps = ["@py_grpc_protobuf//:timestamp_proto"])
py_grpc_library(name = "both", deps = [":greeter_proto", ":other_proto"])
"""


def _npm_of_the_example(folder: Path) -> Path:
    """Makes the installed npm packages load the rules from this module instead of the main repository."""
    there = installed(Path(os.environ["TEST_SRCDIR"], "ts_grpc_npm"))
    (folder / "bin").mkdir(parents=True)
    for path in ("BUILD.bazel", "bin/BUILD.bazel"):
        (folder / path).write_text((there / path).read_text().replace('"@//', '"@@jts_grpc~//'))
    for name in (".bazelignore", "lib", "node"):
        (folder / name).symlink_to(there / name)
    (folder / "WORKSPACE").touch()
    return folder


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, figures: Counter[str]) -> Iterator[BazelWorkspace]:
    """A copy of this project, built with its MODULE.bazel."""
    folder = tmp_path_factory.mktemp("bzlmod")
    registry = folder / "registry"
    registry.mkdir()
    figures["modules in the registry"] = make_registry(registry)
    with bazel_workspace(folder, WHEELS) as workspace:
        with (workspace.root / ".bazelrc.user").open("a") as settings:
            settings.write(f"common --enable_bzlmod --registry={registry.as_uri()}\n")
            settings.write(f"common --override_repository={EXAMPLE_NPM}={_npm_of_the_example(folder / 'npm')}\n")
        yield workspace


@pytest.fixture
def example(ours: BazelWorkspace) -> Iterator[BazelWorkspace]:
    """The example, which a test may change."""
    theirs = BazelWorkspace(ours.root / EXAMPLE, ours.home)
    before = {path: path.read_bytes() for path in theirs.root.rglob("*.bazel")}
    theirs.write(".bazelrc.user", (ours.root / ".bazelrc.user").read_text())
    yield theirs
    for path, text in before.items():
        path.write_bytes(text)
    theirs.bazel("shutdown")


def _add(workspace: BazelWorkspace, path: str, text: str) -> None:
    with (workspace.root / path).open("a") as file:
        file.write(text)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _install(workspace: BazelWorkspace, repository: str) -> None:
    """Makes Bazel create one of the example's repositories instead of using the installed one."""
    settings = (workspace.root / ".bazelrc.user").read_text().splitlines(keepends=True)
    workspace.write(".bazelrc.user", "".join(line for line in settings if f"={repository}=" not in line))


def test_the_example_builds_and_its_test_makes_a_call(example: BazelWorkspace, figures: Counter[str]) -> None:
    result = example.bazel("test", "//...")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "2 tests pass" in result.stdout + result.stderr
    figures["modules built"] += 1


def test_this_project_builds_the_same_bytes_as_with_its_workspace(ours: BazelWorkspace, figures: Counter[str]) -> None:
    result = ours.bazel("build", "//:wheel", *(f"//protos:{package}" for package in COMMITTED))
    assert result.returncode == 0, result.stderr
    for package, folder in COMMITTED.items():
        built, committed = (_files(ours.root / where) for where in (f"bazel-bin/protos/{package}", folder))
        assert built == committed
        figures["bytes compared"] += sum(map(len, built.values()))
    figures["modules built"] += 1


def test_typescript_in_a_module(example: BazelWorkspace, figures: Counter[str]) -> None:
    _add(example, "protos/BUILD.bazel", 'load("@jts_grpc//bazel:defs.bzl", "ts_grpc_library")\n')
    _add(example, "protos/BUILD.bazel", 'ts_grpc_library(name = "ts_stubs", deps = [":greeter_proto"])\n')
    result = example.bazel("build", "//protos:ts_stubs")
    assert result.returncode == 0, result.stderr
    made = _files(example.root / "bazel-bin/protos/ts_stubs")
    assert made.keys() == {"npm-dependencies.json", "protos/greeter_pb.ts"}
    figures["modules built"] += 1


def test_every_repository_of_the_workspace_exists(ours: BazelWorkspace) -> None:
    shown = ours.bazel("query", "--noenable_bzlmod", "--enable_workspace", "--output=build", "//external:*")
    rules = re.findall(r"^(?:npm|pip|proto|protobuf)_repository\(\n  name = \"(\w+)\"", shown.stdout, re.MULTILINE)
    mapping = ours.bazel("mod", "dump_repo_mapping", "")
    named = {"com_google_protobuf", "proto_root", "test_npm", "test_wheels", "ts_grpc_npm"}
    assert named <= set(rules) <= json.loads(mapping.stdout).keys()


def test_a_folder_of_protos(example: BazelWorkspace, figures: Counter[str]) -> None:
    example.write("schemas/house/parcel.proto", PROTO)
    example.write("schemas_test.py", USES_SCHEMAS)
    _add(example, "MODULE.bazel", 'py_grpc.proto_repository(name = "schemas", roots = ["schemas"])\n')
    _add(example, "MODULE.bazel", 'use_repo(py_grpc, "schemas")\n')
    _add(
        example,
        "BUILD.bazel",
        'py_test(name = "schemas_test", srcs = ["schemas_test.py"], deps = ["@schemas//:py_stubs"])',
    )
    result = example.bazel("test", "//:schemas_test")
    assert result.returncode == 0, result.stdout + result.stderr
    figures["modules built"] += 1


def test_a_message_shows_the_label_as_the_user_types_it(example: BazelWorkspace) -> None:
    example.write("broken/a.proto", 'syntax = "proto3";\nmessage {')
    _add(example, "MODULE.bazel", 'py_grpc.proto_repository(name = "broken", roots = ["broken"])\n')
    _add(example, "MODULE.bazel", 'use_repo(py_grpc, "broken")\n')
    result = example.bazel("build", "@broken//:py_stubs")
    assert "@broken//:root_proto: protoc failed\na.proto:2:9: " in result.stderr, result.stderr


def test_a_custom_lock_file(example: BazelWorkspace, tmp_path: Path, figures: Counter[str]) -> None:
    wheels = installed(Path(os.environ["TEST_SRCDIR"], "py_grpc_wheels")) / "site-packages"
    example.write("lock.txt", make_wheels(wheels, tmp_path))
    _install(example, EXAMPLE_WHEELS)
    _add(example, "BUILD.bazel", 'exports_files(["lock.txt"])\n')
    _add(example, "MODULE.bazel", 'py_grpc.toolchain(requirements_lock = "//:lock.txt")\n')
    pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PY_GRPC_PYTHON": sys.executable}
    result = example.run("bazel", "test", "//...", env=pip)
    assert result.returncode == 0, result.stdout + result.stderr
    figures["modules built"] += 1
    figures["wheels installed"] = len(list(tmp_path.iterdir()))
    old = Path(example.bazel("info", "output_base").stdout.strip(), "external", EXAMPLE_WHEELS, "old")
    old.touch()
    result = example.run("bazel", "fetch", "--force", "--repo=@py_grpc_wheels", env=pip)
    assert result.returncode == 0 and not old.exists(), result.stderr


NPM = """
py_grpc.npm_repository(name = "npm", package_json = "//:package.json", package_lock = "//:package-lock.json")
py_grpc.ts_toolchain(package_json = "//:package.json", package_lock = "//:package-lock.json")
use_repo(py_grpc, "npm", "ts_grpc_npm")
"""


@pytest.mark.parametrize("repository", ["npm", "ts_grpc_npm"])
def test_a_lock_file_of_npm_packages(
    example: BazelWorkspace, tmp_path: Path, figures: Counter[str], repository: str
) -> None:
    package = npm_tarball(tmp_path, {"hello.js": 'console.log("hello")\n'}, name="hello", bin="hello.js")
    entry = {**lock_entry(package), "bin": {"hello": "hello.js"}}
    project, lock = lock_of({"node_modules/hello": entry}, dependencies={"hello": "1.0.0"})
    example.write("package.json", project)
    example.write("package-lock.json", lock)
    _add(example, "BUILD.bazel", 'exports_files(["package.json", "package-lock.json"])\n')
    _add(example, "MODULE.bazel", NPM)
    _install(example, EXAMPLE_NPM)
    with npm_registry() as registry:
        registry.add(package)
        asking = {"npm_config_globalconfig": os.devnull, "npm_config_registry": registry.address}
        result = example.run("bazel", "run", f"@{repository}//bin:hello", env=asking)
    assert (result.returncode, result.stdout) == (0, "hello\n"), result.stderr
    figures["repositories of npm packages"] += 1


def test_alongside_the_module_protobuf(example: BazelWorkspace, figures: Counter[str]) -> None:
    wheels = installed(Path(os.environ["TEST_SRCDIR"], "py_grpc_wheels"))
    timestamp = wheels / "site-packages/grpc_tools/_proto/google/protobuf/timestamp.proto"
    example.write("protobuf/src/google/protobuf/timestamp.proto", timestamp.read_text())
    example.write("protobuf/BUILD.bazel", PROTOBUF)
    example.write("protobuf/MODULE.bazel", 'module(name = "protobuf")\n')
    text = (example.root / "MODULE.bazel").read_text()
    renamed = text.replace('"com_google_protobuf", "py_grpc_wheels"', RENAMED)
    assert renamed != text
    example.write("MODULE.bazel", renamed + USES_PROTOBUF)
    _add(example, ".bazelrc.user", "build --proto_compiler=@py_grpc_protobuf//:protoc\n")
    example.write("protos/other.proto", OTHER)
    _add(example, "protos/BUILD.bazel", BOTH)
    result = example.bazel("test", "//...")
    assert result.returncode == 0, result.stdout + result.stderr
    assert (example.root / "bazel-bin/protos/both/protos/other_pb2.py").is_file()
    figures["modules built"] += 1


def test_only_the_root_modules_lock_file_counts(example: BazelWorkspace) -> None:
    example.write("middle/MODULE.bazel", MIDDLE)
    example.write("middle/BUILD.bazel", 'exports_files(["lock.txt"])\n')
    example.write("middle/lock.txt", "no lock")
    _add(example, "MODULE.bazel", USES_MIDDLE)
    _install(example, EXAMPLE_WHEELS)
    result = example.run("bazel", "build", "//protos:py_stubs", env={"PIP_NO_INDEX": "1"})
    assert "@py_grpc_wheels: " in result.stderr
    assert "cannot install @jts_grpc//third_party:requirements.txt: " in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("py_grpc.toolchain()\n" * 2, 'MODULE.bazel has 2 tags "toolchain": keep one', id="toolchains"),
        pytest.param(
            "py_grpc.ts_toolchain()\n" * 2, 'MODULE.bazel has 2 tags "ts_toolchain": keep one', id="ts-toolchains"
        ),
        pytest.param(
            'py_grpc.proto_repository(name = "com_google_protobuf")\n',
            'module greeting: the extension has a repository "com_google_protobuf" of its own: rename yours',
            id="names",
        ),
    ],
)
def test_invalid_modules_are_reported(example: BazelWorkspace, text: str, said: str) -> None:
    _add(example, "MODULE.bazel", text)
    result = example.bazel("build", "//protos:py_stubs")
    assert result.returncode != 0 and f"py_grpc: {said}" in result.stderr
