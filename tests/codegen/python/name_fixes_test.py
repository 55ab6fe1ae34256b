"""Aliases at run time, names on the wire, which aliases do not change, and other fixes of names."""

import types

import pytest

from codegen.errors import CodegenError
from codegen.python.legal_names import Alias, ServiceNames
from codegen.python.name_fixes import (
    add_aliases,
    add_async_stubs,
    allow_async_stubs,
    keep_globals,
    restore_class_names,
    restore_service_names,
    use_module_name,
    use_plain_module_names,
)


class _Message:
    """Stands for a protobuf message class, which accepts further attributes."""


def _module(source: str, **members: object) -> dict[str, object]:
    module = dict(members)
    exec(source, module)
    return module


@pytest.mark.parametrize(
    "scope", [pytest.param((), id="module"), pytest.param(("M",), id="message"), pytest.param(("M", "in"), id="below")]
)
def test_an_alias_is_the_same_object(scope: tuple[str, ...]) -> None:
    top: dict[str, object] = {"M": type("M", (), {"in": type("in", (), {"None": _Message}), "None": _Message})}
    top["None"] = _Message
    module = _module(add_aliases("x = 1\n", [Alias(scope, "None", "None_")]), **top)
    owner: object = types.SimpleNamespace(**module)
    for name in scope:
        owner = getattr(owner, name)
    assert getattr(owner, "None_") is getattr(owner, "None")  # noqa: B009


# Names that a module may define and that the added statements use as builtins.
hiding = pytest.mark.parametrize("name", ["_globals", "globals", "setattr", "getattr", "property", "builtins"])


@hiding
def test_a_message_named_like_a_builtin_does_not_interfere(name: str) -> None:
    module = _module(add_aliases("", [Alias(("M",), "in", "in_")]), M=type("M", (), {"in": _Message}), **{name: 1})
    assert module["M"].in_ is _Message  # type: ignore[attr-defined]
    assert module[name] == 1 and "__add_aliases__" not in module


@hiding
def test_a_service_named_like_a_builtin_does_not_interfere(name: str) -> None:
    source = restore_service_names(
        _generated("", name, "in_"), "a_pb2_grpc.py", [ServiceNames("", name, name, (("in", "in_"),))]
    )
    module = _run(source)
    assert getattr(getattr(module, name + "Stub")(str), "in") == f"/{name}/in"


def test_without_aliases_the_source_is_unchanged() -> None:
    assert add_aliases("x = 1\n", []) == "x = 1\n"
    assert restore_service_names("x = 1\n", "a_pb2_grpc.py", []) == "x = 1\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("class None_Stub(object):", "class NoneStub(object):", id="stub"),
        pytest.param("class None_AsyncStub:", "class NoneAsyncStub:", id="async-stub"),
        pytest.param("class None_Servicer:", "class NoneServicer:", id="servicer"),
        pytest.param("def add_None_Servicer_to_server(", "def add_NoneServicer_to_server(", id="registration"),
        pytest.param("(None_Stub, x.None_Stub)", "(NoneStub, x.NoneStub)", id="several"),
        pytest.param("class None_(object):", "class None_(object):", id="the-class-of-that-name"),
        pytest.param("class None_Stubs:", "class None_Stubs:", id="longer"),
        pytest.param("class MyNone_Stub:", "class MyNone_Stub:", id="another-beginning"),
    ],
)
def test_classes_are_named_after_the_service(before: str, after: str) -> None:
    assert restore_class_names(before, [ServiceNames("p", "None", "None_", ())]) == after


def _generated(package: str, service: str, rpc: str) -> str:
    """Returns grpc's generated code, reduced to its names."""
    full = f"{package}.{service}".lstrip(".")
    return f"""
class {service}Stub:
    def __init__(self, channel):
        self.{rpc} = channel('/{full}/{rpc}')
class {service}Servicer:
    def {rpc}(self, request, context):
        return request, context
def add_{service}Servicer_to_server(servicer, server):
    rpc_method_handlers = {{
            '{rpc}': grpc.handler(servicer.{rpc}),
    }}
    server.add('{full}', rpc_method_handlers)
    server.register('{full}', rpc_method_handlers)
class {service}:
    @staticmethod
    def {rpc}(request):
        return request, '/{full}/{rpc}'
"""


class _Server:
    def __init__(self) -> None:
        self.seen: list[object] = []

    def add(self, name: str, handlers: dict[str, object]) -> None:
        self.seen += [name, *handlers]

    register = add


def _run(source: str) -> types.SimpleNamespace:
    members: dict[str, object] = {"grpc": types.SimpleNamespace(handler=lambda method: method)}
    exec(source, members)
    return types.SimpleNamespace(**members)


