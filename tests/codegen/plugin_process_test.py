"""Plugins that are programs: what they get, and how a death of theirs is told."""

import sys
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.errors import CodegenError
from codegen.plugin_process import run_plugin_process

TREE = FileDescriptorSet(file=[FileDescriptorProto(name=name) for name in ("a.proto", "b.proto", "c.proto")])
FILES = [file.name for file in TREE.file]

# Answers with a file for each proto, unless it is told of one that it cannot bear.
PLUGIN = """\
#!{python} -S
import os, sys
sys.path[:0] = {path!r}
from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
request = CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
response = CodeGeneratorResponse()
for name in request.file_to_generate:
    if name == "b.proto":
        {on_b}
    response.file.add(name=name + ".txt", content=request.parameter)
sys.stdout.buffer.write(response.SerializeToString())
"""


def _plugin(folder: Path, on_b: str) -> Path:
    plugin = folder / "protoc-gen-t"
    plugin.write_text(PLUGIN.format(python=sys.executable, path=sys.path, on_b=on_b))
    plugin.chmod(0o755)
    return plugin


def test_a_file_for_each_proto(tmp_path: Path) -> None:
    texts = run_plugin_process(_plugin(tmp_path, "pass"), "x=1", FILES, TREE)
    assert texts == {f"{name}.txt": "x=1" for name in FILES}


@pytest.mark.parametrize(
    ("on_b", "cause"),
    [
        pytest.param("sys.exit(3)", "exit status 3", id="exit-status"),
        pytest.param("sys.exit('no such luck')", "exit status 1: no such luck", id="last-words"),
        pytest.param("raise ValueError('two\\n lines')", "exit status 1: ValueError: two", id="exception"),
        pytest.param(
            "sys.exit('x.js:1\\n\\nRangeError: odd\\n    at f (x.js:1:2)\\n\\nNode.js v24.0.0')",
            "exit status 1: RangeError: odd",
            id="exception-of-node",
        ),
        pytest.param(
            "sys.exit('x.js:1\\n\\nError [ERR_X]: gone\\n    at f (x.js:1:2)\\n  code: 1\\n\\nNode.js v24.0.0')",
            "exit status 1: Error [ERR_X]: gone",
            id="exception-of-node-with-a-code",
        ),
        pytest.param("os.kill(os.getpid(), 9)", "killed by signal 9", id="killed"),
        pytest.param(
            "print('hello'); sys.exit()", "it wrote no CodeGeneratorResponse to standard output", id="no-answer"
        ),
        pytest.param("response.error = 'b is odd'", "b is odd", id="refused"),
    ],
)
def test_a_death_names_the_file(on_b: str, cause: str, tmp_path: Path) -> None:
    with pytest.raises(CodegenError) as caught:
        run_plugin_process(_plugin(tmp_path, on_b), "", FILES, TREE)
    assert str(caught.value) == (
        f"b.proto: protoc-gen-t cannot do it: {cause}. "
        "Change the proto, leave it out with exclude, or take another plugin."
    )


def test_a_death_that_no_file_alone_causes(tmp_path: Path) -> None:
    plugin = _plugin(tmp_path, "len(request.file_to_generate) > 1 and sys.exit(3)")
    with pytest.raises(
        CodegenError, match=r"^a\.proto, b\.proto, c\.proto: protoc-gen-t cannot do it: exit status 3\."
    ):
        run_plugin_process(plugin, "", FILES, TREE)


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CodegenError) as caught:
        run_plugin_process(tmp_path / "gone", "", FILES, TREE)
    assert str(caught.value) == (
        f"{tmp_path / 'gone'} cannot be started: No such file or directory. Mend the toolchain's plugin."
    )
