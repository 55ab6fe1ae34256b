"""The module's name in message classes."""

import pytest

from codegen.errors import CodegenError
from codegen.python.module_name import use_module_name

CALL = "_builder.BuildTopDescriptorsAndMessages(DESCRIPTOR, {}, _globals)\n"


@pytest.mark.parametrize("literal", ["'common_pb2'", "'a.b.c_pb2'"])
def test_the_literal_becomes_the_name_of_the_module(literal: str) -> None:
    before = "x = 'common_pb2'\n" + CALL.format(literal) + "y = 1\n"
    after = use_module_name(before, "common_pb2.py")
    assert after == "x = 'common_pb2'\n" + CALL.format("__name__") + "y = 1\n"
    assert use_module_name(after, "common_pb2.py") == after


def test_generic_services_are_built_with_it_too() -> None:
    services = "_builder.BuildServices(DESCRIPTOR, 'a_pb2', _globals)\n"
    fixed = use_module_name(CALL.format("'a_pb2'") + services, "a_pb2.py")
    assert fixed == CALL.format("__name__") + services.replace("'a_pb2'", "__name__")


def test_an_unknown_protoc_is_an_error() -> None:
    with pytest.raises(CodegenError, match=r"^a/b_pb2\.py: no _builder\.BuildTopDescriptorsAndMessages call"):
        use_module_name("DESCRIPTOR = None\n", "a/b_pb2.py")
