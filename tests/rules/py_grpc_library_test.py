"""py_grpc_library as used in a BUILD file: outputs, actions, providers and all error messages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace

LOAD = 'load("//bazel:defs.bzl", "py_grpc_library")\n'


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("rules")) as made:
        yield made


def _files(workspace: BazelWorkspace, folder: str) -> set[str]:
    """Returns the files below a folder of bazel-bin after a `bazel build`."""
    root = workspace.root / "bazel-bin" / folder
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def _actions(workspace: BazelWorkspace, expression: str) -> list[dict[str, object]]:
    """Returns the actions in an aquery's output."""
    result = workspace.bazel("aquery", "--include_aspects", "--output=jsonproto", expression)
    assert result.returncode == 0, result.stderr
    actions: list[dict[str, object]] = json.loads(result.stdout).get("actions", [])
    return actions


def test_exact_outputs(workspace: BazelWorkspace) -> None:
    result = workspace.bazel("build", "//protos:py_stubs")
    assert result.returncode == 0, result.stderr
    stems = ("common", "market_data", "trading")
    endings = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")
    assert _files(workspace, "protos/py_stubs") == {
        "__init__.py",
        "py.typed",
        "requirements.txt",
        *(stem + ending for stem in stems for ending in endings),
    }


def test_a_service_includes_transitive_protos(workspace: BazelWorkspace) -> None:
    workspace.write("only/BUILD.bazel", LOAD + 'py_grpc_library(name = "stubs", deps = ["//protos:trading_proto"])')
    result = workspace.bazel("build", "//only:stubs")
    assert result.returncode == 0, result.stderr
    assert {"common_pb2.py", "trading_pb2_grpc.py"} <= _files(workspace, "only/stubs")


def test_nested_folders_have_package_markers(workspace: BazelWorkspace) -> None:
    workspace.write("nested/a/b/x-y.proto", 'syntax = "proto3"; message M {}')
    workspace.write(
        "nested/BUILD.bazel",
        LOAD + 'proto_library(name = "p", srcs = ["a/b/x-y.proto"])\npy_grpc_library(name = "stubs", deps = [":p"])',
    )
    result = workspace.bazel("build", "//nested:stubs")
    assert result.returncode == 0, result.stderr
    folders = ["", "nested/", "nested/a/", "nested/a/b/"]
    stubs = [f"nested/a/b/x_y_pb2{ending}" for ending in (".py", ".pyi", "_grpc.py", "_grpc.pyi")]
    markers = {"py.typed", "requirements.txt", *(folder + "__init__.py" for folder in folders)}
    assert _files(workspace, "nested/stubs") == {*stubs, *markers}


def test_one_action_per_proto_library(workspace: BazelWorkspace) -> None:
    workspace.write("again/BUILD.bazel", LOAD + 'py_grpc_library(name = "stubs", deps = ["//protos:common_proto"])')
    actions = _actions(workspace, 'mnemonic("PyGrpcGenerate", deps(//protos:py_stubs + //again:stubs))')
    assert len(actions) == 3


def test_command_line(workspace: BazelWorkspace) -> None:
    (action,) = _actions(workspace, 'mnemonic("PyGrpcGenerate", deps(//protos:common_proto + //protos:py_stubs))')[:1]
    argv = action["arguments"]
    assert isinstance(argv, list)
    assert argv[0].startswith("/") and argv[1:4] == ["-I", "-S", "-B"]
    assert argv[4:8] == ["codegen/run.py", "external/py_grpc_wheels/site-packages", "--", "codegen.driver"]
    assert "--descriptors" in argv and "--provided" in argv
    assert argv[argv.index("--provided") + 1] == "google/protobuf/"


