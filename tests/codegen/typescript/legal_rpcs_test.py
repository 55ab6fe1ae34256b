"""Rpcs that would be no methods of their own, and what they are called instead."""

from pathlib import Path

import pytest

from codegen.errors import CodegenError
from codegen.typescript.legal_rpcs import restore_paths, use_legal_rpcs
from tests.codegen.typescript.protos import compile_protos


@pytest.mark.parametrize(
    ("rpcs", "names"),
    [
        pytest.param(["Get", "Delete", "Thenceforth"], ["Get", "Delete", "Thenceforth"], id="fine"),
        pytest.param(["Close"], ["closeRpc"], id="of-every-client"),
        pytest.param(["Close", "CloseRpc"], ["closeRpcRpc", "CloseRpc"], id="taken"),
        pytest.param(["Then", "OnModuleInit"], ["thenRpc", "onModuleInitRpc"], id="of-promises-and-nestjs"),
        pytest.param(["constructor", "prototype"], ["constructorRpc", "prototypeRpc"], id="left-out"),
        pytest.param(["Get", "get", "GET"], ["Get", "getRpc", "getRpcRpc"], id="the-same"),
        pytest.param(["get_foo", "GetFoo"], ["get_foo", "getFooRpc"], id="the-same-words"),
    ],
)
def test_names(tmp_path: Path, rpcs: list[str], names: list[str]) -> None:
    body = " ".join(f"rpc {rpc}(M) returns (M);" for rpc in rpcs)
    descriptors = compile_protos(tmp_path, a=f'syntax = "proto3"; package p.q; message M {{}} service S {{ {body} }}')
    legal, paths = use_legal_rpcs(descriptors)
    assert [method.name for method in legal.file[0].service[0].method] == names
    renamed = {f"/p.q.S/{new}": f"/p.q.S/{old}" for old, new in zip(rpcs, names, strict=True) if old != new}
    assert paths.get("a.proto", {}) == renamed


def test_what_goes_over_the_wire_keeps_its_name() -> None:
    source = 'closeRpc: {\n    path: "/S/closeRpc" as const,\n'
    assert restore_paths(source, "a.proto", {"/S/closeRpc": "/S/Close"}) == source.replace("/S/closeRpc", "/S/Close")


def test_another_ts_proto_is_an_error() -> None:
    with pytest.raises(CodegenError) as error:
        restore_paths("", "a.proto", {"/S/closeRpc": "/S/Close"})
    assert str(error.value) == (
        "a.proto: ts-proto wrote something else than this version knows: no path /S/closeRpc. "
        "Use the version of ts-proto that third_party/ locks."
    )
