"""How Python modules and files are named after protos. Pure functions.

The rules are those of protoc's Python generator
(https://protobuf.dev/reference/python/python-generated/#invocation): `.proto` goes, a dash becomes an underscore, a
slash or a dot separates packages, and `_pb2` or `_pb2_grpc` is added. One rule comes on top: what is a keyword of
Python gets an underscore at its end (https://peps.python.org/pep-0008/#descriptive-naming-styles), because no import
statement could name it.
"""

import keyword
from collections.abc import Container, Iterable

SUFFIXES = ("_pb2", "_pb2_grpc")

# The places of the four files of a proto in what protoc_files and output_files return.
MESSAGES, MESSAGE_STUBS, SERVICES, SERVICE_STUBS = range(4)


def legal_name(name: str, taken: Container[str] = ()) -> str:
    """Returns a name that Python's grammar can spell: "in" gives "in_", or "in__" when "in_" is taken."""
    return free_name(name, taken) if keyword.iskeyword(name) else name


def free_name(name: str, taken: Container[str]) -> str:
    """Returns another name that is not taken: "in_" for "in"."""
    alias = name + "_"
    while alias in taken:
        alias += "_"
    return alias


def means_something_in_a_class(name: str) -> bool:
    """Tells whether Python has its own idea of a name in a class: "__init__" makes objects, "__x" is "_TheClass__x"."""
    return name.startswith("__") and not name.endswith("___") and name.strip("_") != ""


def protoc_modules(import_path: str) -> tuple[str, ...]:
    """Returns the modules of a proto as protoc names them: "in/b.proto" gives ("in.b_pb2", "in.b_pb2_grpc")."""
    stem = import_path.removesuffix(".proto").replace("-", "_").replace("/", ".")
    return tuple(stem + suffix for suffix in SUFFIXES)


def modules_of(import_path: str) -> tuple[str, ...]:
    """Returns the modules that a proto becomes: "in/b.proto" gives ("in_.b_pb2", "in_.b_pb2_grpc")."""
    return tuple(".".join(map(legal_name, module.split("."))) for module in protoc_modules(import_path))


def protoc_files(import_path: str) -> tuple[str, ...]:
    """Returns the files of a proto where protoc and its plugins write them, in the order of output_files."""
    return _files(protoc_modules(import_path))


def output_files(import_path: str) -> tuple[str, ...]:
    """Returns the files that a proto becomes, as paths below the package: four for every proto."""
    return _files(modules_of(import_path))


def _files(modules: Iterable[str]) -> tuple[str, ...]:
    return tuple(module.replace(".", "/") + ending for module in modules for ending in (".py", ".pyi"))


def module_of_file(path: str) -> str:
    """Returns the module of a generated file: "a/b_pb2.pyi" gives "a.b_pb2"."""
    return path.rsplit(".", 1)[0].replace("/", ".")