def test_progress_shows_the_label(workspace: BazelWorkspace) -> None:
    workspace.write("loud/a.proto", 'syntax = "proto3";')
    workspace.write(
        "loud/BUILD.bazel",
        LOAD + 'proto_library(name = "p", srcs = ["a.proto"])\npy_grpc_library(name = "s", deps = [":p"])',
    )
    result = workspace.bazel("build", "--subcommands", "//loud:s")
    assert "SUBCOMMAND: # //loud:p [action 'Generating Python gRPC stubs of //loud:p'" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "actions"),
    [
        pytest.param("// Hub.", "// Another comment.", {"Compiling", "Generating"}, id="comment"),
        pytest.param("int32 a = 1;", "int32 a = 1; int32 b = 2;", {"Compiling", "Generating", "Importing"}, id="field"),
    ],
)
def test_dependents_are_not_generated_again(old: str, new: str, actions: set[str], workspace: BazelWorkspace) -> None:
    hub = 'syntax = "proto3"; package hub;\n// Hub.\nmessage Hub { int32 a = 1; }'
    leaf = 'syntax = "proto3"; package leaf; import "change/hub.proto"; message Leaf { hub.Hub hub = 1; }'
    workspace.write("change/hub.proto", hub)
    workspace.write("change/leaf.proto", leaf)
    workspace.write(
        "change/BUILD.bazel",
        LOAD + 'proto_library(name = "hub", srcs = ["hub.proto"])\n'
        'proto_library(name = "leaf", srcs = ["leaf.proto"], deps = [":hub"])\n'
        'py_grpc_library(name = "stubs", deps = [":leaf"])',
    )
    assert workspace.bazel("build", "//change:stubs").returncode == 0
    workspace.write("change/hub.proto", hub.replace(old, new))
    result = workspace.bazel("build", "--subcommands", "//change:stubs")
    assert result.returncode == 0, result.stderr
    ran = re.findall(r"SUBCOMMAND: # (//change:\w+) \[action '(\w+) ", result.stderr)
    assert {what for label, what in ran if label == "//change:hub"} == actions
    assert "//change:leaf" not in {label for label, _ in ran}


def test_nothing_is_compiled(workspace: BazelWorkspace) -> None:
    assert _actions(workspace, 'mnemonic("CppCompile", deps(//protos:py_stubs))') == []
    assert _actions(workspace, 'mnemonic("PyGrpcGenerate", deps(//protos:py_stubs))') != []


def test_output_groups(workspace: BazelWorkspace) -> None:
    result = workspace.bazel("build", "--output_groups=default,package_manifest", "//protos:py_stubs")
    assert result.returncode == 0, result.stderr
    output = workspace.root / "bazel-bin"
    manifest = json.loads((output / "protos/py_stubs.manifest.json").read_text())
    assert set(manifest["files"]) == _files(workspace, "protos/py_stubs")
    for path, built in manifest["files"].items():
        assert (output / built).read_bytes() == (output / "protos/py_stubs" / path).read_bytes()
    for group, ending in (("python_sources", ".py"), ("type_stubs", ".pyi")):
        shown = workspace.bazel("build", f"--output_groups={group}", "--show_result=99", "//protos:py_stubs").stderr
        names = [line.strip() for line in shown.splitlines() if line.startswith("  bazel-bin/")]
        assert names and all(name.endswith(ending) for name in names), names


def test_proto_library_builds_with_the_wheels_compiler(workspace: BazelWorkspace) -> None:
    result = workspace.bazel("build", "//protos:trading_proto", "@com_google_protobuf//:all")
    assert result.returncode == 0, result.stderr
    version = workspace.bazel("run", "@com_google_protobuf//:protoc", "--", "--version")
    assert version.stdout.startswith("libprotoc "), version.stderr


