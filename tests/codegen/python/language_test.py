"""Packages generated with every option, and programs that use them."""

import ast
from collections.abc import Sequence
from pathlib import Path

import pytest

from codegen.errors import CodegenError
from codegen.protoc import run_protoc
from codegen.python import language
from codegen.python.language import finish
from codegen.python.type_stubs import MYPY_PROTOBUF
from tests.codegen.python.packages import RUNTIME, compile_protos, generate, install, python, request

BASE = 'syntax = "proto3"; package base; message B { string s = 1; } enum E { UNKNOWN = 0; }'
USER = """
syntax = "proto3";
package t;
import "base/b.proto";
message M { base.B b = 1; base.E e = 2; }
service S { rpc Get(M) returns (base.B); }
"""
TREE = {"base/b.proto": BASE, "t.proto": USER}


def test_an_import_that_the_fix_does_not_know_stops_the_build() -> None:
    with pytest.raises(CodegenError, match=r"^x_pb2_grpc\.py:1: the import of a\.b_pb2 is not relative"):
        finish("import a.b_pb2\n", "x_pb2_grpc.py", {"a.b_pb2": "a.b_pb2"}, [])


@pytest.mark.parametrize("name", ["in.b_pb2", "in_.b_pb2"])
def test_both_names_of_a_sibling_are_checked(name: str) -> None:
    source = f"x = __import__('{name}')\n"
    with pytest.raises(CodegenError, match=rf"^x_pb2\.py:1: the import of {name} is not relative"):
        finish(source, "x_pb2.py", {"in.b_pb2": "in_.b_pb2", "in_.b_pb2": "in_.b_pb2"}, ["in", "in_"])


def test_a_finished_file_names_siblings_relatively() -> None:
    source = "from in import b_pb2 as b\nfrom my_org.api import c_pb2 as c\n"
    text = finish(source, "a/x_pb2.py", {"in.b_pb2": "in_.b_pb2"}, ["my_org.api"])
    assert text == "from ..in_ import b_pb2 as b\nfrom my_org.api import c_pb2 as c\n"


def test_only_requested_files_are_generated(tmp_path: Path) -> None:
    files, warnings, _ = generate(tmp_path, TREE, files=["t.proto"])
    assert set(files) == {"t_pb2.py", "t_pb2.pyi", "t_pb2_grpc.py", "t_pb2_grpc.pyi"}
    assert warnings == []


def test_excluded_files_may_import_excluded_files(tmp_path: Path) -> None:
    protos = {**TREE, "alone.proto": 'syntax = "proto3"; message A {}'}
    files, _, _ = generate(tmp_path, protos, exclude=("base/", "t.proto"), files=["alone.proto"])
    assert len(files) == 4


def test_provided_files_are_imported_absolutely_under_their_own_names(tmp_path: Path) -> None:
    protos = {"base/b.proto": BASE.replace("message B", "message None {} message B"), "t.proto": USER}
    files, warnings, _ = generate(tmp_path, protos, provided=[*RUNTIME, "base/"], files=["t.proto"])
    assert warnings == []
    assert "\nfrom base import b_pb2 as base_dot_b__pb2\n" in files["t_pb2.py"]
    assert "\nfrom base import b_pb2 as _b_pb2\n" in files["t_pb2.pyi"]
    install(files, tmp_path / "made" / "pkg")
    install(_installed(tmp_path, protos), tmp_path / "made")
    code = "from pkg import t_pb2, t_pb2_grpc\nfrom base import b_pb2\nprint(type(t_pb2.M().b) is b_pb2.B)"
    assert python(tmp_path / "made", code) == ["True"]


def _installed(folder: Path, protos: dict[str, str]) -> dict[str, str]:
    """Returns protoc's output for base/b.proto, as in an installed package."""
    compile_protos(folder, protos)
    (folder / "theirs").mkdir()
    assert run_protoc([f"-I{folder}", f"--python_out={folder / 'theirs'}", "base/b.proto"])[0] == 0
    return {"base/b_pb2.py": (folder / "theirs/base/b_pb2.py").read_text()}


def test_an_installed_copy_of_the_same_file_may_coexist(tmp_path: Path) -> None:
    """Python's pool accepts a file twice only if both copies are equal; a JSON name can make them differ."""
    protos = {"base/b.proto": BASE.replace("string s", "string two_words"), "t.proto": USER}
    files, _, _ = generate(tmp_path, protos)
    install(files, tmp_path / "made" / "pkg")
    install(_installed(tmp_path, protos), tmp_path / "made")
    assert python(tmp_path / "made", "from base import b_pb2\nfrom pkg import t_pb2\nprint(1)") == ["1"]


