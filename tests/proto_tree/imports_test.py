"""What is an import statement, and what only looks like one."""

import pytest

from proto_tree.imports import find_imports


def _paths(source: str) -> list[str]:
    return [found.path for found in find_imports(source)]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('import "a.proto";', id="double-quotes"),
        pytest.param("import 'a.proto';", id="single-quotes"),
        pytest.param('import"a.proto";', id="nothing-between"),
        pytest.param('import\t\r\n\v\f"a.proto"\n;', id="any-white-space"),
        pytest.param('import public "a.proto";', id="public"),
        pytest.param('import weak "a.proto";', id="weak"),
        pytest.param('import option "a.proto";', id="option"),
        pytest.param('import public"a.proto";', id="nothing-behind-the-modifier"),
        pytest.param('import /* x */ public // y\n "a.proto" /* z */ ;', id="comments-between"),
        pytest.param('import/**/"a.proto";', id="a-comment-for-a-space"),
        pytest.param('import "a" ".pro" \'to\';', id="adjacent-strings"),
        pytest.param('import "a"\n// x\n".proto";', id="adjacent-strings-over-lines"),
        pytest.param('import "" "a.proto" "";', id="empty-adjacent-strings"),
        pytest.param('syntax = "proto3";import "a.proto";message M {}', id="all-in-one-line"),
        pytest.param('message M { string s = 1; message N {} } import "a.proto";', id="behind-nested-braces"),
        pytest.param('} } import "a.proto";', id="behind-too-many-braces"),
        pytest.param('message import {} import "a.proto";', id="behind-a-message-of-that-name"),
        pytest.param(';; import "a.proto";', id="behind-empty-statements"),
        pytest.param('option o = "{"; import "a.proto";', id="behind-a-brace-in-a-string"),
        pytest.param("option o = '\\'{'; import \"a.proto\";", id="behind-an-escaped-quote"),
        pytest.param('option o = "// /*"; import "a.proto";', id="behind-a-comment-in-a-string"),
        pytest.param('// don\'t {\nimport "a.proto";', id="behind-a-quote-in-a-comment"),
        pytest.param('/* " { */ import "a.proto";', id="behind-a-quote-in-a-block-comment"),
        pytest.param('/* /* */ import "a.proto";', id="comments-do-not-nest"),
        pytest.param('option o = 1 / 2; import "a.proto";', id="behind-a-slash"),
        pytest.param('\ufeffimport "a.proto";', id="byte-order-mark"),
        pytest.param('import "a.proto"; message {', id="before-what-is-not-closed"),
        pytest.param('import "a.proto"; /* import "b.proto";', id="before-a-comment-that-is-not-closed"),
        pytest.param(
            'option o = "x\nimport "c.proto";\nimport "a.proto";', id="a-string-that-is-not-closed-ends-a-line"
        ),
    ],
)
def test_an_import(source: str) -> None:
    assert _paths(source) == ["a.proto"]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('// import "a.proto";', id="comment"),
        pytest.param('/* import "a.proto"; */', id="block-comment"),
        pytest.param('/* x;\nimport "a.proto";\n', id="block-comment-that-is-not-closed"),
        pytest.param("option o = 'import \"a.proto\";';", id="string"),
        pytest.param('option o = "\\"; import \\"a.proto\\";";', id="string-with-escapes"),
        pytest.param('option o = "import" "a.proto";', id="option"),
        pytest.param('option import = "a.proto";', id="option-of-that-name"),
        pytest.param('option (import) = "a.proto";', id="custom-option-of-that-name"),
        pytest.param('option (o) = { import: "a.proto" };', id="option-with-a-message"),
        pytest.param('option (o) = { x { } import "a.proto"; };', id="option-with-a-message-in-a-message"),
        pytest.param('message M { import "a.proto"; }', id="in-braces"),
        pytest.param('message M { message N { } import "a.proto"; }', id="in-braces-behind-braces"),
        pytest.param('message import { string a = 1 [default = "a.proto"]; }', id="a-message-of-that-name"),
        pytest.param('import = "a.proto";', id="assignment"),
        pytest.param('important "a.proto";', id="a-longer-word"),
        pytest.param('im/**/port "a.proto";', id="two-words"),
        pytest.param('Import "a.proto";', id="another-case"),
        pytest.param("import a.proto;", id="no-string"),
        pytest.param("import;", id="nothing"),
        pytest.param('import "a.proto"', id="no-semicolon"),
        pytest.param('import "a.proto" }', id="a-brace-for-a-semicolon"),
        pytest.param('import "a.proto" public;', id="modifier-behind"),
        pytest.param('import "a" weak ".proto";', id="modifier-between"),
        pytest.param('import public weak "a.proto";', id="two-modifiers"),
        pytest.param('import private "a.proto";', id="unknown-modifier"),
        pytest.param('import / "a.proto";', id="a-slash"),
        pytest.param('"x" import "a.proto";', id="a-string-before"),
        pytest.param('syntax = "proto3" import "a.proto";', id="a-statement-that-is-not-closed-before"),
        pytest.param('import "a.proto;\n', id="string-that-is-not-closed"),
        pytest.param('import "a.proto', id="string-that-is-not-closed-at-the-end"),
        pytest.param("import \"a.proto';", id="string-with-another-quote-at-its-end"),
        pytest.param('import ";', id="string-of-one-quote"),
        pytest.param('import "a" "\n;', id="one-of-two-strings-is-not-closed"),
        pytest.param("", id="empty-file"),
        pytest.param('\ufeff\ufeffimport "a.proto";', id="two-byte-order-marks"),
        pytest.param(
            'import "a\\"\n;',
            id="string-that-ends-in-an-escaped-quote",
        ),
    ],
)
def test_no_import(source: str) -> None:
    assert _paths(source) == []