def test_protos_of_another_repository(workspace: BazelWorkspace) -> None:
    workspace.write("elsewhere/WORKSPACE", "")
    workspace.write("elsewhere/p/a.proto", 'syntax = "proto3"; message M {}')
    workspace.write(
        "elsewhere/p/BUILD.bazel",
        'proto_library(name = "a_proto", srcs = ["a.proto"], visibility = ["//visibility:public"])',
    )
    with (workspace.root / "WORKSPACE").open("a") as file:
        file.write('local_repository(name = "elsewhere", path = "elsewhere")\n')
    workspace.write("abroad/BUILD.bazel", LOAD + 'py_grpc_library(name = "stubs", deps = ["@elsewhere//p:a_proto"])')
    result = workspace.bazel("build", "//abroad:stubs")
    assert result.returncode == 0, result.stderr
    assert "p/a_pb2_grpc.pyi" in _files(workspace, "abroad/stubs")


def test_exports_and_libraries_without_sources_pass_strict_deps(workspace: BazelWorkspace) -> None:
    for name, text in {"a": "", "b": 'import public "chain/a.proto";', "c": 'import "chain/a.proto";'}.items():
        workspace.write(f"chain/{name}.proto", f'syntax = "proto3";\n{text}')
    workspace.write(
        "chain/BUILD.bazel",
        LOAD
        + 'proto_library(name = "a", srcs = ["a.proto"])\n'
        + 'proto_library(name = "b", srcs = ["b.proto"], deps = [":a"], exports = [":a"])\n'
        + 'proto_library(name = "proxy", deps = [":b"])\n'
        + 'proto_library(name = "c", srcs = ["c.proto"], deps = [":proxy"])\n'
        + 'py_grpc_library(name = "stubs", deps = [":c"])',
    )
    result = workspace.bazel("build", "//chain:stubs")
    assert result.returncode == 0, result.stderr
    assert {f"chain/{name}_pb2.py" for name in "abc"} <= _files(workspace, "chain/stubs")


def test_many_arguments_are_passed_in_a_file(workspace: BazelWorkspace) -> None:
    names = [f"a_rather_long_name_for_a_proto_{number}" for number in range(1500)]
    for name in names:
        workspace.write(f"many/{name}.proto", 'syntax = "proto3";')
    workspace.write(
        "many/BUILD.bazel",
        LOAD + 'proto_library(name = "p", srcs = glob(["*.proto"]))\npy_grpc_library(name = "stubs", deps = [":p"])',
    )
    result = workspace.bazel("build", "//many:stubs")
    assert result.returncode == 0, result.stderr
    assert len(_files(workspace, "many/stubs")) == 4 * len(names) + 4


def test_the_action_has_no_network(workspace: BazelWorkspace) -> None:
    for action in _actions(workspace, 'mnemonic("PyGrpcGenerate", deps(//protos:py_stubs))'):
        assert {"key": "block-network", "value": "1"} in action["executionInfo"]  # type: ignore[operator]


def test_wheels_without_a_compiler(workspace: BazelWorkspace) -> None:
    workspace.write("no_wheels/WORKSPACE", "")
    workspace.write("no_wheels/BUILD.bazel", "")
    with (workspace.root / "WORKSPACE").open("a") as file:
        file.write(
            'local_repository(name = "no_wheels", path = "no_wheels")\n'
            'load("//bazel:repositories.bzl", "protobuf_repository")\n'
            'protobuf_repository(name = "no_protobuf", wheels = "@no_wheels//:BUILD.bazel")\n'
        )
    result = workspace.bazel("query", "@no_protobuf//:all")
    assert "@no_protobuf: @no_wheels//:BUILD.bazel does not contain grpcio-tools" in result.stderr


PY_TEST = (
    LOAD
    + """
py_grpc_library(name = "short", deps = ["//protos:common_proto"], imports = ["."])
py_test(name = "t", srcs = ["t.py"], deps = ["//protos:py_stubs", ":short"])
"""
)


