"""scripts/generate_grpc_stubs.sh and imports that installed packages provide."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mypy import api

from tests.bazel_workspace import BazelWorkspace, bazel_workspace
from tests.scripts.script_runs import said
from tests.wheel_locks import make_wheel


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("installed")) as made:
        assert made.bazel("info").returncode == 0
        yield made


ANNOTATED = """
syntax = "proto3";
package acme;
import "google/api/annotations.proto";
import "google/rpc/status.proto";
message Order { string id = 1; google.rpc.Status problem = 2; }
service Shop { rpc Get(Order) returns (Order) { option (google.api.http) = { get: "/v1/{id}" }; } }
"""
USES_ANNOTATED = """
from google.api import annotations_pb2
from google.rpc import status_pb2
from stubs.acme import shop_pb2
options = shop_pb2.DESCRIPTOR.services_by_name["Shop"].methods_by_name["Get"].GetOptions()
assert options.Extensions[annotations_pb2.http].get == "/v1/{id}"
assert shop_pb2.Order(problem=status_pb2.Status(code=5)).problem.code == 5
"""
# The module that has the descriptor is another one than the module to import.
OPERATION = """
syntax = "proto3";
package acme;
import "google/longrunning/operations.proto";
service Jobs { rpc Start(google.longrunning.Operation) returns (google.longrunning.Operation); }
"""
USES_OPERATION = """
from google.longrunning import operations_pb2
from stubs.acme import jobs_pb2
assert jobs_pb2.DESCRIPTOR.services_by_name["Jobs"].methods[0].input_type == operations_pb2.Operation.DESCRIPTOR
"""
# A message of the installed package that its own file imports from others, publicly used through a oneof and a map.
TYPES = """
syntax = "proto3";
package acme;
import "google/type/money.proto";
import "google/type/date.proto";
message Price { oneof kind { google.type.Money money = 1; string text = 2; } map<string, google.type.Date> dates = 3; }
"""
USES_TYPES = """
from google.type import money_pb2
from stubs.acme import price_pb2
assert price_pb2.Price(money=money_pb2.Money(units=3)).money.units == 3
"""
USER = 'syntax = "proto3"; package acme; import "google/{path}"; message M {{ google.{name} it = 1; }}'
USES_USER = """
from grpc_status import rpc_status  # type: ignore[import-untyped]
from google.{package} import {module}_pb2
from stubs.acme import a_pb2
assert rpc_status and a_pb2.M(it={module}_pb2.{message}()) == a_pb2.M(it={module}_pb2.{message}())
"""
STATUS = """
syntax = "proto3";
package google.rpc;
import "google/protobuf/any.proto";
option java_package = "com.google.rpc";
message Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }
"""
LATLNG = """
syntax = "proto3";
package google.type;
option go_package = "example.com/vendored/latlng";
message LatLng { double latitude = 1; double longitude = 2; }
"""
TIMEOFDAY = """
syntax = "proto3";
package google.type;
message TimeOfDay { int32 hours = 1; int32 minutes = 2; int32 seconds = 3; int32 nanos = 4; }
"""
COPIES = [
    pytest.param("rpc/status.proto", STATUS, "Status", id="status"),
    pytest.param("type/latlng.proto", LATLNG, "LatLng", id="another-option"),
    pytest.param("type/timeofday.proto", TIMEOFDAY, "TimeOfDay", id="no-options"),
]


def _run(
    workspace: BazelWorkspace, folder: Path, protos: dict[str, str], *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    for path, text in protos.items():
        (folder / "protos" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "protos" / path).write_text(text)
    command = workspace.root / "scripts/generate_grpc_stubs.sh"
    return workspace.run(command, "--proto-root=protos", "--out=stubs", *arguments, cwd=folder, env=environment)


def _use(folder: Path, code: str, *roots: str) -> None:
    command = f"import sys; sys.path[:0] = {[str(folder), *roots, *sys.path]!r}\n{code}"
    result = subprocess.run([sys.executable, "-I", "-B", "-c", command], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def _requirements(folder: Path) -> list[str]:
    lines = (folder / "stubs/requirements.txt").read_text().splitlines()
    return [line.partition(">")[0] for line in lines if not line.startswith("#")]


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        pytest.param("acme/shop.proto", ANNOTATED, USES_ANNOTATED, id="annotations"),
        pytest.param("acme/jobs.proto", OPERATION, USES_OPERATION, id="longrunning"),
        pytest.param("acme/price.proto", TYPES, USES_TYPES, id="types"),
    ],
)
def test_the_toolchains_lock_provides_google_api(
    workspace: BazelWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, text: str, code: str
) -> None:
    result = _run(workspace, tmp_path, {path: text})
    assert (result.returncode, said(result)) == (0, ""), result.stderr
    assert not (tmp_path / "stubs/google").exists()
    assert _requirements(tmp_path) == ["googleapis-common-protos", "grpcio", "protobuf"]
    _use(tmp_path, code)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "use.py").write_text(code)
    output, errors, status = api.run(["--strict", "--cache-dir=/dev/null", "--config-file=", "use.py", "stubs"])
    assert status == 0, output + errors


@pytest.mark.parametrize(("path", "text", "message"), COPIES)
def test_a_copy_in_the_root_is_imported_beside_the_installed_one(
    workspace: BazelWorkspace, tmp_path: Path, path: str, text: str, message: str
) -> None:
    package, _, file = path.removesuffix(".proto").partition("/")
    user = USER.format(path=path, name=f"{package}.{message}")
    code = USES_USER.format(package=package, module=file, message=message)
    protos = {f"google/{path}": text, "acme/a.proto": user}
    result = _run(workspace, tmp_path, protos)
    assert result.returncode == 0, result.stderr
    assert said(result).startswith("warning: @proto_root//")
    assert f": google/{path}: only its options differ from those of the installed " in said(result)
    assert (tmp_path / f"stubs/google/{package}/{file}_pb2.py").exists()
    assert "googleapis-common-protos" not in _requirements(tmp_path)
    _use(tmp_path, code)
    _use(tmp_path, "from stubs.acme import a_pb2" + code)
    result = _run(workspace, tmp_path, {}, "--exclude", f"google/{path}")
    assert (result.returncode, said(result)) == (0, ""), result.stderr
    assert not (tmp_path / "stubs/google").exists()
    assert "googleapis-common-protos" in _requirements(tmp_path)
    _use(tmp_path, code)


DESCRIPTOR = r"b'\n\x12vendor/thing.proto\x12\x06vendor\"\x12\n\x05Thing\x12\t\n\x01x\x18\x01 \x01(\x05\x62\x06proto3'"
MODULE = f"""
from google.protobuf import descriptor_pool
from google.protobuf.internal import builder
DESCRIPTOR = descriptor_pool.Default().AddSerializedFile({DESCRIPTOR})
builder.BuildMessageAndEnumDescriptors(DESCRIPTOR, globals())
builder.BuildTopDescriptorsAndMessages(DESCRIPTOR, 'vendor.thing_pb2', globals())
"""
THING = 'syntax = "proto3"; package vendor; message Thing { int32 x = 1; }'
USES_THING = 'syntax = "proto3"; package p; import "vendor/thing.proto"; message P { vendor.Thing t = 1; }'


@pytest.fixture
def index(tmp_path: Path) -> dict[str, str]:
    """The settings of a pip that finds only the wheels of a folder."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    make_wheel(wheels, "has_things", {"vendor/thing_pb2.py": MODULE})
    make_wheel(wheels, "has_things", {"vendor/thing_pb2.py": MODULE, "vendor/thing.proto": THING + "//"}, "2.0")
    disagrees = THING.replace("x = 1", "x = 2")
    make_wheel(wheels, "has_things", {"vendor/thing_pb2.py": MODULE, "vendor/thing.proto": disagrees}, "3.0")
    make_wheel(wheels, "has_things", {"vendor/thing_pb2.py": "x.AddSerializedFile("}, "4.0")
    make_wheel(wheels, "has_none", {"vendor/thing.py": ""})
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PY_GRPC_PYTHON": sys.executable}


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_another_distribution(workspace: BazelWorkspace, tmp_path: Path, index: dict[str, str], version: str) -> None:
    result = _run(workspace, tmp_path, {"p.proto": USES_THING}, f"--provided-by=has-things=={version}", **index)
    assert (result.returncode, said(result)) == (0, ""), result.stderr
    assert not (tmp_path / "stubs/vendor").exists()
    assert f"has-things>={version}\n" in (tmp_path / "stubs/requirements.txt").read_text()
    base = Path(workspace.bazel("info", "output_base").stdout.strip(), "external/proto_root_wheels")
    assert (base / "requirements.txt").read_text().startswith(f"has-things=={version} --hash=sha256:")
    _use(tmp_path, "from stubs import p_pb2; assert p_pb2.P(t={'x': 3}).t.x == 3", str(base / "site-packages"))


@pytest.mark.parametrize(
    ("requirement", "message", "status"),
    [
        pytest.param("no-such==1.0", "--provided-by no-such==1.0: the package index has no wheel", 2, id="missing"),
        pytest.param("has-things==9", "--provided-by has-things==9: the package index has no wheel", 2, id="version"),
        pytest.param("has-none==1.0", "--provided-by has-none==1.0: it has no generated modules", 2, id="no-protos"),
        pytest.param("has-things==3.0", "vendor/thing.proto and vendor/thing_pb2.py of the", 3, id="disagrees"),
        pytest.param("has-things==4.0", "vendor/thing_pb2.py: no descriptor can be read from it (", 3, id="unreadable"),
    ],
)
def test_a_bad_distribution(
    workspace: BazelWorkspace, tmp_path: Path, index: dict[str, str], requirement: str, message: str, status: int
) -> None:
    result = _run(workspace, tmp_path, {"p.proto": USES_THING}, "--provided-by", requirement, **index)
    assert (result.returncode, result.stdout) == (status, ""), result.stderr
    assert result.stderr.count(message) == 1, result.stderr
    assert status == 3 or said(result).count("\n") == 1
    assert not (tmp_path / "stubs").exists()