@pytest.mark.parametrize(
    ("literal", "path"),
    [
        pytest.param(r'"\x61.proto"', "a.proto", id="hexadecimal"),
        pytest.param(r'"\x9.proto"', "\t.proto", id="hexadecimal-of-one-digit"),
        pytest.param(r'"\x611"', "a1", id="hexadecimal-has-two-digits-at-most"),
        pytest.param(r'"\141.proto"', "a.proto", id="octal"),
        pytest.param(r'"\1411"', "a1", id="octal-has-three-digits-at-most"),
        pytest.param(r'"\u0061.proto"', "a.proto", id="unicode"),
        pytest.param(r'"\u00611"', "a1", id="unicode-has-four-digits"),
        pytest.param(r'"\U000000611"', "a1", id="long-unicode"),
        pytest.param(r'"\UFFFFFFFF"', "\U0010ffff", id="beyond-unicode"),
        pytest.param(r'"\a\b\f\n\r\t\v"', "\a\b\f\n\r\t\v", id="control"),
        pytest.param(r'"\\ \" \' \? \q"', "\\ \" ' ? q", id="the-character-itself"),
        pytest.param(r'"\\x61"', r"\x61", id="an-escaped-backslash-escapes-nothing"),
        pytest.param('"caf\u00e9.proto"', "caf\u00e9.proto", id="beyond-ascii"),
        pytest.param(r'"\u00e9\xc3\xa9"', "\u00e9\u00e9", id="bytes-and-characters"),
        pytest.param(r'"\777"', "\ufffd", id="octal-beyond-a-byte"),
        pytest.param(r'"\xff"', "\ufffd", id="bytes-that-are-no-utf-8"),
        pytest.param(r'"\ud800"', "?", id="half-of-a-pair"),
        pytest.param(
            r'"\303" "\251"',
            "\u00e9",
            id="bytes-of-one-character-in-two-strings",
        ),
        pytest.param(
            r'"\303\251"',
            "\u00e9",
            id="bytes",
        ),
        pytest.param(
            r'"\X61.proto"',
            "a.proto",
            id="hexadecimal-with-a-capital",
        ),
    ],
)
def test_escapes(literal: str, path: str) -> None:
    assert _paths(f"import {literal};") == [path]


def test_lines_are_those_of_the_import_keyword() -> None:
    source = '// 1\nimport "a.proto"; import\n"b.proto";\n\n/*\n*/ import // 6\n"c.proto";\r\n\timport "d.proto";'
    assert [tuple(found) for found in find_imports(source)] == [
        ("a.proto", 2), ("b.proto", 2), ("c.proto", 6), ("d.proto", 8)
    ]  # fmt: skip


def test_imports_keep_file_order_and_duplicates() -> None:
    assert _paths('import "b"; message M {} import "a"; import "b";') == ["b", "a", "b"]
