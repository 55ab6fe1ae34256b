"""proto_repository: an unprepared folder of protos in a user's WORKSPACE."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace

WORKSPACE = """
proto_repository(name = "schemas", roots = ["../schemas"])
proto_repository(name = "bad", roots = ["../bad"])
proto_repository(name = "beyond_ascii", roots = ["../gr\u00fcn \u20ac"])
proto_repository(name = "googleapis", roots = ["../googleapis"])
local_repository(name = "their_wheels", path = "../wheels")
proto_repository(
    name = "several",
    exclude = ["drafts/"],
    import_roots = ["../imported"],
    provided = ["@py_grpc_wheels//:BUILD.bazel", "@their_wheels//:BUILD.bazel"],
    roots = ["../one", "../two"],
)
"""

# Two folders that import each other, one that both import, a copy of a well-known type, and names next to the rule.
TREE = {
    "base.proto": 'syntax = "proto3"; package t; message Base {}',
    "up/a.proto": 'syntax = "proto3"; package t; import "down/b.proto"; message A { B b = 1; }',
    "up/c.proto": 'syntax = "proto3"; package t; import "base.proto"; message C { Base base = 1; }',
    "down/b.proto": 'syntax = "proto3"; package t; import "up/c.proto"; message B { C c = 1; }',
    "in/v1/svc.proto": """
