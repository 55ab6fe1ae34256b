"""Names of modules and messages that a class would change."""

import pytest

from codegen.python.private_names import use_getattr, use_plain_aliases

USE = "class S:\n    send = {0}.M.SerializeToString  # __x__pb2x.M\n    name = '__x__pb2'\n"


@pytest.mark.parametrize(
    ("statement", "alias", "plain"),
    [
        pytest.param("import _x_pb2 as {0}", "__x__pb2", "_m__x__pb2", id="file"),
        pytest.param("from _.a import x_pb2 as {0}", "___dot_a_dot_x__pb2", "_m___dot_a_dot_x__pb2", id="folder"),
        pytest.param("import x_pb2 as {0}", "x__pb2", "x__pb2", id="no-underscore-first"),
        pytest.param("import a_pb2 as {0}", "_a__pb2", "_a__pb2", id="one-underscore"),
    ],
)
def test_a_name_that_means_the_same_in_a_class(statement: str, alias: str, plain: str) -> None:
    source = f"{statement}\n\n{USE}"
    assert use_plain_aliases(source.format(alias)) == source.format(plain)


@pytest.mark.parametrize(
    ("message", "expression"),
    [
        pytest.param("a__pb2.__M", 'getattr(a__pb2, "__M")', id="message"),
        pytest.param("a__pb2.M.__N", 'getattr(a__pb2.M, "__N")', id="nested"),
        pytest.param("a__pb2.__M.__N", 'getattr(getattr(a__pb2, "__M"), "__N")', id="nested-in-one"),
        pytest.param("a__pb2.__M.N", 'getattr(a__pb2, "__M").N', id="nested-plainly"),
        pytest.param("_m__x__pb2.__M", 'getattr(_m__x__pb2, "__M")', id="module"),
        pytest.param("a__pb2._M", "a__pb2._M", id="one-underscore"),
        pytest.param("a__pb2.M.N", "a__pb2.M.N", id="no-underscore"),
        pytest.param("a__pb2.__M__", "a__pb2.__M__", id="not-private-to-python"),
    ],
)
def test_a_message_that_is_the_same_in_a_class(message: str, expression: str) -> None:
    source = "f(s={0}.SerializeToString, d={0}.FromString,)\n'''{0}'''\n"
    fixed = use_getattr(source.format(message))
    assert fixed == source.format(expression).replace(f"'''{expression}", f"'''{message}")
