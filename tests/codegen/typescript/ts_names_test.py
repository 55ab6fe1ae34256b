"""Names as ts-proto makes them; the right-hand sides are from its own output."""

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.text_format import Parse

from codegen.typescript.ts_names import camel_case, rpc_name, service_exports, types_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("foo", "foo"),
        ("Foo", "Foo"),
        ("foo_bar", "fooBar"),
        ("FOO_BAR", "fooBar"),
        ("A_B", "aB"),
        ("x_30_100", "x30100"),
        ("URL_x", "URLX"),
        ("_lead", "Lead"),
        ("trail_", "trail"),
        ("a__b", "aB"),
    ],
)
def test_camel_case(name: str, expected: str) -> None:
    assert camel_case(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GetFoo", "getFoo"),
        ("get_api_value", "getApiValue"),
        ("GetAPIValue", "getApiValue"),
        ("GETFOO", "getfoo"),
        ("A1b2", "a1B2"),
        ("getHTTPSUrl", "getHttpsUrl"),
        ("V2Get", "v2Get"),
        ("x_", "x"),
        ("__proto__", "proto"),
    ],
)
def test_rpc_name(name: str, expected: str) -> None:
    assert rpc_name(name) == expected


def test_types() -> None:
    text = """
    message_type { name: "A_b" nested_type { name: "B" enum_type { name: "C" } } }
    message_type { name: "Date" nested_type { name: "X" } }
    enum_type { name: "Function" }
    """
    assert [(name.proto, name.typescript) for name in types_of(Parse(text, FileDescriptorProto()))] == [
        ("Function", "FunctionMessage"),
        ("A_b", "AB"),
        ("A_b.B", "AB_B"),
        ("A_b.B.C", "AB_B_C"),
        ("Date", "DateMessage"),
        ("Date.X", "Date_X"),
    ]


@pytest.mark.parametrize(
    ("service", "constant"),
    [
        ("Trading", "TRADING_SERVICE_NAME"),
        ("TradingService", "TRADING_SERVICE_NAME"),
        ("FIXService", "FIX_SERVICE_NAME"),
        ("fixservice", "FIXSERVICE_NAME"),
    ],
)
def test_the_constant_of_a_service(service: str, constant: str) -> None:
    assert service_exports(service)[-1] == constant
