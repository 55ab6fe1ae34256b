"""What the check lets pass and what stops the build."""

import pytest

from codegen.errors import CodegenError
from codegen.python.import_check import check_imports

SIBLINGS = frozenset({"common_pb2", "common_pb2_grpc", "a.b.deep_pb2"})
PROVIDED = ["google.protobuf"]


@pytest.mark.parametrize(
    "source",
    [
        "import common_pb2",
        "import common_pb2 as c",
        "import grpc, common_pb2",
        "import a.b.deep_pb2",
        "from a.b import deep_pb2",
        "from a.b import deep_pb2 as d, other",
        "from a.b.deep_pb2 import Thing",
        "from common_pb2 import *",
        "if True:\n    import common_pb2_grpc as g",
        "import importlib\nx = importlib.import_module('common_pb2')",
        "x = __import__('common_pb2')",
        "def f():\n    from common_pb2 import Decimal",
    ],
)
def test_an_absolute_import_of_a_sibling_stops_the_build(source: str) -> None:
    line = source.count("\n") + 1
    with pytest.raises(CodegenError, match=rf"^x_pb2\.py:{line}: the import of [\w.]+ is not relative"):
        check_imports(source, "x_pb2.py", SIBLINGS, PROVIDED)


@pytest.mark.parametrize(
    "source",
    [
        "import other_pb2",
        "from google.api import http_pb2",
        "from z import y_pb2_grpc",
        "from google.protobufx import a_pb2",
    ],
)
def test_an_import_that_nobody_provides_stops_the_build(source: str) -> None:
    with pytest.raises(CodegenError, match=r"^x_pb2\.py:1: [\w.]+ is neither generated here nor provided"):
        check_imports(source, "x_pb2.py", SIBLINGS, PROVIDED)


def test_what_is_not_python_stops_the_build() -> None:
    with pytest.raises(CodegenError, match=r"^x_pb2_grpc\.py:2: the generated file is not valid Python"):
        check_imports("import grpc\nself.lambda = 1\n", "x_pb2_grpc.py", SIBLINGS, PROVIDED)


@pytest.mark.parametrize(
    "source",
    [
        "from . import common_pb2 as c",
        "from .a.b.deep_pb2 import *",
        "from google.protobuf import timestamp_pb2 as t",
        "from google.protobuf.compiler import plugin_pb2",
        "import grpc\nfrom grpc import aio as _aio",
        "import importlib\nx = importlib.import_module('.in.k_pb2', __package__)",
        '"""import common_pb2"""',
    ],
)
def test_everything_else_passes(source: str) -> None:
    check_imports(source, "x_pb2.py", SIBLINGS, PROVIDED)
