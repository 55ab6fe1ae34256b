"""How Python modules and files are named after protos. Pure functions.

The rules are those of protoc's Python generator
(https://protobuf.dev/reference/python/python-generated/#invocation): `.proto` is dropped, a dash becomes an underscore,
a slash or a dot separates packages, and `_pb2` or `_pb2_grpc` is appended. One rule is added: a Python keyword gets a
trailing underscore (https://peps.python.org/pep-0008/#descriptive-naming-styles), because no import statement could
name it. bazel/private/python/py_names.bzl has the same rules for declared outputs; here they also name the modules that
an action imports but does not write.
"""

import keyword
from collections.abc import Container
from typing import NamedTuple

SUFFIXES = ("_pb2", "_pb2_grpc")


class Files(NamedTuple):
    """The four files of a proto: their paths or their contents."""

    messages: str
    message_stubs: str
    services: str
    service_stubs: str


def legal_name(name: str, taken: Container[str] = (), reserved: Container[str] = ()) -> str:
    """Returns a name that is neither a keyword nor reserved: "in" gives "in_", or "in__" if "in_" is taken."""
    if not keyword.iskeyword(name) and name not in reserved:
        return name
    alias = name + "_"
    while alias in taken:
        alias += "_"
    return alias


def protoc_modules(import_path: str) -> tuple[str, ...]:
    """Returns the modules of a proto as protoc names them: "in/b.proto" gives ("in.b_pb2", "in.b_pb2_grpc")."""
    stem = import_path.removesuffix(".proto").replace("-", "_").replace("/", ".")
    return tuple(stem + suffix for suffix in SUFFIXES)


def modules_of(import_path: str) -> tuple[str, ...]:
    """Returns the modules generated for a proto: "in/b.proto" gives ("in_.b_pb2", "in_.b_pb2_grpc")."""
    return tuple(".".join(map(legal_name, module.split("."))) for module in protoc_modules(import_path))


def protoc_files(import_path: str) -> Files:
    """Returns the paths to which protoc and its plugins write the files of a proto."""
    return _files(protoc_modules(import_path))


def output_files(import_path: str) -> Files:
    """Returns the files generated for a proto, as paths below the package."""
    return _files(modules_of(import_path))


def _files(modules: tuple[str, ...]) -> Files:
    messages, services = (module.replace(".", "/") for module in modules)
    return Files(messages + ".py", messages + ".pyi", services + ".py", services + ".pyi")


def module_of_file(path: str) -> str:
    """Returns the module of a generated file: "a/b_pb2.pyi" gives "a.b_pb2"."""
    return path.rsplit(".", 1)[0].replace("/", ".")
