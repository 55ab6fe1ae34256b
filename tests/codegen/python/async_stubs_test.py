"""The second names of stubs, on texts as the generators write them."""

import pytest

from codegen.python.async_stubs import add_async_stubs, allow_async_stubs

COMMENT = "\n# The same stub, by the name that type checkers know it by when its channel is one of asyncio.\n"


@pytest.mark.parametrize(
    ("services", "added"),
    [
        pytest.param([], "", id="no-service"),
        pytest.param(["A"], COMMENT + "AAsyncStub = AStub\n", id="one"),
        pytest.param(["A", "B"], COMMENT + "AAsyncStub = AStub\nBAsyncStub = BStub\n", id="two"),
        pytest.param(["A", "AAsync"], COMMENT + "AAsyncStub_ = AStub\nAAsyncAsyncStub = AAsyncStub\n", id="taken"),
        pytest.param(
            ["A", "AAsyncStub"], COMMENT + "AAsyncStub_ = AStub\nAAsyncStubAsyncStub = AAsyncStubStub\n", id="a-class"
        ),
    ],
)
def test_every_stub_has_two_names(services: list[str], added: str) -> None:
    assert add_async_stubs("import grpc\n", services) == "import grpc\n" + added


def test_a_type_checker_lets_them_be_imported() -> None:
    source = "@_typing.type_check_only\nclass AAsyncStub(AStub): ...\n@_typing.type_check_only\nclass _Other: ...\n"
    assert (
        allow_async_stubs(source, ["A"])
        == "class AAsyncStub(AStub): ...\n@_typing.type_check_only\nclass _Other: ...\n"
    )


def test_a_name_that_another_service_has_gets_an_underscore() -> None:
    source = (
        "class AStub:\n    def __new__(cls, channel: X) -> AAsyncStub: ...\n"
        "class AAsyncStub(AStub): ...\n"
        "class AAsyncStub:\n    def __new__(cls, channel: X) -> AAsyncAsyncStub: ...\n"
    )
    assert allow_async_stubs(source, ["A", "AAsync"]) == (
        "class AStub:\n    def __new__(cls, channel: X) -> AAsyncStub_: ...\n"
        "class AAsyncStub_(AStub): ...\n"
        "class AAsyncStub:\n    def __new__(cls, channel: X) -> AAsyncAsyncStub: ...\n"
    )
