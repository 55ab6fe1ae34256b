"""The scanner of import statements on arbitrary text."""

from collections import Counter

from hypothesis import given, seed
from hypothesis import strategies as st

from proto_tree import ProtoTreeError
from proto_tree.imports import find_imports
from tests.fuzz.examples import EXAMPLES, SEED, many

# The length of a long text, on which a quadratic scan would not finish.
_LONG = 1_000_000

_PIECES = [
    "import",
    "public",
    "weak",
    "option",
    "message M",
    '"',
    "'",
    '"a.proto"',
    "'b'",
    ";",
    "{",
    "}",
    "//",
    "/*",
    "*/",
]
_PIECES += ['import "a.proto";', "import\n'b' \"c\";", "\n"]
_PIECES += [
    "\\",
    "\n",
    "\r\n",
    " ",
    "/",
    "*",
    "\ufeff",
    "\\x",
    "\\777",
    "\\u12",
    "\\UFFFFFFFF",
    "\x00",
    "syntax =",
    "\ud800",
]
_ESCAPES = [
    "\\x",
    "\\xff",
    "\\777",
    "\\u12",
    "\\ud800",
    "\\UFFFFFFFF",
    "\\U00110000",
    "\\\\",
    "\\'",
    "\\\n",
    "\\",
    "8",
    "a",
    "é",
]
_escaped = st.lists(st.sampled_from(_ESCAPES), max_size=4).map("".join)
pieces = st.one_of(st.sampled_from(_PIECES), st.text(max_size=3), _escaped.map('import "{}";'.format))
soups = st.lists(pieces, max_size=30).map("".join)

# Tokens that are not imports and are complete in themselves, whatever they contain.
_inside_a_string = st.text(st.characters(codec="utf-8", exclude_characters='"\\\n'), max_size=8)
_inside_a_comment = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=8)
_others = st.one_of(
    _inside_a_string.map('option x = "{}";'.format),
    _inside_a_string.map('option x = {{ import: "{}"; }};'.format),
    _inside_a_string.map('message M {{ string s = 1 [default = "{}\\""]; import "no"; }}'.format),
    _inside_a_comment.map("//{}\n".format),
    _inside_a_comment.map(lambda text: f"/*\n{text.replace('*/', '')} */".replace("**/", "* */")),
    st.sampled_from([";", "\n", "message import {}", "enum E { import = 0; }", "/**/"]),
)
_paths = st.text("abc/._- 字", max_size=6)
_modifiers = st.sampled_from(["", " ", " public ", " weak\n", "/* \" */option//'\n"])


def test_arbitrary_text(figures: Counter[str]) -> None:
    counted: Counter[str] = Counter()

    @seed(SEED)
    @many(EXAMPLES)
    @given(soups)
    def check(source: str) -> None:
        lines = source.count("\n") + 1
        try:
            found = find_imports(source)
        except ProtoTreeError:
            found = []
        assert all(1 <= one.line <= lines for one in found)
        counted.update({"texts": 1, "characters": len(source), "imports": len(found)})

    check()
    _report(figures, counted, EXAMPLES)


def test_imports_between_anything_else(figures: Counter[str]) -> None:
    counted: Counter[str] = Counter()

    @seed(SEED)
    @many(EXAMPLES)
    @given(st.lists(st.one_of(_others, st.tuples(_modifiers, _paths)), max_size=12))
    def check(statements: list[str | tuple[str, str]]) -> None:
        texts = [item if isinstance(item, str) else f'import{item[0]}"{item[1]}";' for item in statements]
        paths = [item[1] for item in statements if not isinstance(item, str)]
        assert [one.path for one in find_imports("".join(texts))] == paths
        counted.update({"texts": 1, "imports": len(paths)})

    check()
    _report(figures, counted, EXAMPLES)


def test_long_texts(figures: Counter[str]) -> None:
    counted: Counter[str] = Counter()

    @seed(SEED)
    @many(EXAMPLES // 40)
    @given(soups.filter(bool), soups)
    def check(unit: str, end: str) -> None:
        source = unit * (_LONG // len(unit)) + end
        assert len(find_imports(source)) <= len(source) // len('import"";')
        counted.update({"texts": 1, "characters": len(source)})

    check()
    _report(figures, counted, EXAMPLES // 40)


def _report(figures: Counter[str], counted: Counter[str], wanted: int) -> None:
    figures.update(counted)
    assert counted["texts"] >= wanted
