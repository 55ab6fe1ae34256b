"""Plugins as functions: the contract of a protoc plugin, without its process."""

import sys

import pytest
from google.protobuf.compiler import plugin_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.errors import CodegenError
from codegen.plugins import Plugin, run_plugin

DESCRIPTORS = FileDescriptorSet(file=[FileDescriptorProto(name="a.proto", package="p")])


def _respond(response: plugin_pb2.CodeGeneratorResponse) -> None:
    sys.stdout.buffer.write(response.SerializeToString())


def echo() -> None:
    request = plugin_pb2.CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    content = f"{list(request.file_to_generate)} {request.parameter} {request.proto_file[0].package}"
    file = plugin_pb2.CodeGeneratorResponse.File(name="a.txt", content=content)
    _respond(plugin_pb2.CodeGeneratorResponse(file=[file]))


def refuse() -> None:
    _respond(plugin_pb2.CodeGeneratorResponse(error="no such option"))


def refuse_at_length() -> None:
    _respond(plugin_pb2.CodeGeneratorResponse(error="no such option:\n\n  speed\n"))


def crash() -> None:
    raise KeyError("1151")


def crash_at_length() -> None:
    raise ValueError("first\n  second")


def finish() -> None:
    _respond(plugin_pb2.CodeGeneratorResponse())
    sys.exit(0)


def count_arguments() -> None:
    file = plugin_pb2.CodeGeneratorResponse.File(name="a.txt", content=str(len(sys.argv)))
    _respond(plugin_pb2.CodeGeneratorResponse(file=[file]))


def leave() -> None:
    sys.exit(3)


def _plugin(function: str) -> Plugin:
    return Plugin(f"{__name__}:{function}", "speed=3")


def test_request_and_response() -> None:
    assert run_plugin(_plugin("echo"), ["a.proto"], DESCRIPTORS) == {"a.txt": "['a.proto'] speed=3 p"}


def test_a_plugin_may_exit_with_success() -> None:
    assert run_plugin(_plugin("finish"), ["a.proto"], DESCRIPTORS) == {}


def test_a_plugin_does_not_see_our_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["driver", "--version"])
    assert run_plugin(_plugin("count_arguments"), ["a.proto"], DESCRIPTORS) == {"a.txt": "1"}


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("refuse", "no such option"),
        ("refuse_at_length", "no such option: speed"),
        ("crash", "KeyError: '1151'"),
        ("crash_at_length", "ValueError: first second"),
        ("leave", "exit status 3"),
    ],
)
def test_a_failure_names_the_cause_in_one_line(function: str, message: str) -> None:
    before = sys.stdin, sys.stdout
    with pytest.raises(CodegenError) as caught:
        run_plugin(_plugin(function), ["a.proto"], DESCRIPTORS)
    assert str(caught.value) == message
    assert (sys.stdin, sys.stdout) == before