syntax = "proto3";
package t.v1;
import /* a comment */ "up/a.proto";
import "google/protobuf/timestamp.proto";
message M { A a = 1; google.protobuf.Timestamp at = 2; }
service S { rpc Get(M) returns (M); }
""",
    "google/protobuf/timestamp.proto": "an old copy that does not even compile",
    ".git/hook.proto": "not a proto of the tree",
    "BUILD": "neither a package nor read",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    folder = tmp_path_factory.mktemp("schemas")
    with bazel_workspace(folder) as made:
        with (made.root / "WORKSPACE").open("a", encoding="utf-8") as file:
            file.write(WORKSPACE)
        for path, text in TREE.items():
            made.write(f"../schemas/{path}", text)
        yield made


def _files(workspace: BazelWorkspace, repository: str) -> set[str]:
    root = workspace.root / "bazel-bin/external" / repository / "py_stubs"
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def _query(workspace: BazelWorkspace, expression: str) -> list[str]:
    result = workspace.bazel("query", "--noshow_progress", expression)
    assert result.returncode == 0, result.stderr
    return sorted(result.stdout.split())


def test_the_tree_builds(workspace: BazelWorkspace) -> None:
    result = workspace.bazel("build", "@schemas//:py_stubs")
    assert result.returncode == 0, result.stderr
    stems = ("base", "up/a", "up/c", "down/b", "in_/v1/svc")
    endings = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")
    stubs = {stem + ending for stem in stems for ending in endings}
    markers = {folder + "__init__.py" for folder in ("", "up/", "down/", "in_/", "in_/v1/")}
    assert _files(workspace, "schemas") == {"py.typed", "requirements.txt", *stubs, *markers}


def test_one_library_per_folder_and_one_per_cycle_of_folders(workspace: BazelWorkspace) -> None:
    assert _query(workspace, "kind(proto_library, @schemas//...)") == [
        "@schemas//:protos",
        "@schemas//:root_proto",
        "@schemas//down:down_proto",
        "@schemas//in/v1:v1_proto",
    ]
    assert _query(workspace, "labels(actual, @schemas//up:up_proto)") == ["@schemas//down:down_proto"]


def test_deps_are_exact(workspace: BazelWorkspace) -> None:
    direct = "labels(deps, {})"
    assert _query(workspace, direct.format("@schemas//down:down_proto")) == ["@schemas//:root_proto"]
    assert _query(workspace, direct.format("@schemas//in/v1:v1_proto")) == [
        "@com_google_protobuf//:timestamp_proto",
        "@schemas//down:down_proto",
    ]


DEPENDING = """
load("//bazel:defs.bzl", "py_grpc_library")
proto_library(name = "own_proto", srcs = ["own.proto"], deps = ["@schemas//up:up_proto"])
py_grpc_library(name = "own", deps = [":own_proto"])
"""


def test_every_folder_of_a_cycle_has_its_label(workspace: BazelWorkspace) -> None:
    workspace.write("own/BUILD.bazel", DEPENDING)
    workspace.write("own/own.proto", 'syntax = "proto3"; package o; import "up/a.proto"; message O { t.A a = 1; }')
    # With Bazel's own action for the descriptors.
    result = workspace.bazel("build", "//own:own", "//own:own_proto")
    assert result.returncode == 0, result.stderr
    built = workspace.root / "bazel-bin/own/own"
    code = "import sys; sys.path[:0] = {!r}\nfrom own.own import own_pb2; own_pb2.O(a={{'b': {{'c': {{}}}}}})"
    command = [sys.executable, "-I", "-B", "-c", code.format([str(built.parent), *sys.path])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_message_shows_the_files_path_in_the_tree(workspace: BazelWorkspace) -> None:
    path = workspace.write("../schemas/up/c.proto", TREE["up/c.proto"] + "\nmessage {")
    result = workspace.bazel("build", "@schemas//:py_stubs")
    path.write_text(TREE["up/c.proto"])
    # Every library that imports the file is compiled separately; the first to fail ends the build.
    assert re.search(
        r"^@schemas//\w+(/v1)?:\S+: protoc failed\nup/c\.proto:2:9: Expected message name\.$",
        result.stderr,
        re.MULTILINE,
    )


def test_the_next_build_sees_a_changed_proto(workspace: BazelWorkspace) -> None:
    path = workspace.write("../schemas/base.proto", TREE["base.proto"] + " message Added {}")
    result = workspace.bazel("build", "@schemas//:py_stubs")
    path.write_text(TREE["base.proto"])
    assert result.returncode == 0, result.stderr
    assert "class Added" in (workspace.root / "bazel-bin/external/schemas/py_stubs/base_pb2.pyi").read_text()


def test_a_sync_makes_a_new_proto_visible(workspace: BazelWorkspace) -> None:
    workspace.write("../schemas/new.proto", 'syntax = "proto3";')
    assert workspace.bazel("sync", "--only=schemas").returncode == 0
    names = _query(workspace, "labels(srcs, @schemas//:root_proto)")
    (workspace.root / "../schemas/new.proto").unlink()
    assert workspace.bazel("sync", "--only=schemas").returncode == 0
    assert names == ["@schemas//:base.proto", "@schemas//:new.proto"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param(
            {"a/x.proto": 'syntax = "proto3";\n\n  import public "b/y.proto";'},
            '@bad: a/x.proto:3: nothing provides the import "b/y.proto".',
            id="unknown-import",
        ),
        pytest.param(
            {"x.proto": 'import "google/protobuf/nope.proto";'},
            '@bad: x.proto:1: nothing provides the import "google/protobuf/nope.proto". '
            "The installed protobuf does not have it: remove the import, or lock another version.",
            id="unknown-well-known-type",
        ),
        pytest.param({}, "/bad: No such file or directory. Name a folder of .proto files", id="no-folder"),
        pytest.param({"x:y.proto": ""}, "@bad: x:y.proto: Bazel labels cannot contain ':'.", id="no-label"),
        pytest.param(
            {"x.proto": 'import "y.proto";', "y.proto": 'import "x.proto";'},
            "@bad: x.proto, y.proto import each other in a cycle",
            id="a-cycle-of-files",
        ),
        # This comes last: its folder is valid, so it would not be read again.
        pytest.param({"x y.proto": ""}, 'x y.proto: Python cannot import "x y".', id="no-python-name"),
    ],
)
def test_bad_input_is_rejected_before_any_action(
    workspace: BazelWorkspace, files: dict[str, str], message: str
) -> None:
    shutil.rmtree(workspace.root / "../bad", ignore_errors=True)
    for path, text in files.items():
        workspace.write(f"../bad/{path}", text)
    result = workspace.bazel("build", "@bad//:py_stubs")
    assert result.returncode != 0
    assert message in result.stderr
    assert "Generating" not in result.stderr and "processes:" not in result.stderr


def test_without_roots(workspace: BazelWorkspace) -> None:
    result = workspace.bazel("build", "@proto_root//:py_stubs")
    assert "@proto_root: no folder of protos: give it roots, or use " in result.stderr


def test_a_root_with_a_name_beyond_ascii(workspace: BazelWorkspace) -> None:
    workspace.write("../gr\u00fcn \u20ac/a/b.proto", 'syntax = "proto3"; message B {}')
    result = workspace.bazel("build", "@beyond_ascii//:py_stubs")
    assert result.returncode == 0, result.stderr


# Two roots, what they import from a third folder, and what they import from wheels.
SEVERAL = {
    "one/svc.proto": 'import "two/t.proto"; import "google/api/http.proto"; message M { google.api.H h = 2; }',
    "one/drafts/x.proto": 'import "nope.proto";',
    "two/two/t.proto": 'package t; import "three/u.proto"; message T { u.U u = 1; }',
    "imported/three/u.proto": "package u; message U {}",
    "imported/three/stray.proto": 'import "nope.proto";',
    "wheels/google/api/http.proto": "package google.api; message H {}",
}
WHEELS = """
package(default_visibility = ["//visibility:public"])
proto_library(name = "google/api/http_proto", srcs = ["google/api/http.proto"])
"""


def test_several_roots_and_what_wheels_provide(workspace: BazelWorkspace) -> None:
    for path, text in SEVERAL.items():
        workspace.write(f"../{path}", f'syntax = "proto3";\n{text}')
    for path, text in {"WORKSPACE": "", "BUILD.bazel": WHEELS, "protos.json": '["google/api/http.proto"]'}.items():
        workspace.write(f"../wheels/{path}", text)
    assert _query(workspace, "kind(proto_library, @several//...)") == [
        "@several//:protos",
        "@several//:root_proto",
        "@several//three:three_proto",
        "@several//two:two_proto",
    ]
    assert _query(workspace, "labels(deps, @several//:root_proto)") == [
        "@several//two:two_proto",
        "@their_wheels//:google/api/http_proto",
    ]
    result = workspace.bazel("build", "@several//:protos")
    assert result.returncode == 0, result.stderr


GOOGLE_IMPORT = """
syntax = "proto3";
package shop;
import "google/api/annotations.proto";
import "google/rpc/status.proto";
message Order { google.rpc.Status status = 1; }
service Orders {
  rpc Get(Order) returns (Order) { option (google.api.http) = { get: "/v1/orders" }; }
}
"""
PROVIDED = """
load("//bazel:defs.bzl", "py_grpc_library")
py_grpc_library(name = "slim", deps = ["@googleapis//:protos"],
    provided_by = ["@py_grpc_wheels//:googleapis_common_protos"])