def test_a_py_test_can_import_the_package(workspace: BazelWorkspace, tmp_path: Path) -> None:
    # Bazel 4 starts a py_test with `python`, which Debian lacks.
    launcher = tmp_path / "python"
    launcher.write_text('#!/bin/sh\nexec python3 "$@"\n')
    launcher.chmod(0o755)
    workspace.write("consumer/BUILD.bazel", PY_TEST)
    workspace.write(
        "consumer/t.py",
        "import grpc\nfrom short import common_pb2\nassert common_pb2.Decimal().scale == 0\n"
        "from protos.py_stubs import trading_pb2, trading_pb2_grpc\n"
        "assert trading_pb2.Account(broker=trading_pb2.BROKER_KIS).broker == 1\n"
        "assert trading_pb2_grpc.TradingServiceStub(grpc.insecure_channel('127.0.0.1:1')).PlaceOrder\n",
    )
    path = f"{tmp_path}:/usr/bin:/bin"
    result = workspace.bazel(
        "test", "--test_output=all", f"--test_env=PATH={path}", f"--action_env=PATH={path}", "//consumer:t"
    )
    assert result.returncode == 0, result.stdout + result.stderr


def _library(attributes: str) -> str:
    return LOAD + f'py_grpc_library(name = "stubs", {attributes})\n'