@pytest.mark.parametrize("package", ["p.q", ""])
@pytest.mark.parametrize(
    ("service", "alias", "rpc", "rpc_alias"),
    [
        pytest.param("None", "None_", "Get", "Get", id="service"),
        pytest.param("S", "S", "in", "in_", id="rpc"),
        pytest.param("import", "import_", "lambda", "lambda__", id="both"),
    ],
)
def test_the_wire_uses_the_names_of_the_proto(package: str, service: str, alias: str, rpc: str, rpc_alias: str) -> None:
    rpcs = ((rpc, rpc_alias),) if rpc != rpc_alias else ()
    names = ServiceNames(package, service, alias, rpcs)
    module = _run(restore_service_names(_generated(package, alias, rpc_alias), "a_pb2_grpc.py", [names]))
    full = f"{package}.{service}".lstrip(".")
    servicer, server = getattr(module, service + "Servicer")(), _Server()
    getattr(module, f"add_{service}Servicer_to_server")(servicer, server)
    assert server.seen == [full, rpc] * 2
    stub = getattr(module, service + "Stub")(str)
    assert [getattr(stub, name) for name in (rpc, rpc_alias)] == [f"/{full}/{rpc}"] * 2
    assert [getattr(servicer, name)(1, 2) for name in (rpc, rpc_alias)] == [(1, 2)] * 2
    for owner in (getattr(module, service), getattr(module, alias)):
        assert [getattr(owner, name)(3) for name in (rpc, rpc_alias)] == [(3, f"/{full}/{rpc}")] * 2


def test_a_service_does_not_affect_its_neighbours() -> None:
    neighbours = [_generated("p", "A", "in_"), _generated("p", "C", "in_")]
    source = neighbours[0] + _generated("p", "B", "in_") + neighbours[1]
    restored = restore_service_names(source, "a_pb2_grpc.py", [ServiceNames("p", "B", "B", (("in", "in_"),))])
    assert restored.startswith(neighbours[0]) and neighbours[1] in restored


def test_unknown_grpc_output_is_an_error() -> None:
    source = _generated("p", "None_", "Get").replace("rpc_method_handlers", "handlers")
    with pytest.raises(CodegenError) as caught:
        restore_service_names(source, "a/b_pb2_grpc.py", [ServiceNames("p", "None", "None_", ())])
    assert str(caught.value) == (
        "a/b_pb2_grpc.py: no registration of p.None_: codegen/python/name_fixes.py does not support this grpcio-tools"
    )


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


def test_type_checkers_allow_importing_async_stubs() -> None:
    source = "@_typing.type_check_only\nclass AAsyncStub(AStub): ...\n@_typing.type_check_only\nclass _Other: ...\n"
    assert (
        allow_async_stubs(source, ["A"])
        == "class AAsyncStub(AStub): ...\n@_typing.type_check_only\nclass _Other: ...\n"
    )


def test_a_name_taken_by_another_service_gets_an_underscore() -> None:
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
def test_module_names_are_not_mangled_in_a_class(statement: str, alias: str, plain: str) -> None:
    source = f"{statement}\n\n{USE}"
    assert use_plain_module_names(source.format(alias)) == source.format(plain)


CALL = "_builder.BuildTopDescriptorsAndMessages(DESCRIPTOR, {}, _globals)\n"


@pytest.mark.parametrize("literal", ["'common_pb2'", "'a.b.c_pb2'"])
def test_the_literal_becomes_dunder_name(literal: str) -> None:
    before = "x = 'common_pb2'\n" + CALL.format(literal) + "y = 1\n"
    after = use_module_name(before, "common_pb2.py")
    assert after == "x = 'common_pb2'\n" + CALL.format("__name__") + "y = 1\n"
    assert use_module_name(after, "common_pb2.py") == after


def test_generic_services_use_dunder_name_too() -> None:
    services = "_builder.BuildServices(DESCRIPTOR, 'a_pb2', _globals)\n"
    fixed = use_module_name(CALL.format("'a_pb2'") + services, "a_pb2.py")
    assert fixed == CALL.format("__name__") + services.replace("'a_pb2'", "__name__")


def test_unknown_protoc_output_is_an_error() -> None:
    with pytest.raises(CodegenError, match=r"^a/b_pb2\.py: no _builder\.BuildTopDescriptorsAndMessages call"):
        use_module_name("DESCRIPTOR = None\n", "a/b_pb2.py")


def test_globals_still_means_the_builtin() -> None:
    line = "\n_globals = globals()\n"
    module: dict[str, object] = {"globals": 1}
    exec(keep_globals(f"from math import *\n{line}"), module)
    assert module["_globals"] is module
    assert keep_globals(f"import math\n{line}") == f"import math\n{line}"
