"""Packages of protos that name all they can after keywords of Python, and hand it on."""

import ast
from pathlib import Path

import pytest

from codegen.python.package import Package, generate_package
from tests.codegen.python.packages import RUNTIME, compile_protos, generate, install, python

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
    """A package of protos that name all they can after keywords, for all tests together."""
    folder = tmp_path_factory.mktemp("keywords")
    files, warnings = generate(folder, KEYWORD_TREE)
    assert warnings == []
    install(files, folder / "made" / "pkg")
    return folder / "made"


def test_keywords_can_be_imported_and_written(keywords: Path) -> None:
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


def test_keywords_go_over_the_wire_as_the_proto_has_them(keywords: Path) -> None:
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


def test_keywords_are_typed(keywords: Path) -> None:
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


def test_keywords_by_protocs_own_stubs(tmp_path: Path) -> None:
    files, warnings = generate(tmp_path, KEYWORD_TREE, Package(RUNTIME, type_stubs="protoc"))
    assert warnings == []
    classes = {node.name for node in ast.walk(ast.parse(files["in_/k_w_pb2.pyi"])) if isinstance(node, ast.ClassDef)}
    assert classes >= {"None_", "class_", "is_", "def_"}


def test_services_hand_nothing_on(keywords: Path) -> None:
    for name in ("x", "y"):
        assert "import None_ as None_" not in (keywords / f"pkg/{name}_pb2_grpc.pyi").read_text()


def test_files_made_alone_are_those_that_are_made_together(tmp_path: Path) -> None:
    descriptors = compile_protos(tmp_path, KEYWORD_TREE)
    together, _ = generate_package(list(KEYWORD_TREE), descriptors, Package(RUNTIME))
    alone = [generate_package([file], descriptors, Package(RUNTIME))[0] for file in KEYWORD_TREE]
    assert {path: text for files in alone for path, text in files.items()} == together


def test_what_a_module_defines_itself_takes_the_place_of_what_it_hands_on(tmp_path: Path) -> None:
    protos = {
        "a.proto": 'syntax = "proto3"; package a; message M { int32 a = 1; } message None {} message A {}',
        "b.proto": 'syntax = "proto3"; package b; import public "a.proto"; message M { a.M m = 1; } message None {}',
    }
    files, warnings = generate(tmp_path, protos)
    assert warnings == []
    handed_on = [line for line in files["b_pb2.pyi"].splitlines() if line.startswith("from .a_pb2 import ")]
    assert handed_on == ["from .a_pb2 import A as A"]
    install(files, tmp_path / "made" / "pkg")
    code = "from pkg import b_pb2 as b\nprint(b.M.DESCRIPTOR.full_name, b.None_.DESCRIPTOR.full_name, b.A.__module__)"
    assert python(tmp_path / "made", code) == ["b.M", "b.None", "pkg.a_pb2"]
