"""The import fix, form by form, as protoc, the gRPC plugin and mypy-protobuf write imports, and the import check."""

import ast

import pytest

from codegen.errors import CodegenError
from codegen.python.imports import check_imports, fix_imports, relative_name

# Maps protoc's module names to those in the package.
NAMES = {
    "common": "common",
    "a.flat": "a.flat",
    "a.b.deep": "a.b.deep",
    "a.c.other": "a.c.other",
    "in.keyword": "in_.keyword",
    "jts.common": "common",
    "jts.a.flat": "a.flat",
}
SIBLINGS = {name + suffix: ours + suffix for name, ours in NAMES.items() for suffix in ("_pb2", "_pb2_grpc")}


@pytest.mark.parametrize(
    ("module", "target", "expected"),
    [
        pytest.param("x_pb2", "", ".", id="root-from-root"),
        pytest.param("x_pb2", "common_pb2", ".common_pb2", id="same-folder"),
        pytest.param("x_pb2", "a.b", ".a.b", id="down"),
        pytest.param("a.b.x_pb2", "", "...", id="up-to-the-root"),
        pytest.param("a.b.x_pb2", "a", "..", id="up-one"),
        pytest.param("a.b.x_pb2", "a.b", ".", id="own-package"),
        pytest.param("a.b.x_pb2", "a.c.y_pb2", "..c.y_pb2", id="across"),
        pytest.param("a.b.x_pb2", "ab.c", "...ab.c", id="a-common-prefix-of-letters-is-none"),
        pytest.param("a.b.x_pb2", "z.b.y_pb2", "...z.b.y_pb2", id="no-common-package"),
    ],
)
def test_relative_name(module: str, target: str, expected: str) -> None:
    assert relative_name(module, target) == expected


@pytest.mark.parametrize(
    ("module", "before", "after"),
    [
        pytest.param(
            "x_pb2", "import common_pb2 as common__pb2", "from . import common_pb2 as common__pb2", id="protoc-py"
        ),
        pytest.param(
            "a.b.x_pb2",
            "import common_pb2 as common__pb2",
            "from ... import common_pb2 as common__pb2",
            id="protoc-py-from-below",
        ),
        pytest.param(
            "x_pb2",
            "from a.b import deep_pb2 as a_dot_b_dot_deep__pb2",
            "from .a.b import deep_pb2 as a_dot_b_dot_deep__pb2",
            id="protoc-py-nested",
        ),
        pytest.param(
            "a.c.x_pb2_grpc",
            "from a.b import deep_pb2 as a_dot_b_dot_deep__pb2",
            "from ..b import deep_pb2 as a_dot_b_dot_deep__pb2",
            id="grpc-across",
        ),
        pytest.param("x_pb2", "from common_pb2 import *", "from .common_pb2 import *", id="protoc-py-public"),
        pytest.param(
            "a.x_pb2", "from a.b.deep_pb2 import *", "from .b.deep_pb2 import *", id="protoc-py-public-nested"
        ),
        pytest.param(
            "x_pb2",
            "in_dot_keyword__pb2 = importlib.import_module('in.keyword_pb2')",
            "in_dot_keyword__pb2 = importlib.import_module('.in_.keyword_pb2', __package__)",
            id="protoc-py-keyword",
        ),
        pytest.param(
            "a.x_pb2",
            '_k = importlib.import_module("in.keyword_pb2")',
            '_k = importlib.import_module("..in_.keyword_pb2", __package__)',
            id="protoc-keyword-double-quotes-from-below",
        ),
        pytest.param(
            "x_pb2", "import common_pb2 as _common_pb2", "from . import common_pb2 as _common_pb2", id="pyi-message"
        ),
        pytest.param(
            "x_pb2_grpc",
            "from a import flat_pb2 as _flat_pb2",
            "from .a import flat_pb2 as _flat_pb2",
            id="pyi-service",
        ),
        pytest.param(
            "x_pb2",
            "from common_pb2 import Decimal as Decimal",
            "from .common_pb2 import Decimal as Decimal",
            id="pyi-public",
        ),
        pytest.param(
            "x_pb2",
            "from common_pb2 import Decimal as Decimal, ErrorInfo as ErrorInfo",
            "from .common_pb2 import Decimal as Decimal, ErrorInfo as ErrorInfo",
            id="pyi-public-several",
        ),
        pytest.param(
            "x_pb2",
            "from common_pb2 import (\n    Decimal as Decimal,\n)",
            "from .common_pb2 import (\n    Decimal as Decimal,\n)",
            id="parenthesised",
        ),
        pytest.param("x_pb2", "import common_pb2", "from . import common_pb2", id="no-alias"),
        pytest.param("x_pb2", "    import common_pb2 as c", "    from . import common_pb2 as c", id="indented"),
        pytest.param(
            "x_pb2", "import common_pb2 as c  # note", "from . import common_pb2 as c  # note", id="comment-behind"
        ),
        pytest.param("x_pb2", "import common_pb2 as c\r\n", "from . import common_pb2 as c\r\n", id="crlf"),
        pytest.param(
            "x_pb2",
            "from in import keyword_pb2 as in_dot_keyword__pb2",
            "from .in_ import keyword_pb2 as in_dot_keyword__pb2",
            id="grpc-keyword",
        ),
        pytest.param(
            "in_.x_pb2_grpc",
            "from in import keyword_pb2 as in_dot_keyword__pb2",
            "from . import keyword_pb2 as in_dot_keyword__pb2",
            id="grpc-keyword-same-folder",
        ),
        pytest.param(
            "a.x_pb2", "from in.keyword_pb2 import *", "from ..in_.keyword_pb2 import *", id="protoc-py-public-keyword"
        ),
        pytest.param(
            "x_pb2",
            "try:\n  y__pb2 = x__pb2.y__pb2\nexcept AttributeError:\n  y__pb2 = x__pb2.in.keyword_pb2\n",
            "try:\n  y__pb2 = x__pb2.y__pb2\nexcept AttributeError:\n  y__pb2 = x__pb2.in_.keyword_pb2\n",
            id="protoc-py-public-member",
        ),
        pytest.param(
            "x_pb2",
            "import jts.common_pb2 as jts_dot_common__pb2",
            "from . import common_pb2 as jts_dot_common__pb2",
            id="another-name-in-the-package",
        ),
        pytest.param(
            "a.x_pb2",
            "from jts.a import flat_pb2 as jts_dot_a_dot_flat__pb2",
            "from . import flat_pb2 as jts_dot_a_dot_flat__pb2",
            id="another-folder-in-the-package",
        ),
        pytest.param("a.x_pb2", "from jts.common_pb2 import *", "from ..common_pb2 import *", id="another-name-public"),
    ],
)
def test_a_sibling_import_becomes_relative(module: str, before: str, after: str) -> None:
    assert fix_imports(before, module, SIBLINGS) == after
    assert fix_imports(after, module, SIBLINGS) == after, "not idempotent"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("from google.protobuf import timestamp_pb2 as google_dot_timestamp__pb2", id="runtime"),
        pytest.param("from google.api import http_pb2 as _http_pb2", id="third-party"),
        pytest.param("import grpc", id="library"),
        pytest.param("import common_pb2_helpers as c", id="longer-name"),
        pytest.param("from collections import abc as _abc", id="standard-library"),
        pytest.param('"""\nimport common_pb2 as c\n"""', id="docstring"),
        pytest.param("'''\nfrom common_pb2 import *\n'''", id="docstring-single-quotes"),
        pytest.param('"""a \\""" b\nimport common_pb2 as c\n"""', id="docstring-with-escaped-delimiter"),
        pytest.param('x = """it is ""quoted""\nimport common_pb2 as c\n"""', id="docstring-with-quotes"),
        pytest.param("# import common_pb2 as c", id="comment"),
        pytest.param("x = 1  # don't\n# import common_pb2 as c", id="apostrophe-in-comment"),
        pytest.param("x = 'import common_pb2 as c'", id="string"),
        pytest.param("x = b'\\\nimport common_pb2 as c'", id="string-continued"),
        pytest.param("x = importlib.import_module('google.protobuf.any_pb2')", id="dynamic-import-of-runtime"),
        pytest.param("from . import common_pb2 as c", id="already-relative"),
        pytest.param("from .common_pb2 import *", id="already-relative-star"),
        pytest.param("common__pb2 = a_dot_b__pb2.in.keyword_pb2", id="attribute-outside-of-a-block"),
        pytest.param("  y__pb2 = x__pb2.in.other_pb2", id="attribute-that-is-no-sibling"),
        pytest.param("  y__pb2 = x__pb2.in.keyword_pb2.z", id="attribute-of-a-sibling"),
        # These have no literal relative form; check_imports stops the build on them.
        pytest.param("import a.b.deep_pb2", id="dotted-without-alias"),
        pytest.param("import common_pb2, grpc", id="several-at-once"),
        pytest.param("from a import flat_pb2, other", id="a-module-and-something-else"),
    ],
)
def test_everything_else_stays_unchanged(source: str) -> None:
    assert fix_imports(source, "x_pb2", SIBLINGS) == source