def test_two_packages_in_one_process_may_have_files_of_the_same_name(tmp_path: Path) -> None:
    other = {name: text.replace("string s", "int32 i").replace("base;", "base2;") for name, text in TREE.items()}
    other = {name: text.replace("base.", "base2.").replace("package t;", "package t2;") for name, text in other.items()}
    plain, _, _ = generate(tmp_path, TREE)
    prefixed, warnings, _ = generate(tmp_path, other, descriptor_prefix="my-app/in")
    assert warnings == [] and set(plain) == set(prefixed)
    install(plain, tmp_path / "made" / "one")
    install(prefixed, tmp_path / "made" / "two")
    code = (
        "from one import t_pb2 as a, t_pb2_grpc\nfrom two import t_pb2 as b, t_pb2_grpc as g\n"
        "print(a.DESCRIPTOR.name, b.DESCRIPTOR.name, b.M(b={'i': 1}).b.i, type(b.M().b).__module__, g.SStub.__module__)"
    )
    assert python(tmp_path / "made", code) == [
        "t.proto", "my-app/in/t.proto", "1", "two.base.b_pb2", "two.t_pb2_grpc"
    ]  # fmt: skip


def test_a_prefix_that_is_a_folder_of_the_tree(tmp_path: Path) -> None:
    protos = {
        "c.proto": BASE,
        "x/c.proto": BASE.replace("base", "other"),
        "t.proto": 'syntax = "proto3"; import "c.proto"; import "x/c.proto";message M { base.B b = 1; other.B o = 2; }',
    }
    files, _, _ = generate(tmp_path, protos, descriptor_prefix="x")
    install(files, tmp_path / "made" / "pkg")
    code = "from pkg import t_pb2 as t\nprint(type(t.M().b).__module__, type(t.M().o).__module__)"
    assert python(tmp_path / "made", code) == ["pkg.c_pb2", "pkg.x.c_pb2"]


@pytest.mark.parametrize("abstract", [False, True])
def test_abstract_servicers(abstract: bool, tmp_path: Path) -> None:
    files, warnings, _ = generate(tmp_path, TREE, abstract_servicers=abstract)
    assert warnings == []
    assert ("abstractmethod" in files["t_pb2_grpc.pyi"]) is abstract


@pytest.mark.parametrize(("type_stubs", "writer"), [("mypy-protobuf", True), ("protoc", False)])
def test_message_stub_generator(type_stubs: str, writer: bool, tmp_path: Path) -> None:
    files, warnings, _ = generate(tmp_path, TREE, type_stubs=type_stubs)
    assert warnings == []
    assert ("@generated by mypy-protobuf" in files["t_pb2.pyi"]) is writer
    assert "@generated by mypy-protobuf" in files["t_pb2_grpc.pyi"], "protoc has no stubs of services"
    assert "from .base import b_pb2 as _b_pb2\n" in files["t_pb2.pyi"].splitlines(keepends=True)


def test_an_invalid_stub_falls_back_to_the_next_generator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "mypy_protobuf.main.PkgWriter.write",
        lambda writer: "def in(): ..." if writer.fd.name == "t.proto" else "x: int\n",
    )
    files, warnings, _ = generate(tmp_path, TREE)
    invalid = "t_pb2{}.pyi:1: the generated file is not valid Python: invalid syntax"
    assert [f"{proto}: {text}" for proto, text in warnings] == [
        f"t.proto: {MYPY_PROTOBUF} failed ({invalid.format('')}). Fell back to protoc.",
        f"t.proto: {MYPY_PROTOBUF} failed ({invalid.format('_grpc')}). Fell back to untyped stubs (Any).",
    ]
    assert files["base/b_pb2.pyi"].endswith("x: int\n") and "class M(" in files["t_pb2.pyi"]


