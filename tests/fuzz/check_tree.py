"""Imports and checks packages, each in a fork of this process, which has loaded protobuf and grpc but no message.

Usage: python -I -W error check_tree.py SYS_PATH…, then a line of JSON for each package on standard input
"""

import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

sys.path[:0] = sys.argv[1:]

import google.protobuf.internal.builder  # noqa: E402, F401
import grpc  # noqa: E402, F401
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet  # noqa: E402

from codegen.python.names import modules_of  # noqa: E402
from tests.cases.check_package import check_exports, check_imports, check_messages  # noqa: E402
from tests.fuzz.check_rpcs import check_rpcs  # noqa: E402
from tests.fuzz.check_wire import check_wire  # noqa: E402


def main() -> None:
    """Answers each line with a line: figures or an error."""
    for line in sys.stdin:
        reader, writer = os.pipe()
        if (child := os.fork()) == 0:
            os.write(writer, json.dumps(_answer(json.loads(line))).encode())
            os._exit(0)
        os.close(writer)
        with open(reader, "rb") as pipe:
            answer = pipe.read().decode()
        _, status = os.waitpid(child, 0)
        print(answer or json.dumps({"error": f"it died with status {status}"}), flush=True)


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    try:
        return _check(**question)
    except BaseException:
        return {"error": traceback.format_exc()}


def _check(parent: str, package: str, paths: dict[str, str], expected: str) -> dict[str, int]:
    """Checks a package and returns figures.

    Args:
      parent: the folder to import it from.
      package: its dotted name.
      paths: maps the names of its files in descriptors to their import paths.
      expected: a file with the expected descriptors, including all imports.
    """
    sys.path.insert(0, parent)
    folder = Path(parent, *package.split("."))
    names = {name for path in paths.values() for name in modules_of(path)}
    files = [*folder.rglob("*.py"), *folder.rglob("*.pyi")]
    for file in files:
        check_imports(file, names)
    modules = {name: importlib.import_module(f"{package}.{name}") for name in sorted(names)}
    for name in {name.rpartition(".")[0] for name in names} | {""}:
        check_exports(importlib.import_module(f"{package}.{name}".rstrip(".")))
    messages = [message for module in modules.values() for message in check_messages(module)]
    by_file = {file: modules[modules_of(path)[0]] for file, path in paths.items()}
    descriptors = FileDescriptorSet.FromString(Path(expected).read_bytes())
    _check_descriptors(by_file, descriptors)
    rpcs = [
        check_rpcs(modules[modules_of(paths[file])[1]], service)
        for file, module in by_file.items()
        for service in module.DESCRIPTOR.services_by_name.values()
    ]
    size = check_wire(by_file, descriptors)
    counts = {"files": len(files), "messages": len(messages), "services": len(rpcs), "rpcs": sum(rpcs)}
    return {**counts, "bytes on the wire": size}


def _check_descriptors(modules: dict[str, Any], expected: FileDescriptorSet) -> None:
    """Asserts that each module has the same descriptor of its file as protoc."""
    files = {file.name: file for file in expected.file}
    for name, module in modules.items():
        # Python's protobuf drops these and orders fields differently from protoc, so both sides go through it.
        files[name].ClearField("option_dependency")
        carried = FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
        assert carried == files[name], f"{carried} is not {files[name]}"
        assert carried.SerializeToString(deterministic=True) == files[name].SerializeToString(deterministic=True), name
        copy = FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(copy)
        assert copy == files[name], f"{copy} is not {files[name]}"


if __name__ == "__main__":
    main()