def test_only_import_statements_change() -> None:
    lines = [
        "# -*- coding: utf-8 -*-",
        '"""Doc: import common_pb2 as c, caf\u00e9 \U0001f600."""',
        "import common_pb2 as common__pb2",
        "\tx = 'it''s'  \t",
        "from a.b import deep_pb2 as _deep_pb2",
        "",
    ]
    expected = list(lines)
    expected[2] = "from . import common_pb2 as common__pb2"
    expected[4] = "from .a.b import deep_pb2 as _deep_pb2"
    assert fix_imports("\n".join(lines), "x_pb2", SIBLINGS) == "\n".join(expected)


CHECKED = frozenset({"common_pb2", "common_pb2_grpc", "a.b.deep_pb2"})
PROVIDED = ["google.protobuf."]


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
        "class A:\n    try:\n        pass\n    except E:\n        import common_pb2",
        "while x:\n    pass\nelse:\n    import common_pb2",
        "try:\n    pass\nfinally:\n    import common_pb2",
        "match x:\n    case 1:\n        import common_pb2",
    ],
)
def test_an_absolute_import_of_a_sibling_stops_the_build(source: str) -> None:
    line = source.count("\n") + 1
    # Nothing in a type stub runs.
    for path in ["x_pb2.py"] if "(" in source and "def" not in source else ["x_pb2.py", "x_pb2.pyi"]:
        with pytest.raises(CodegenError, match=rf"^{path}:{line}: the import of [\w.]+ is not relative"):
            check_imports(source, ast.parse(source), path, CHECKED, PROVIDED)


@pytest.mark.parametrize(
    "source",
    [
        "import other_pb2",
        "from google.api import http_pb2",
        "from z import y_pb2_grpc",
        "from google.protobufx import a_pb2",
    ],
)
def test_an_import_that_nothing_provides_stops_the_build(source: str) -> None:
    with pytest.raises(CodegenError, match=r"^x_pb2\.py:1: [\w.]+ is neither generated here nor provided"):
        check_imports(source, ast.parse(source), "x_pb2.py", CHECKED, PROVIDED)


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
    check_imports(source, ast.parse(source), "x_pb2.py", CHECKED, PROVIDED)