@pytest.mark.parametrize(
    ("build", "protos", "message"),
    [
        pytest.param(
            _library("deps = []"),
            {},
            "in deps attribute of py_grpc_library rule //bad:stubs: attribute must be non empty",
            id="no-deps",
        ),
        pytest.param(
            _library('deps = ["@com_google_protobuf//:any_proto"]'),
            {},
            "//bad:stubs: nothing to generate: installed packages provide every proto of deps, "
            "or exclude leaves it out. Import those packages instead.",
            id="only-provided",
        ),
        pytest.param(
            'proto_library(name = "p")\n' + _library('deps = [":p"]'),
            {},
            "//bad:stubs: nothing to generate: deps have no protos. Give a proto_library among them srcs.",
            id="no-protos",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["a/3d/x y.proto"])\n' + _library('deps = [":p"]'),
            {"a/3d/x y.proto": ""},
            '//bad:p: bad/a/3d/x y.proto: Python cannot import "3d". Rename it: letters, digits and underscores, '
            "and no digit first.",
            id="no-python-name",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["x.proto", "x_pb2/a/y.proto"])\n' + _library('deps = [":p"]'),
            {"x.proto": "", "x_pb2/a/y.proto": ""},
            "//bad:stubs: bad/x.proto of //bad:p and bad/x_pb2/a/y.proto of //bad:p both become bad/x_pb2. "
            "Rename one, or leave one out.",
            id="a-module-and-a-folder",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["-x.proto"], strip_import_prefix = "/bad")\n'
            + _library('deps = [":p"]'),
            {"-x.proto": ""},
            "//bad:p: protoc treats -x.proto as an option. Rename it.",
            id="a-dash-at-the-start",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["in/x.proto", "in_/x.proto"])\n' + _library('deps = [":p"]'),
            {"in/x.proto": "", "in_/x.proto": ""},
            "//bad:p: bad/in/x.proto and bad/in_/x.proto both become bad/in_/x_pb2.py. Rename one of them.",
            id="a-keyword-and-its-alias",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["x-y.proto", "x_y.proto"])\n' + _library('deps = [":p"]'),
            {"x-y.proto": "", "x_y.proto": ""},
            "//bad:p: bad/x-y.proto and bad/x_y.proto both become bad/x_y_pb2.py. Rename one of them.",
            id="two-protos-one-module",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["x.proto"])\n'
            'proto_library(name = "q", srcs = ["up/bad/x.proto"], strip_import_prefix = "/bad/up")\n'
            + _library('deps = [":p", ":q"]'),
            {"x.proto": "", "up/bad/x.proto": ""},
            "//bad:stubs: bad/x.proto of //bad:p and bad/x.proto of //bad:q both become bad/x_pb2.py. "
            "Rename one, or leave one out.",
            id="two-libraries-one-module",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["x.proto"])\nproto_library(name = "q", srcs = ["y.proto"])\n'
            + _library('deps = [":p", ":q"]'),
            {"x.proto": "package p; message M {}", "y.proto": "package p; message M {}"},
            "//bad:stubs: bad/y.proto and bad/x.proto both define p.M.",
            id="two-libraries-one-symbol",
        ),
        pytest.param(
            'filegroup(name = "p")\n' + _library('deps = [":p"]'),
            {},
            "'//bad:p' does not have mandatory providers: 'ProtoInfo'",
            id="not-a-proto-library",
        ),
        pytest.param(
            'load("//bazel:defs.bzl", "py_grpc_toolchain")\n'
            'py_library(name = "old", data = ["mypy_protobuf-4.0.0.dist-info/METADATA"])\n'
            'py_grpc_toolchain(name = "stubs", codegen_deps = [":old"], '
            'python = "@py_grpc_wheels//:python", runtime = [])',
            {"mypy_protobuf-4.0.0.dist-info/METADATA": ""},
            "//bad:stubs: mypy-protobuf 4.0.0 in codegen_deps is too old: lock grpcio-tools 1.72, mypy-protobuf 5.0, ",
            id="an-older-generator",
        ),
        pytest.param(
            'load("//bazel:defs.bzl", "py_grpc_toolchain")\npy_grpc_toolchain(name = "stubs", codegen_deps = [], '
            'provided = ["google/api"], python = "@py_grpc_wheels//:python", runtime = [])',
            {},
            '//bad:stubs: provided: "google/api" must end in a slash: "google/api/"',
            id="provided-without-slash",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["x.proto"])\n' + _library('deps = [":p"]'),
            {"x.proto": "message { }"},
            "//bad:p: protoc failed\nbad/x.proto:2:9: Expected message name.",
            id="syntax-error",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["x.proto"])\n' + _library('deps = [":p"]'),
            {"x.proto": 'import "common.proto";'},
            "common.proto: no dependency of //bad:p has this file: add the proto_library that has it to deps.\n"
            'bad/x.proto:2:1: Import "common.proto" was not found or had errors.',
            id="undeclared-dependency",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["x.proto"], deps = ["//protos:trading_proto"])\n'
            + _library('deps = [":p"]'),
            {"x.proto": 'import "common.proto";'},
            "common.proto is imported, but //bad:p does not depend on it: add the proto_library that has it to deps",
            id="transitive-dependency-used-directly",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["x.proto", "y.proto"])\n' + _library('deps = [":p"]'),
            {"x.proto": 'import "bad/y.proto";', "y.proto": 'import "bad/x.proto";'},
            "File recursively imports itself: bad/x.proto -> bad/y.proto -> bad/x.proto",
            id="cyclic-import",
        ),
        pytest.param(
            'proto_library(name = "p", srcs = ["x.proto"], strip_import_prefix = "/bad")\n' + _library('deps = [":p"]'),
            {"x.proto": "message { }"},
            "bad/x.proto:2:9: Expected message name.",
            id="syntax-error-below-a-stripped-prefix",
        ),
    ],
)
def test_bad_input(workspace: BazelWorkspace, build: str, protos: dict[str, str], message: str) -> None:
    workspace.write("bad/BUILD.bazel", build)
    for name, text in protos.items():
        workspace.write(f"bad/{name}", f'syntax = "proto3";\n{text}')
    result = workspace.bazel("build", "//bad:stubs")
    assert result.returncode != 0
    assert message in result.stderr


def test_protos_that_differ_from_the_declared_ones_are_named(workspace: BazelWorkspace) -> None:
    protos = workspace.root / "protos"
    command = "Type: scripts/generate_grpc_stubs.sh\n"
    for one, other, message in (
        (protos / "trading.proto", protos / "new/trading.proto", "new/trading.proto is in no proto_library"),
        (protos / "trading.proto", protos / "trading.txt", "there is no trading.proto in this package"),
    ):
        other.parent.mkdir(exist_ok=True)
        one.rename(other)
        result = workspace.bazel("build", "//protos:py_stubs")
        other.rename(one)
        assert result.returncode != 0
        assert f"//protos: {message}. {command}" in result.stderr, result.stderr
