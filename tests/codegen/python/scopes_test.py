"""Generated files bind each name once, and hide none that they use."""

import ast

import pytest

from codegen.errors import CodegenError, GeneratorError
from codegen.python.language import finish
from codegen.python.scopes import check_scopes


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("import sys\nclass sys: ...", "name sys twice", id="an-import-and-a-class"),
        pytest.param("if x:\n  from a import b\nb: int", "name b twice", id="in-a-condition"),
        pytest.param("class M:\n  A: int\n  A: int", "name A twice", id="in-a-class"),
        pytest.param("class M:\n  class N:\n    def f(self): ...\n    f: int", "name f twice", id="in-a-nested-class"),
        pytest.param("class M:\n  int: bool\n  x: list[int]", "int hides a type", id="a-field-hides-a-type"),
        pytest.param("class M:\n  str: bool\n  def f(self, *, x: str): ...", "str hides a type", id="of-an-argument"),
        pytest.param("class A:\n  class A: ...\n  k: A.K", "a class in A hides the type A", id="a-nested-class"),
        pytest.param("class M(_message.Message):\n  Clear: int", "field Clear hides a method", id="a-scalar-field"),
        pytest.param(
            "class M(_message.Message):\n  @_builtins.property\n  def Clear(self) -> N: ...",
            "field Clear hides a method",
            id="a-message-field",
        ),
    ],
)
def test_a_collision_is_found(source: str, message: str) -> None:
    with pytest.raises(GeneratorError, match=rf"^a_pb2\.pyi:{len(source.splitlines())}: .*{message}"):
        check_scopes(ast.parse(source), "a_pb2.pyi")


@pytest.mark.parametrize(
    "source",
    [
        "if x:\n  from a import b\nelse:\n  from c import b",
        "import google.protobuf\nimport google.api",
        "class M:\n  @property\n  def a(self): ...\n  @a.setter\n  def a(self, value): ...",
        "class M:\n  @overload\n  def f(self, x: int): ...\n  @overload\n  def f(self, x: str): ...",
        "class M:\n  T: _typing.TypeAlias = int\n  def f(self, x: T): ...",
        "class M:\n  class N: ...\n  n: N",
        "class A:\n  class A:\n    A: int",
        "class M(_message.Message):\n  def ClearField(self): ...",
        "class M:\n  Clear: int",
        "from .a_pb2 import *\nfrom .b_pb2 import *",
    ],
)
def test_everything_else_passes(source: str) -> None:
    check_scopes(ast.parse(source), "a_pb2.pyi")


def test_invalid_python_stops_the_build() -> None:
    with pytest.raises(CodegenError, match=r"^x_pb2_grpc\.py:2: the generated file is not valid Python"):
        finish("import grpc\nself.lambda = 1\n", "x_pb2_grpc.py", {}, [])
