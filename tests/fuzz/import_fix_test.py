"""The import fix on arbitrary text, including what no generator writes."""

from collections import Counter

from hypothesis import given, seed
from hypothesis import strategies as st

from codegen.python.imports import fix_imports
from tests.fuzz.examples import EXAMPLES, SEED, many

_SIBLINGS = {"a_pb2": "a_pb2", "b.c_pb2": "b.c_pb2", "in.x_pb2": "in_.x_pb2", "in_.x_pb2": "in_.x_pb2"}
_LINES = [f"import {module}" for module in _SIBLINGS] + [f"import {module} as x" for module in _SIBLINGS]
_LINES += ["from b import c_pb2 as x", "from b.c_pb2 import (A,\n B)", "from in import x_pb2", "from os import path"]
_LINES += [
    "importlib.import_module('in.x_pb2')",
    "  y__pb2 = x__pb2.in.x_pb2",
    "import a_pb2  # why",
    "x = 'import a_pb2'",
]
_PIECES = ['"""', "'''", '"', "'", "\\", "#", "\n", "\n    ", " ", ";", "(", ")", "class A:", "r", "f"]
sources = st.lists(st.one_of(st.sampled_from(_LINES), st.sampled_from(_PIECES), st.text(max_size=3))).map("".join)


def test_anything(figures: Counter[str]) -> None:

    @seed(SEED)
    @many(EXAMPLES)
    @given(sources, st.sampled_from(sorted(_SIBLINGS.values())))
    def check(source: str, module: str) -> None:
        fixed = fix_imports(source, module, _SIBLINGS)
        assert fix_imports(fixed, module, _SIBLINGS) == fixed
        lines, fixed_lines = source.split("\n"), fixed.split("\n")
        changed = [line for line, other in zip(lines, fixed_lines, strict=True) if line != other]
        assert all(any(word in line for word in ("import", "__pb2 = ")) for line in changed), changed
        figures.update({"texts": 1, "lines fixed": len(changed)})

    check()
    assert figures["texts"] >= EXAMPLES
