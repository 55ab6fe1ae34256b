"""pip_repository and py_grpc_library with wheels that provide protos: imported, not generated, and required."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen.protoc import run_protoc
from tests.bazel_workspace import BazelWorkspace, bazel_workspace, installed
from tests.wheel_locks import add_wheels, lock_line, make_wheel, make_wheels

MONEY = """
syntax = "proto3";
package acme;
import "google/protobuf/descriptor.proto";
extend google.protobuf.FieldOptions { string unit = 50000; }
message Money { int64 units = 1; }
"""
ORDER = """
syntax = "proto3";
package acme.sub;
import "acme/money.proto";
message Order { acme.Money price = 1 [(acme.unit) = "KRW"]; }
service Orders { rpc Get(Order) returns (Order) {} }
"""
PROTOS = {"acme/money.proto": MONEY, "acme/sub/order.proto": ORDER}
SHOP = """
syntax = "proto3";
package shop;
import "acme/sub/order.proto";
message Cart { repeated acme.sub.Order orders = 1; }
service Carts { rpc Get(Cart) returns (acme.sub.Order); }
"""
BUILD = """
load("//bazel:defs.bzl", "py_grpc_library")
proto_library(name = "shop", srcs = ["shop.proto"], strip_import_prefix = "/shop",
    deps = ["@wheels//:acme/sub/order_proto"])
py_grpc_library(name = "stubs", deps = [":shop"])
py_grpc_library(name = "own", deps = [":shop"], abstract_servicers = True)
proto_library(name = "money", srcs = ["acme/money.proto"], strip_import_prefix = "/shop",
    deps = ["@com_google_protobuf//:descriptor_proto"])
py_grpc_library(name = "copy", deps = [":money"])
py_grpc_library(name = "installed", deps = [":money", ":shop"], provided_by = ["@wheels//:acme"])
proto_library(name = "purse", srcs = ["purse.proto"], strip_import_prefix = "/shop", deps = [":money"])
py_grpc_library(name = "second_runtime", deps = [":purse"], provided_by = ["@wheels//:all_distributions"])
proto_library(name = "declared", srcs = ["acme/money.proto"], data = [":acme"], strip_import_prefix = "/shop",
    deps = ["@com_google_protobuf//:descriptor_proto"])
py_library(name = "acme", srcs = ["py/acme/money_pb2.py"], imports = ["py"])
"""


def _modules(folder: Path, protos: dict[str, str]) -> dict[str, str]:
    """Returns what protoc generates for protos, by path."""
    for path, text in protos.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    well_known = next(Path(root, "grpc_tools/_proto") for root in sys.path if Path(root, "grpc_tools/_proto").is_dir())
    status, messages = run_protoc([f"-I{folder}", f"-I{well_known}", f"--python_out={folder}", *protos])
    assert status == 0, messages
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*_pb2.py")}


class Wheels:
    """The repository @wheels: protobuf and one distribution, acme."""

    def __init__(self, workspace: BazelWorkspace, folder: Path) -> None:
        """Takes the workspace, and an empty folder for the wheels."""
        self.workspace = workspace
        self.folder = folder
        runtime = installed(Path(os.environ["TEST_SRCDIR"], "py_grpc_wheels")) / "site-packages"
        self.runtime = make_wheels(runtime, folder, "protobuf")
        self.modules = _modules(folder / "protos", PROTOS)

    def bazel(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs Bazel with a pip that finds nothing but these wheels."""
        environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.folder), "PY_GRPC_PYTHON": sys.executable}
        return self.workspace.run("bazel", *arguments, env=environment)

    def lock(self, files: dict[str, str]) -> None:
        """Makes acme of files, and locks it."""
        for path in self.folder.glob("acme-*"):
            path.unlink()
        wheel = make_wheel(self.folder, "acme", files)
        self.workspace.write("lock.txt", f"{self.runtime}{lock_line(wheel)}\n")

    def build(self, *targets: str) -> subprocess.CompletedProcess[str]:
        """Builds targets."""
        return self.bazel("build", *targets)

    def path(self, target: str) -> Path:
        """Returns an output."""
        return self.workspace.root / "bazel-bin" / target


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wheels]:
    with bazel_workspace(tmp_path_factory.mktemp("workspace")) as workspace:
        add_wheels(workspace)
        made = Wheels(workspace, tmp_path_factory.mktemp("wheels"))
        workspace.write("shop/BUILD.bazel", BUILD)
        workspace.write("shop/shop.proto", SHOP)
        workspace.write("shop/acme/money.proto", MONEY)
        purse = 'syntax = "proto3"; package shop; import "acme/money.proto"; message Purse { acme.Money money = 1; }'
        workspace.write("shop/purse.proto", purse)
        workspace.write("shop/py/acme/money_pb2.py", made.modules["acme/money_pb2.py"])
        yield made


