"""Protos that cannot be loaded together."""

from pathlib import Path

import pytest

from codegen.errors import CodegenError
from codegen.interfaces import interface_of
from codegen.symbols import check_symbols
from tests.codegen.python.packages import compile_protos

EXTENDED = 'syntax = "proto2"; package p; message Extended { extensions 100 to 200; }'


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        pytest.param("package p; message M {}", "package p; message M {}", "both define p.M", id="message"),
        pytest.param("package p; message M {}", "package p; enum M { A = 0; }", "both define p.M", id="enum"),
        pytest.param("package p; enum E { A = 0; }", "package p; message A {}", "both define p.A", id="value"),
        pytest.param("message M {}", "service M {}", "both define M", id="service"),
        pytest.param("message q {}", "package q.r;", "defines q, which is the package of", id="package"),
        pytest.param(
            'package a; import "extended.proto"; extend p.Extended { optional int32 x = 100; }',
            'package b; import "extended.proto"; message M { extend p.Extended { optional int32 y = 100; } }',
            "both define number 100 of p.Extended",
            id="extension number",
        ),
    ],
)
def test_conflicts(one: str, other: str, conflict: str, tmp_path: Path) -> None:
    files = {}
    for name, text in (("one.proto", one), ("other.proto", other)):
        protos = {name: f'syntax = "proto2"; {text}', "extended.proto": EXTENDED}
        files.update({file.name: file for file in compile_protos(tmp_path, protos).file})
    for each in (files.values(), [interface_of(file, set()) for file in files.values()]):
        with pytest.raises(CodegenError, match=conflict) as caught:
            check_symbols(each)
        assert "one.proto" in str(caught.value) and "other.proto" in str(caught.value)


def test_no_conflict(tmp_path: Path) -> None:
    protos = {
        "one.proto": 'syntax = "proto3"; package p.q; message M { message Inner {} }',
        "other.proto": 'syntax = "proto3"; package p; message M { message Inner {} } enum E { A = 0; }',
    }
    check_symbols(compile_protos(tmp_path, protos).file)