"""


@pytest.fixture(scope="module")
def googleapis(workspace: BazelWorkspace) -> BazelWorkspace:
    """A tree that bundles the protos of the installed googleapis-common-protos."""
    wheel = next(Path(path) for path in sys.path if Path(path, "google/api/annotations.proto").is_file())
    for folder in ("google/api", "google/rpc"):
        for proto in (wheel / folder).glob("*.proto"):
            workspace.write(f"../googleapis/{folder}/{proto.name}", proto.read_text())
    workspace.write("../googleapis/shop/orders.proto", GOOGLE_IMPORT)
    workspace.write("slim/BUILD.bazel", PROVIDED)
    result = workspace.bazel("build", "@googleapis//:py_stubs", "//slim")
    assert result.returncode == 0, result.stderr
    return workspace


OURS = "import {package}.shop.orders_pb2 as orders, {package}.shop.orders_pb2_grpc"
THEIRS = "from google.api import annotations_pb2; from google.rpc import status_pb2"


@pytest.mark.parametrize("package", ["py_stubs", "slim"])
@pytest.mark.parametrize("ours_first", [True, False], ids=["ours-first", "installed-first"])
def test_it_coexists_with_the_installed_package_in_either_order(
    googleapis: BazelWorkspace, package: str, ours_first: bool
) -> None:
    built = googleapis.root / "bazel-bin"
    roots = [str(built / "external/googleapis"), str(built / "slim"), *sys.path]
    imports = [OURS.format(package=package), THEIRS]
    code = "\n".join(
        [
            f"import sys; sys.path[:0] = {roots!r}",
            *(imports if ours_first else reversed(imports)),
            "order = orders.Order(status=status_pb2.Status(code=5))",
            "options = orders.DESCRIPTOR.services_by_name['Orders'].methods[0].GetOptions()",
            "print(order.status.code, options.Extensions[annotations_pb2.http].get)",
        ]
    )
    result = subprocess.run([sys.executable, "-I", "-B", "-c", code], capture_output=True, text=True, check=False)
    assert result.stdout.split() == ["5", "/v1/orders"], result.stderr


def test_bundled_protos_are_generated_unless_provided(googleapis: BazelWorkspace) -> None:
    assert "google/api/http_pb2.pyi" in _files(googleapis, "googleapis")
    slim = googleapis.root / "bazel-bin/slim/slim"
    assert not (slim / "google").exists()
    text = (slim / "shop/orders_pb2.py").read_text()
    assert re.search(r"^from google\.api import annotations_pb2 as ", text, re.MULTILINE)
    assert not os.path.exists(googleapis.root / "bazel-bin/external/googleapis/py_stubs/google/protobuf")