@pytest.mark.parametrize("sources", [PROTOS, {}], ids=["with-sources", "without-sources"])
def test_what_a_wheel_provides_is_imported(wheels: Wheels, sources: dict[str, str]) -> None:
    wheels.lock({**wheels.modules, **sources})
    result = wheels.build("//shop:stubs", "//shop:own", "@wheels//:all")
    assert result.returncode == 0, result.stderr
    base = Path(wheels.bazel("info", "output_base").stdout.strip())
    assert json.loads((base / "external/wheels/protos.json").read_text()) == [
        "acme/money.proto",
        "acme/sub/order.proto",
    ]
    for package in (wheels.path("shop/stubs"), wheels.path("shop/own")):
        assert [path.name for path in package.rglob("*_pb2.py")] == ["shop_pb2.py"]
        assert (
            "\nfrom acme.sub import order_pb2 as acme_dot_sub_dot_order__pb2\n" in (package / "shop_pb2.py").read_text()
        )
        assert "\nfrom acme.sub import order_pb2 as _order_pb2\n" in (package / "shop_pb2.pyi").read_text()
        assert "acme>=1.0\n" in (package / "requirements.txt").read_text()
    # Dependents get the wheel, and packages that do not import it do not.
    for target, needs in (("//shop:stubs", True), ("//protos:py_stubs", False)):
        found = wheels.bazel("cquery", f"filter(@wheels//:acme$, deps({target}))").stdout
        assert bool(found.strip()) == needs
    roots = [str(wheels.path("shop")), str(base / "external/wheels/site-packages"), *sys.path]
    used = subprocess.run(
        [sys.executable, "-I", "-B", "-c", _USE.format(roots)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert used.stdout == "3 KRW\n", used.stderr


_USE = """
import sys; sys.path[:0] = {}
from acme import money_pb2
from acme.sub import order_pb2
from stubs import shop_pb2
cart = shop_pb2.Cart(orders=[order_pb2.Order(price=money_pb2.Money(units=3))])
print(cart.orders[0].price.units, order_pb2.Order.DESCRIPTOR.fields[0].GetOptions().Extensions[money_pb2.unit])
"""


def test_a_wheel_that_contradicts_itself_fails_only_who_uses_it(wheels: Wheels) -> None:
    wheels.lock({**wheels.modules, **PROTOS, "acme/money.proto": MONEY.replace("units = 1", "units = 2")})
    assert wheels.build("@wheels//:acme", "//protos:py_stubs").returncode == 0
    result = wheels.build("//shop:stubs")
    assert result.returncode == 1
    assert (
        "//shop:stubs: acme/money.proto and acme/money_pb2.py of the package that provides it disagree."
        in result.stderr
    )


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param(
            {"acme/sub/order_pb2.py": "AddSerializedFile(b'"},
            "acme/sub/order_pb2.py: no descriptor can be read from it (",
            id="a-module-that-cannot-be-read",
        ),
        pytest.param(
            {"acme/money_pb2.py": "", "acme/money.proto": MONEY},
            "acme/sub/order_pb2.py: its proto imports acme/money.proto, which no package of the lock provides.",
            id="an-import-that-nothing-provides",
        ),
    ],
)
def test_a_bad_module_fails_only_who_uses_it(wheels: Wheels, files: dict[str, str], message: str) -> None:
    wheels.lock({**wheels.modules, **files})
    assert wheels.build("@wheels//:acme", "//protos:py_stubs").returncode == 0
    result = wheels.build("//shop:stubs")
    assert result.returncode == 1
    assert f"@wheels//:acme/sub/order_proto: {message}" in result.stderr


def test_a_protobuf_that_does_not_import_only_provides_no_protos(wheels: Wheels) -> None:
    old = {"google/protobuf/__init__.py": "", "google/protobuf/descriptor_pb2.py": "raise ImportError('too old')"}
    acme = make_wheel(wheels.folder, "acme", {**wheels.modules, **PROTOS})
    protobuf = make_wheel(wheels.folder, "protobuf", old, "0.1")
    wheels.workspace.write("lock.txt", f"{lock_line(protobuf)}\n{lock_line(acme)}\n")
    result = wheels.build("@wheels//:acme")
    assert result.returncode == 0, result.stderr
    base = Path(wheels.bazel("info", "output_base").stdout.strip(), "external/wheels")
    assert json.loads((base / "protos.json").read_text()) == []
    comments = [line for line in (base / "BUILD.bazel").read_text().splitlines() if line.startswith("#")]
    assert any(line.endswith("ImportError: too old") for line in comments)


def test_an_own_copy_is_generated_unless_provided_by(wheels: Wheels) -> None:
    wheels.lock({**wheels.modules, **PROTOS})
    result = wheels.build("//shop:copy", "//shop:installed")
    assert result.returncode == 0, result.stderr
    assert (wheels.path("shop/copy") / "acme/money_pb2.py").exists()
    assert "acme" not in (wheels.path("shop/copy") / "requirements.txt").read_text()
    assert not (wheels.path("shop/installed") / "acme").exists()
    assert "acme>=1.0\n" in (wheels.path("shop/installed") / "requirements.txt").read_text()


