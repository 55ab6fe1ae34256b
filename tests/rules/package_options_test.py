"""The options of a py_grpc_library: one package each, built together, imported and checked."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace

LOAD = 'load("//bazel:defs.bzl", "py_grpc_library")\n'
BASE = 'syntax = "proto3"; package base; message B { string user_name = 1; }'
SHOP = """
syntax = "proto3";
package shop;
import "base.proto";
import "vendor/money.proto";
// An order.
message Order { base.B buyer = 1; vendor.Money price = 2; }
service Orders { rpc Place(Order) returns (Order); rpc Cancel(Order) returns (Order); }
"""
# The same file name as in //protos, but another package.
COMMON = 'syntax = "proto3"; package other; message Thing { int32 x = 1; }'
BUILD = LOAD + (
    'proto_library(name = "base", srcs = ["base.proto"], strip_import_prefix = "/shop")\n'
    'proto_library(name = "money", srcs = ["vendor/money.proto"], strip_import_prefix = "/shop")\n'
    'proto_library(name = "shop", srcs = ["shop.proto"], strip_import_prefix = "/shop", deps = [":base", ":money"])\n'
    'proto_library(name = "common", srcs = ["common.proto"], strip_import_prefix = "/shop")\n'
    'py_library(name = "vendor", srcs = glob(["vendor_py/**"]), imports = ["vendor_py"])\n'
    'py_grpc_library(name = "plain", deps = [":shop"])\n'
    'py_grpc_library(name = "provided", deps = [":shop"], provided_by = [":vendor"])\n'
    'py_grpc_library(name = "left_out", deps = [":shop"], exclude = ["shop.proto", "vendor/"])\n'
    'py_grpc_library(name = "prefixed", deps = [":common"], descriptor_prefix = "acme/v1")\n'
    'py_grpc_library(name = "abstract", deps = [":shop"], abstract_servicers = True)\n'
    'py_grpc_library(name = "by_protoc", deps = [":shop"], type_stubs = "protoc")\n'
    'py_grpc_library(name = "lazy", deps = [":shop"], lazy_exports = True)\n'
    'proto_library(name = "odd", srcs = ["3rd.proto", "base.proto"], strip_import_prefix = "/shop")\n'
    'proto_library(name = "again", srcs = ["base.proto"], strip_import_prefix = "/shop")\n'
    'py_grpc_library(name = "twice", deps = [":shop", ":again"])\n'
    'py_grpc_library(name = "own_twice", deps = [":shop", ":odd"], exclude = ["3rd.proto"])\n'
    'py_grpc_library(name = "without_odd", deps = [":odd"], exclude = ["3rd.proto"])\n'
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("options")) as made:
        made.write("shop/BUILD.bazel", BUILD)
        made.write("shop/base.proto", BASE)
        made.write("shop/shop.proto", SHOP)
        made.write("shop/3rd.proto", 'syntax = "proto3";')
        made.write("shop/common.proto", COMMON)
        made.write("shop/vendor/money.proto", 'syntax = "proto3"; package vendor; message Money { int64 units = 1; }')
        made.write("shop/vendor_py/vendor/__init__.py", "")
        made.write("shop/vendor_py/vendor/money_pb2.py", "IT = 'the installed one'\n")
        # One of the packages cannot be imported.
        result = made.bazel("build", "--noexperimental_run_validations", "//shop:all", "//protos:py_stubs")
        assert result.returncode == 0, result.stderr
        yield made


def _files(workspace: BazelWorkspace, package: str) -> set[str]:
    root = workspace.root / "bazel-bin/shop" / package
    return {path.relative_to(root).as_posix() for path in root.rglob("*_pb2*")}


def _text(workspace: BazelWorkspace, path: str) -> str:
    return (workspace.root / "bazel-bin/shop" / path).read_text()


def _python(workspace: BazelWorkspace, code: str) -> str:
    """Runs code in a clean interpreter that sees the packages of //shop and //protos, and the wheels."""
    built = workspace.root / "bazel-bin"
    roots = [str(built / "shop"), str(built / "protos"), *sys.path]
    program = f"import sys; sys.path[:0] = {roots!r}\n{code}"
    result = subprocess.run([sys.executable, "-I", "-B", "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_packages_without_options_share_their_actions(workspace: BazelWorkspace) -> None:
    shared = workspace.bazel(
        "aquery", "--include_aspects", "--output=jsonproto", 'mnemonic("PyGrpcGenerate", //shop:all)'
    )
    assert shared.returncode == 0, shared.stderr
    actions = json.loads(shared.stdout)["actions"]
    # Five shared libraries, plus one action for each package of this BUILD file that generates its own: provided,
    # abstract, by_protoc, left_out, without_odd, own_twice and prefixed.
    assert len(actions) == 5 + 7


def test_provided_protos_are_imported_absolutely_and_not_generated(workspace: BazelWorkspace) -> None:
    assert "vendor/money_pb2.py" in _files(workspace, "plain")
    assert not [path for path in _files(workspace, "provided") if path.startswith("vendor")]
    text = _text(workspace, "provided/shop_pb2.py")
    assert "\nfrom vendor import money_pb2 as vendor_dot_money__pb2\n" in text
    assert "\nfrom . import base_pb2 as base__pb2\n" in text
    assert "\nfrom vendor import money_pb2 as _money_pb2\n" in _text(workspace, "provided/shop_pb2.pyi")
    assert "\nfrom google.protobuf import descriptor as _descriptor\n" in text


def test_provided_packages_are_dependencies(workspace: BazelWorkspace) -> None:
    result = workspace.bazel("cquery", "kind(py_library, deps(//shop:provided) - deps(//shop:plain))")
    assert result.returncode == 0, result.stderr
    assert "//shop:vendor" in result.stdout


@pytest.mark.parametrize("package", ["twice", "own_twice"])
def test_a_source_of_two_libraries_is_one_module(package: str, workspace: BazelWorkspace) -> None:
    assert _files(workspace, package) == _files(workspace, "plain")
    code = f"from {package} import base_pb2, shop_pb2; print(shop_pb2.Order(buyer=base_pb2.B(user_name='b')).buyer)"
    assert _python(workspace, code) == 'user_name: "b"\n\n'


def test_a_package_that_cannot_be_imported_fails(workspace: BazelWorkspace) -> None:
    # The module that is installed registers no descriptor.
    result = workspace.bazel("build", "//shop:provided")
    assert result.returncode != 0
    assert ": shop.proto: shop_pb2 cannot be imported: TypeError: " in result.stderr
    result = workspace.bazel("build", "//shop:plain")
    assert result.returncode == 0, result.stderr


def test_excluded_protos_are_not_generated(workspace: BazelWorkspace) -> None:
    assert _files(workspace, "left_out") == {
        "base_pb2.py",
        "base_pb2.pyi",
        "base_pb2_grpc.py",
        "base_pb2_grpc.pyi",
    }


def test_a_proto_with_an_illegal_name_can_be_excluded(workspace: BazelWorkspace) -> None:
    assert _files(workspace, "without_odd") == _files(workspace, "left_out")


def test_two_packages_with_the_same_proto_can_coexist(workspace: BazelWorkspace) -> None:
    output = _python(
        workspace,
        "from py_stubs import common_pb2 as ours\n"
        "from prefixed import common_pb2 as theirs\n"
        "assert theirs.Thing.FromString(theirs.Thing(x=7).SerializeToString()).x == 7\n"
        "print(ours.DESCRIPTOR.name, theirs.DESCRIPTOR.name, theirs.DESCRIPTOR.package, theirs.Thing.__module__)",
    )
    assert output.split() == ["common.proto", "acme/v1/common.proto", "other", "prefixed.common_pb2"]


def test_servicers_are_abstract_or_concrete(workspace: BazelWorkspace) -> None:
    assert "abstractmethod" in _text(workspace, "abstract/shop_pb2_grpc.pyi")
    concrete = _text(workspace, "plain/shop_pb2_grpc.pyi")
    assert "abstractmethod" not in concrete and "class OrdersServicer:" in concrete


def test_folders_reexport_the_definitions_of_their_protos(workspace: BazelWorkspace) -> None:
    output = _python(
        workspace,
        "import sys, lazy\n"
        "print([name for name in ('google.protobuf', 'grpc') if name in sys.modules])\n"
        "from lazy import B, Order, OrdersStub\n"
        "from lazy.vendor import Money\n"
        "print(Order(buyer=B(user_name='b'), price=Money(units=3)).price.units, OrdersStub.__module__)",
    )
    assert output == "[]\n3 lazy.shop_pb2_grpc\n"
    assert len(_text(workspace, "plain/__init__.py").splitlines()) == 1


def test_protoc_can_write_the_type_stubs_of_messages(workspace: BazelWorkspace) -> None:
    assert '"""An order."""' in _text(workspace, "plain/shop_pb2.pyi")
    by_protoc = _text(workspace, "by_protoc/shop_pb2.pyi")
    assert "\nfrom . import base_pb2 as _base_pb2\n" in by_protoc and "__slots__ = (" in by_protoc


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        pytest.param(
            'provided_by = ["@py_grpc_wheels//:grpcio"]',
            "//bad:stubs: provided_by: @py_grpc_wheels//:grpcio has the modules of no proto of deps. Fix or remove it.",
            id="provided-by-a-library-without-the-modules",
        ),
        pytest.param(
            'exclude = ["internal"]',
            '//bad:stubs: exclude: "internal" must be a proto\'s import path, or a folder with a slash at the end: '
            '"internal/"',
            id="exclude-neither-file-nor-folder",
        ),
        pytest.param(
            'descriptor_prefix = "/a/"',
            '//bad:stubs: descriptor_prefix: "/a/" must not start or end with a slash: "a"',
            id="prefix-with-slashes",
        ),
        pytest.param(
            'descriptor_prefix = "a/b c"',
            '//bad:stubs: descriptor_prefix: "a/b c" must be letters, digits and underscores',
            id="prefix-that-is-no-name",
        ),
        pytest.param(
            'exclude = ["debug.proto"]',
            '//bad:stubs: exclude: "debug.proto" is the import path of no proto of deps.',
            id="exclude-nothing",
        ),
        pytest.param(
            'imports = [".."]',
            '//bad:stubs: imports: ".." must be a folder below the package, for example "."',
            id="imports-above-the-package",
        ),
        pytest.param(
            'type_stubs = "mypy"',
            "invalid value in 'type_stubs' attribute: has to be one of 'mypy-protobuf' or 'protoc' instead of 'mypy'",
            id="unknown-generator",
        ),
        pytest.param(
            'exclude = ["base.proto"]',
            "//shop:shop: shop.proto imports base.proto, which exclude leaves out. "
            "Leave shop.proto out too, or neither.",
            id="an-excluded-proto-is-imported",
        ),
        pytest.param(
            'provided_by = ["//shop:vendor"], exclude = ["shop.proto", "base.proto"]',
            "//bad:stubs: nothing to generate: installed packages provide every proto of deps, or exclude leaves",
            id="nothing-is-left",
        ),
    ],
)
def test_bad_input(workspace: BazelWorkspace, attributes: str, message: str) -> None:
    workspace.write("shop/BUILD.bazel", 'package(default_visibility = ["//visibility:public"])\n' + BUILD)
    workspace.write("bad/BUILD.bazel", LOAD + f'py_grpc_library(name = "stubs", deps = ["//shop:shop"], {attributes})')
    result = workspace.bazel("build", "//bad:stubs")
    assert result.returncode != 0
    assert message in result.stderr
