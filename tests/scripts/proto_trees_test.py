"""scripts/generate_grpc_stubs.sh on trees as they lie on disks: what it generates imports, in one process."""

import itertools
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.bazel_workspace import BazelWorkspace, bazel_workspace
from tests.scripts.script_runs import script


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BazelWorkspace]:
    with bazel_workspace(tmp_path_factory.mktemp("trees")) as made:
        yield made


def _proto(package: str, message: str = "message M { int32 x = 1; }", *imports: str) -> str:
    return "\n".join(['syntax = "proto3";', f"package {package};", *(f'import "{path}";' for path in imports), message])


TYPES = _proto("types", "message T { int32 x = 1; }")
SERVICE = _proto("a", "message M { types.T t = 1; } service S { rpc Get(M) returns (M); }", "types/t.proto")
OTHER = _proto("px", "message X { nowhere.Y y = 1; }", "nowhere.proto")
SAME = _proto("acme", "message M { string clashes = 1; }")


def _chain(*stems: str) -> dict[str, str]:
    """Returns protos below p/, each of which imports the next one and has a message with one of its."""
    files = {}
    for stem, following in itertools.zip_longest(stems, stems[1:]):
        field = f"{following.replace('/', '.')}.M m = 1;" if following else ""
        imports = [f"{following}.proto"] if following else []
        files[f"p/{stem}.proto"] = _proto(stem.replace("/", "."), f"message M {{ {field} }}", *imports)
    return files


def _run(workspace: BazelWorkspace, folder: Path, arguments: str) -> subprocess.CompletedProcess[str]:
    return script(workspace, *arguments.split(), "--out", "stubs", cwd=folder)


