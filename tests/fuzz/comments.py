"""Comments with text that could do harm when copied into Python."""

from collections.abc import Iterable

from hypothesis import strategies as st

from codegen.python.names import protoc_modules
from tests.fuzz.proto_text import Comment, Style

# Quotes, escapes, line separators that end no line in a proto, and characters of two, three and four bytes.
_AWKWARD = "\"'\\#{}()*/ \tnNxu0;.,%$\v\f\x1c\x7f\u00e9\u2028\u5b57\U0001f600"
_PHRASES = ['"""', "'''", 'r"""', "\\", '\\"', "\\N{x}", "\\x", "*/", "/*", "//", "# type: ignore", "import os", "*"]


def comments(paths: Iterable[str]) -> st.SearchStrategy[Comment | None]:
    """Returns comments, mostly absent, that quote the imports of some protos as generators write them."""
    traps = [trap for path in paths for module in protoc_modules(path) for trap in _imports(module)]
    text = st.text(_AWKWARD, max_size=12)
    line = st.one_of(
        text, st.sampled_from([*_PHRASES, *traps]), st.tuples(text, st.sampled_from(_PHRASES)).map("".join)
    )
    some = st.builds(Comment, st.sampled_from(Style), st.lists(line, min_size=1, max_size=3))
    return st.one_of(st.none(), st.none(), some)


def _imports(module: str) -> list[str]:
    package, _, name = module.rpartition(".")
    return [
        f"import {module} as x",
        f" from {package} import {name} as x" if package else f"import {name}",
        f"from {module} import *",
        f"importlib.import_module('{module}')",
        f"  x = y.{module}",
    ]
