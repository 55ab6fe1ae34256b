"""Random trees of protos: their packages import, agree with protoc, and differ from its output only in imports.

For more trees, or others: bazel test //tests/fuzz:all --test_env=FUZZ_EXAMPLES=20000 --test_env=FUZZ_SEED=1
"""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import assume, given, seed

from proto_tree import ProtoTreeError
from tests.fuzz.examples import EXAMPLES, SEED, many
from tests.fuzz.expected import expected_descriptors
from tests.fuzz.interpreter import Interpreter
from tests.fuzz.pipeline import Made, MakeError, compile_all, make, write
from tests.fuzz.properties import check_descriptors, check_fix, check_imports_found
from tests.fuzz.proto_text import Tree
from tests.fuzz.trees import trees

# The one reason to reject a valid tree: two names that cannot coexist in Python.
_WARNINGS = (
    "lazy_exports leaves out ambiguous names",
    "binds the name ",
    " hides a type",
    " hides the type",
    " hides a method",
)
_REFUSALS = ("cannot be used in Python and becomes ",)


def test_trees(figures: Counter[str]) -> None:
    figures.update({"trees": 0, "files": 0, "rejected by protoc": 0, "refused by name": 0})
    interpreter = Interpreter()

    @seed(SEED)
    @many(EXAMPLES)
    @given(trees())
    def check(tree: Tree) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            _check(tree, Path(scratch), interpreter, figures)

    try:
        check()
    finally:
        interpreter.close()
    tried, left_out = figures["trees"], figures["rejected by protoc"] + figures["refused by name"]
    assert tried >= EXAMPLES and left_out <= tried / 4


def _check(tree: Tree, scratch: Path, interpreter: Interpreter, figures: Counter[str]) -> None:
    """Generates the package of a tree and checks all properties."""
    protos = write(tree, scratch)
    compiled = compile_all(tree, protos)
    if compiled is None:
        figures["rejected by protoc"] += 1
    assume(compiled)
    assert compiled
    made = _make(tree, protos)
    if made is None:
        figures["refused by name"] += 1
    assume(made)
    assert made
    # The preferred generator must write every stub, unless its names collide: its fallback's stubs are less precise.
    assert all(any(text in warning for text in _WARNINGS) for warning in made.warnings), made.warnings
    figures["warnings"] += len(made.warnings)
    figures["imports"] += check_imports_found(tree, made, compiled)
    figures["lines fixed"] += sum(map(check_fix, made.fixes))
    expected = expected_descriptors(tree, compiled)
    figures["bytes of descriptors"] += check_descriptors(tree, made, scratch / "python", expected)
    figures.update(interpreter.check(tree, scratch / "made", expected))
    figures["trees"] += 1


def _make(tree: Tree, protos: Path) -> Made | None:
    """Returns the package of a tree, or None if its names collide."""
    try:
        return make(tree, protos)
    except (ProtoTreeError, MakeError) as error:
        if not any(refusal in str(error) for refusal in _REFUSALS):
            raise
        return None