def _use(folder: Path, code: str) -> None:
    """Imports every module of the package, and then runs code in the same process."""
    every = sorted(path.relative_to(folder).with_suffix("") for path in (folder / "stubs").rglob("*_pb2*.py"))
    imports = "\n".join("import " + ".".join(path.parts) for path in every)
    command = f"import sys; sys.path[:0] = {[str(folder), *sys.path]!r}\n{imports}\n{code}"
    result = subprocess.run([sys.executable, "-I", "-B", "-c", command], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("files", "links", "arguments", "modules", "code"),
    [
        pytest.param(
            {"a/svc.proto": SERVICE, "b/types/t.proto": TYPES},
            {},
            "--proto-root a --proto-root b",
            {"svc", "types/t"},
            "from stubs import svc_pb2; from stubs.types import t_pb2; svc_pb2.M(t=t_pb2.T(x=1))",
            id="two-roots",
        ),
        pytest.param(
            {"a/types/svc.proto": SERVICE, "b/types/t.proto": TYPES, "more/types/u.proto": _proto("u")}
            | {"more/deeper/README.md": ""},
            {},
            "--proto-root a --proto-root=b --proto-root more",
            {"types/svc", "types/t", "types/u"},
            "stubs.types.svc_pb2.M(t=stubs.types.t_pb2.T(x=1))",
            id="three-roots-with-one-folder",
        ),
        pytest.param(
            {"svc.proto": SERVICE, "third_party/x/types/t.proto": TYPES, "third_party/x/old.proto": OTHER},
            {},
            "--proto-root . --import-root third_party/x",
            {"svc", "types/t"},
            "stubs.svc_pb2.M(t=stubs.types.t_pb2.T(x=1))",
            id="an-import-root-inside-the-root",
        ),
        pytest.param(
            {"p/svc.proto": SERVICE, "p/drafts/x.proto": OTHER, "p/y.proto": OTHER, "p/types/t.proto": TYPES},
            {},
            "--proto-root p --exclude drafts/ --exclude y.proto",
            {"svc", "types/t"},
            "",
            id="exclude",
        ),
        pytest.param(
            {"p/api/v1/a.proto": _proto("acme"), "p/node_modules/@grpc/proto-loader/x.proto": OTHER},
            {},
            "--proto-root p",
            {"api/v1/a"},
            "",
            id="node-modules",
        ),
        pytest.param(
            {"package.json": "{}", "protos/a.proto": _proto("acme"), "web/node_modules/x/protos/a.proto": OTHER},
            {"node_modules": "web/node_modules"},
            "--proto-root .",
            {"protos/a"},
            "",
            id="a-node-project-as-its-root",
        ),
        pytest.param(
            {"p/a.proto": _proto("acme", "", "node_modules/acme/b.proto"), "p/node_modules/acme/b.proto": SAME}
            | {"p/node_modules/acme/c.proto": OTHER},
            {},
            "--proto-root p",
            {"a", "node_modules/acme/b"},
            "",
            id="an-import-from-node-modules",
        ),
        pytest.param(
            {"p/a.proto": _proto("acme"), "p/venv/pyvenv.cfg": "home = /usr/bin"}
            | {"p/venv/lib/python3.11/site-packages/x/b.proto": SAME},
            {},
            "--proto-root p",
            {"a"},
            "",
            id="venv-inside",
        ),
        pytest.param(
            {"a.proto": _proto("acme"), "tools/env/pyvenv.cfg": "", "tools/env/b.proto": SAME, ".venv/c.proto": SAME},
            {"tools/env/lib64": "lib"},
            "--proto-root .",
            {"a"},
            "",
            id="environments-of-other-names",
        ),
        pytest.param(
            {"p/acme/a.proto": _proto("acme"), "p/WORKSPACE": ""},
            {"p/bazel-bin": "/usr/lib", "p/bazel-protos": "/usr/share"},
            "--proto-root p",
            {"acme/a"},
            "",
            id="bazel-links",
        ),
        pytest.param(
            {"p/acme/a.proto": _proto("acme"), "out/bin/acme/a.proto": SAME, "out/b.proto": OTHER},
            {"p/bazel-out": "../out", "p/bazel-p": "gone", "p/acme/b.proto": "../../out/b.proto"},
            "--proto-root p",
            {"acme/a"},
            "",
            id="links-out-of-the-root",
        ),
        pytest.param(
            {"p/svc.proto": SERVICE, "p/vendor/types/t.proto": TYPES, "p/vendor/u.proto": _proto("u")},
            {"p/types": "vendor/types"},
            "--proto-root p",
            {"svc", "types/t", "vendor/u"},
            "stubs.svc_pb2.M(t=stubs.types.t_pb2.T(x=1))",
            id="an-import-through-a-link",
        ),
        pytest.param(
            {"p/svc.proto": SERVICE, "p/vendor/types/t.proto": TYPES}
            | {"p/u.proto": _proto("u", "message U { types.T t = 1; }", "vendor/types/t.proto")},
            {"p/types": "vendor/types"},
            "--proto-root p",
            {"svc", "types/t", "u", "vendor/types/t"},
            "t = stubs.types.t_pb2.T(x=1); stubs.svc_pb2.M(t=t); stubs.u_pb2.U(t=t)",
            id="a-file-that-is-imported-by-two-names",
        ),
        pytest.param(
            _chain("z/f", "y/f") | _chain("x/f", "y/f", "x/g"),
            {},
            "--proto-root p",
            {"x/f", "x/g", "y/f", "z/f"},
            "stubs.z.f_pb2.M(m=stubs.y.f_pb2.M(m=stubs.x.g_pb2.M()))",
            id="two-folders-in-a-cycle",
        ),
        pytest.param(
            _chain("f", "b/f", "c/f", "d/f", "e/f", "g"),
            {},
            "--proto-root p",
            {"f", "b/f", "c/f", "d/f", "e/f", "g"},
            "stubs.f_pb2.M(m=stubs.b.f_pb2.M(m=stubs.c.f_pb2.M()))",
            id="five-folders-in-a-cycle",
        ),
        pytest.param(
            _chain("a/b/f", "a/f") | _chain("a/b/c/f", "a/f", "a/b/c/g", "a/b/c/d/f"),
            {},
            "--proto-root p",
            {"a/f", "a/b/f", "a/b/c/f", "a/b/c/g", "a/b/c/d/f"},
            "stubs.a.b.f_pb2.M(m=stubs.a.f_pb2.M(m=stubs.a.b.c.g_pb2.M(m=stubs.a.b.c.d.f_pb2.M())))",
            id="a-cycle-around-a-folder-with-its-own-library",
        ),
    ],
)
def test_a_tree(
    files: Mapping[str, str],
    links: Mapping[str, str],
    arguments: str,
    modules: set[str],
    code: str,
    workspace: BazelWorkspace,
    tmp_path: Path,
) -> None:
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    for path, target in links.items():
        (tmp_path / path).symlink_to(target)
    result = _run(workspace, tmp_path, arguments)
    assert result.returncode == 0, result.stderr
    stubs = tmp_path / "stubs"
    assert {str(path.relative_to(stubs)).removesuffix("_pb2.py") for path in stubs.rglob("*_pb2.py")} == modules
    _use(tmp_path, code)