def test_a_lock_with_the_same_protobuf_as_the_toolchains(wheels: Wheels) -> None:
    wheels.lock({**wheels.modules, **PROTOS})
    result = wheels.build("//shop:second_runtime")
    assert result.returncode == 0, result.stderr


def test_only_distributions_whose_modules_are_imported_are_required(wheels: Wheels) -> None:
    wheels.workspace.write("one/google/rpc/code.proto", 'syntax = "proto3"; package google.rpc; enum Code { OK = 0; }')
    user = 'syntax = "proto3"; import "google/rpc/code.proto"; message M { google.rpc.Code c = 1; }'
    wheels.workspace.write("one/user.proto", user)
    wheels.workspace.write(
        "one/BUILD.bazel",
        'load("//bazel:defs.bzl", "py_grpc_library")\n'
        'proto_library(name = "p", srcs = ["google/rpc/code.proto", "user.proto"], strip_import_prefix = "/one")\n'
        'py_grpc_library(name = "stubs", deps = [":p"], provided_by = ["@py_grpc_wheels//:all_distributions"])\n',
    )
    result = wheels.build("//one:stubs")
    assert result.returncode == 0, result.stderr
    lines = (wheels.path("one/stubs") / "requirements.txt").read_text().splitlines()
    names = [line.partition(">=")[0] for line in lines if not line.startswith("#")]
    assert names == ["googleapis-common-protos", "grpcio", "protobuf"]


def test_a_proto_library_with_the_module_in_its_data_is_provided(wheels: Wheels) -> None:
    wheels.lock({**wheels.modules, **PROTOS})
    wheels.workspace.write(
        "user/BUILD.bazel",
        'load("//bazel:defs.bzl", "py_grpc_library")\n'
        'proto_library(name = "user", srcs = ["user.proto"], deps = ["//shop:declared"])\n'
        'py_grpc_library(name = "stubs", deps = [":user"])\n',
    )
    wheels.workspace.write("shop/BUILD.bazel", 'package(default_visibility = ["//visibility:public"])\n' + BUILD)
    wheels.workspace.write(
        "user/user.proto", 'syntax = "proto3"; import "acme/money.proto"; message U { acme.Money m = 1; }'
    )
    result = wheels.build("//user:stubs")
    assert result.returncode == 0, result.stderr
    assert "\nfrom acme import money_pb2 as " in (wheels.path("user/stubs") / "user/user_pb2.py").read_text()
    # It is nobody's distribution.
    assert "acme" not in (wheels.path("user/stubs") / "requirements.txt").read_text()


def test_a_copy_that_differs_only_in_options_is_imported_beside_the_installed_one(wheels: Wheels) -> None:
    status = 'syntax = "proto3";\npackage google.rpc;\nimport "google/protobuf/any.proto";\n'
    status += 'option java_package = "x";\nmessage Status { int32 code = 1; string message = 2; '
    status += "repeated google.protobuf.Any details = 3; }"
    other = status.replace("code = 1", "code = 11")
    for name, text in (("same", status), ("other", other)):
        wheels.workspace.write(f"{name}/google/rpc/status.proto", text)
        wheels.workspace.write(
            f"{name}/BUILD.bazel",
            'load("//bazel:defs.bzl", "py_grpc_library")\n'
            'proto_library(name = "p", srcs = ["google/rpc/status.proto"], '
            f'strip_import_prefix = "/{name}", deps = ["@com_google_protobuf//:any_proto"])\n'
            'py_grpc_library(name = "stubs", deps = [":p"])\n'
            'proto_library(name = "user", srcs = ["user.proto"], '
            'deps = ["@py_grpc_wheels//:google/rpc/status_proto"])\n'
            'py_grpc_library(name = "both", deps = [":user", ":p"])\n'
            'py_grpc_library(name = "copy_first", deps = [":p", ":user"])\n',
        )
        user = 'syntax = "proto3"; import "google/rpc/status.proto"; message M { google.rpc.Status s = 1; }'
        wheels.workspace.write(f"{name}/user.proto", user)
    result = wheels.bazel("build", "--output_groups=+package_warnings", "//same:all", "//other:all")
    assert result.returncode == 0, result.stderr
    warnings = {name: wheels.path(f"{name}/stubs.warnings").read_text() for name in ("same", "other")}
    # Also if another dep takes the installed one, before or after it.
    for package in ("both", "copy_first"):
        assert {name: wheels.path(f"{name}/{package}.warnings").read_text() for name in ("same", "other")} == warnings
    assert warnings["same"].startswith("//same:p: google/rpc/status.proto: only its options differ from ")
    assert warnings["other"].startswith("//other:p: google/rpc/status.proto: it differs from the installed ")
    code = "import sys; sys.path[:0] = {!r}\nfrom google.rpc import status_pb2\nimport stubs.google.rpc.status_pb2"
    for name, works in (("same", True), ("other", False)):
        command = code.format([str(wheels.path(name)), *sys.path])
        used = subprocess.run([sys.executable, "-I", "-B", "-c", command], capture_output=True, text=True, check=False)
        assert (used.returncode == 0) == works, used.stderr