def _docstrings(source: str) -> dict[str, str]:
    """Returns the docstring of each class and function; the first one if a name repeats."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            # grpc ends a docstring with a blank line.
            found.setdefault(node.name, (ast.get_docstring(node) or "").rstrip())
    return found


COMMENTS = [
    pytest.param("Plain words.", id="plain"),
    pytest.param('Says "hi"', id="a-quote-at-the-end"),
    pytest.param('"Quoted', id="a-quote-at-the-start"),
    pytest.param('Three: """ and four: """" and \\"', id="triple-quotes"),
    pytest.param("C:\\new\\x41 \\N{BULLET} \\", id="backslashes"),
    pytest.param("caf\u00e9 \U0001f600", id="beyond-ascii"),
    pytest.param("import base.b_pb2 as trap", id="an-import"),
]


@pytest.mark.parametrize("comment", COMMENTS)
def test_docstrings_equal_the_comments(comment: str, tmp_path: Path) -> None:
    proto = USER.replace("service S { rpc", f"// {comment}\nservice S {{\n// {comment}\nrpc")
    files, warnings, _ = generate(tmp_path, {**TREE, "t.proto": proto})
    docstrings = _docstrings(files["t_pb2_grpc.py"])
    assert [docstrings[name] for name in ("SStub", "SServicer", "Get", "S")] == [comment] * 4
    stubs = _docstrings(files["t_pb2_grpc.pyi"])
    assert [stubs[name] for name in ("SStub", "SServicer", "Get")] == [comment] * 3
    assert warnings == []


def test_an_excluded_file_reached_through_an_installed_package_stops_the_build(tmp_path: Path) -> None:
    protos = {
        "c.proto": 'syntax = "proto3"; message C {}',
        "base/b.proto": 'syntax = "proto3"; import public "c.proto";',
        "t.proto": 'syntax = "proto3"; import "base/b.proto"; service S { rpc Get(C) returns (C); }',
    }
    with pytest.raises(CodegenError, match=r"^t_pb2_grpc\.pyi?:\d+: c_pb2 is neither generated here nor provided"):
        generate(tmp_path, protos, provided=[*RUNTIME, "base/"], exclude=["c.proto"], files=["t.proto"])


def test_a_failing_generator_is_named_with_its_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(arguments: Sequence[str]) -> tuple[int, str]:
        return (1, "no\n") if any(argument.startswith("--grpc_python_out") for argument in arguments) else (0, "")

    descriptors = compile_protos(tmp_path, TREE)
    monkeypatch.setattr("codegen.plugins.run_protoc", refuse)
    with pytest.raises(CodegenError) as caught:
        language.generate(request(list(TREE), descriptors))
    assert str(caught.value) == "protoc --python_out --grpc_python_out fails\nno"


@pytest.mark.parametrize("of_services", [False, True])
def test_a_type_stub_with_an_absolute_import_stops_the_build(
    of_services: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "mypy_protobuf.main.PkgWriter.write",
        lambda writer: "import base.b_pb2, sys\n" if writer.grpc == of_services else "",
    )
    with pytest.raises(CodegenError, match=r"\.pyi:\d+: the import of base\.b_pb2 is not relative"):
        generate(tmp_path, TREE)


def test_provided_files_are_never_missing(tmp_path: Path) -> None:
    protos = {
        "a.proto": 'syntax = "proto3"; import "google/protobuf/any.proto"; message A { google.protobuf.Any a = 1; }'
    }
    files, warnings, _ = generate(tmp_path, protos, exclude=["google/"])
    assert set(files) == {"a_pb2.py", "a_pb2.pyi", "a_pb2_grpc.py", "a_pb2_grpc.pyi"} and not warnings


def test_an_explicit_json_name_is_kept(tmp_path: Path) -> None:
    protos = {"a.proto": 'syntax = "proto3"; message A { int32 two_words = 1 [json_name = "twoWords"]; }'}
    files, _, _ = generate(tmp_path, protos)
    assert "twoWords" in files["a_pb2.py"]


@pytest.mark.parametrize("broken", ["a", "b"])
def test_an_error_names_its_proto(broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object, __: object, path: str, *___: object) -> None:
        if path == f"{broken}_pb2.pyi":
            raise CodegenError(f"{path}: no")

    protos = {f"{name}.proto": f'syntax = "proto3"; package {name};' for name in "ab"}
    monkeypatch.setattr("codegen.python.language.check_imports", refuse)
    with pytest.raises(CodegenError) as caught:
        generate(tmp_path, protos)
    assert caught.value.proto == f"{broken}.proto"


KEYWORDS = """
syntax = "proto3";
package k;
message None {
  message class { int32 from = 1; }
  enum is { True = 0; }
  class inner = 1;
  is state = 2;
  string lambda = 3;
}
enum def { UNKNOWN = 0; False = 1; }
service import { rpc for(None) returns (None.class); rpc Plain(stream None) returns (stream None); }
"""
HANDED_ON = """
syntax = "proto3";
package k;
import public "in/k-w.proto";
message X { None none = 1; None.class inner = 2; def d = 3; }
service S { rpc Get(None) returns (X); }
"""
HANDED_ON_AGAIN = 'syntax = "proto3"; package k; import public "x.proto"; message Y { None none = 1; X x = 2; }'
KEYWORD_TREE = {"in/k-w.proto": KEYWORDS, "x.proto": HANDED_ON, "y.proto": HANDED_ON_AGAIN}


@pytest.fixture(scope="module")
def keywords(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of protos that name everything they can after keywords, shared by all tests."""
    folder = tmp_path_factory.mktemp("keywords")
    files, warnings, _ = generate(folder, KEYWORD_TREE)
    assert warnings == []
    install(files, folder / "made" / "pkg")
    return folder / "made"