def test_the_next_run_sees_a_proto_that_moves_to_another_root(workspace: BazelWorkspace, tmp_path: Path) -> None:
    for path in ("a/x.proto", "a/y.proto", "b/z.proto"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(_proto(path[2]))
    arguments = "--proto-root a --proto-root b"
    assert _run(workspace, tmp_path, arguments).stdout.startswith("15 updated, ")
    (tmp_path / "a/x.proto").unlink()
    (tmp_path / "b/x.proto").write_text(_proto("x", "message Moved {}"))
    # With the exports of the package.
    assert _run(workspace, tmp_path, arguments).stdout == "3 updated, 12 unchanged, 0 removed\n"
    _use(tmp_path, "stubs.x_pb2.Moved()")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param("--proto-root a --proto-root gone", "{}/gone: No such file or directory. ", id="missing"),
        pytest.param("--proto-root a --proto-root empty", "{}/empty contains no .proto files. ", id="empty"),
        pytest.param("--proto-root a --proto-root {}/a", "{}/a is given twice. ", id="twice"),
        pytest.param("--proto-root a --proto-root a/b", "{0}/a/b lies inside {0}/a, ", id="inside"),
        pytest.param(
            "--proto-root a --proto-root c", "{0}/a/x.proto and {0}/c/x.proto are both imported as x.proto. ", id="both"
        ),
        pytest.param("--proto-root a --import-root gone", "{}/gone: No such file or directory. ", id="an-import-root"),
        pytest.param("--proto-root a --exclude nope/", 'exclude: "nope/" is in no folder of protos. ', id="a-pattern"),
    ],
)
def test_bad_roots_are_rejected_in_one_line(
    arguments: str, message: str, workspace: BazelWorkspace, tmp_path: Path
) -> None:
    for path in ("a/x.proto", "a/b/y.proto", "c/x.proto"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(_proto("p"))
    (tmp_path / "empty").mkdir()
    result = _run(workspace, tmp_path, arguments.format(tmp_path))
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(message.format(tmp_path))
    assert not (tmp_path / "stubs").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param("--proto-root p", "name the folder that has it (--import-root DIR", id="nowhere"),
        pytest.param("--proto-root p --exclude b.proto", "It is excluded: exclude a.proto too", id="excluded"),
    ],
)
def test_an_import_that_nothing_provides(
    arguments: str, message: str, workspace: BazelWorkspace, tmp_path: Path
) -> None:
    """Bazel reports it: only it knows what the wheels have."""
    (tmp_path / "p").mkdir()
    wanted = "b.proto" if "exclude" in arguments else "no/such.proto"
    (tmp_path / "p/a.proto").write_text(_proto("a", "", wanted))
    (tmp_path / "p/b.proto").write_text(_proto("b"))
    result = _run(workspace, tmp_path, arguments)
    (line,) = (line for line in result.stderr.splitlines() if "nothing provides" in line)
    assert result.returncode == 3 and "Traceback" not in result.stderr
    assert line.startswith(f'@proto_root: a.proto:3: nothing provides the import "{wanted}". ') and message in line
    assert not (tmp_path / "stubs").exists()