def test_keyword_names_can_be_imported_and_written(keywords: Path) -> None:
    code = """
from pkg.in_.k_w_pb2 import None_, def_, False_
from pkg import x_pb2, y_pb2
message = None_(inner=None_.class_(**{'from': 3}), state=None_.True_)
assert message == None_.FromString(message.SerializeToString())
assert None_.is_.True_ == 0 and def_.False_ == False_ == 1
assert getattr(x_pb2, 'None') is x_pb2.None_ is y_pb2.None_ is None_
assert x_pb2.X(none=message, d=False_).none.inner == message.inner
import pickle
assert pickle.loads(pickle.dumps(message)) == message
print(None_.DESCRIPTOR.full_name, None_.class_.DESCRIPTOR.full_name, None_.__module__)
"""
    assert python(keywords, code) == ["k.None", "k.None.class", "pkg.in_.k_w_pb2"]


def test_keyword_names_go_over_the_wire_as_in_the_proto(keywords: Path) -> None:
    code = """
from concurrent import futures
import grpc
from pkg.in_.k_w_pb2 import None_
from pkg.in_ import k_w_pb2_grpc as services
class Servicer(services.importServicer):
    def for_(self, request, context):
        return None_.class_(**{'from': 7})
class Names(grpc.ServerInterceptor):
    def intercept_service(self, continuation, details):
        print(details.method)
        return continuation(details)
server = grpc.server(futures.ThreadPoolExecutor(1), interceptors=[Names()])
services.add_importServicer_to_server(Servicer(), server)
port = server.add_insecure_port('127.0.0.1:0')
server.start()
with grpc.insecure_channel(f'127.0.0.1:{port}') as channel:
    stub = services.importStub(channel)
    for call in (stub.for_, getattr(stub, 'for')):
        assert getattr(call(None_(), timeout=30), 'from') == 7
server.stop(None)
"""
    assert python(keywords, code) == ["/k.import/for", "/k.import/for"]


def test_keyword_names_are_typed(keywords: Path) -> None:
    stub = ast.parse((keywords / "pkg/in_/k_w_pb2.pyi").read_text())
    names = {node.name for node in ast.walk(stub) if isinstance(node, ast.ClassDef)}
    assert names >= {"None_", "class_", "is_", "def_"}
    handed_on = (keywords / "pkg/y_pb2.pyi").read_text()
    assert "from .in_.k_w_pb2 import None_ as None_" in handed_on and "from .x_pb2 import X as X" in handed_on
    services = ast.parse((keywords / "pkg/in_/k_w_pb2_grpc.pyi").read_text())
    functions = {node.name for node in ast.walk(services) if isinstance(node, ast.FunctionDef)}
    classes = {node.name for node in ast.walk(services) if isinstance(node, ast.ClassDef)}
    assert functions >= {"for_", "Plain", "add_importServicer_to_server"}
    assert classes >= {"importStub", "importAsyncStub", "importServicer"}


def test_keyword_names_in_protocs_own_stubs(tmp_path: Path) -> None:
    files, warnings, _ = generate(tmp_path, KEYWORD_TREE, type_stubs="protoc")
    assert warnings == []
    classes = {node.name for node in ast.walk(ast.parse(files["in_/k_w_pb2.pyi"])) if isinstance(node, ast.ClassDef)}
    assert classes >= {"None_", "class_", "is_", "def_"}


def test_service_modules_reexport_nothing(keywords: Path) -> None:
    for name in ("x", "y"):
        assert "import None_ as None_" not in (keywords / f"pkg/{name}_pb2_grpc.pyi").read_text()


def test_files_generated_alone_equal_files_generated_together(tmp_path: Path) -> None:
    descriptors = compile_protos(tmp_path, KEYWORD_TREE)
    together = language.generate(request(list(KEYWORD_TREE), descriptors)).texts
    alone = [language.generate(request([file], descriptors)).texts for file in KEYWORD_TREE]
    assert {path: text for files in alone for path, text in files.items()} == together


def test_a_modules_own_definition_overrides_a_reexport(tmp_path: Path) -> None:
    protos = {
        "a.proto": 'syntax = "proto3"; package a; message M { int32 a = 1; } message None {} message A {}',
        "b.proto": 'syntax = "proto3"; package b; import public "a.proto"; message M { a.M m = 1; } message None {}',
    }
    files, warnings, _ = generate(tmp_path, protos)
    assert warnings == []
    handed_on = [line for line in files["b_pb2.pyi"].splitlines() if line.startswith("from .a_pb2 import ")]
    assert handed_on == ["from .a_pb2 import A as A"]
    install(files, tmp_path / "made" / "pkg")
    code = "from pkg import b_pb2 as b\nprint(b.M.DESCRIPTOR.full_name, b.None_.DESCRIPTOR.full_name, b.A.__module__)"
    assert python(tmp_path / "made", code) == ["b.M", "b.None", "pkg.a_pb2"]
