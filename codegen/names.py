"""How protoc names Python modules and files. Pure functions.

The rules are those of protoc's Python generator
(https://protobuf.dev/reference/python/python-generated/#invocation): `.proto` goes, a dash becomes an underscore, a
slash or a dot separates packages, and `_pb2` or `_pb2_grpc` is added.
"""

from collections.abc import Iterable

SUFFIXES = ("_pb2", "_pb2_grpc")


def message_module(import_path: str) -> str:
    """Returns the module of a proto's messages: "a/b/x-y.proto" gives "a.b.x_y_pb2"."""
    return import_path.removesuffix(".proto").replace("-", "_").replace("/", ".") + "_pb2"


def modules_of(import_path: str) -> tuple[str, ...]:
    """Returns the modules that a proto becomes: "a/b.proto" gives ("a.b_pb2", "a.b_pb2_grpc")."""
    stem = message_module(import_path).removesuffix("_pb2")
    return tuple(stem + suffix for suffix in SUFFIXES)


def output_files(import_path: str) -> tuple[str, ...]:
    """Returns the files that a proto becomes, as paths below the package: four for every proto."""
    paths = [module.replace(".", "/") for module in modules_of(import_path)]
    return tuple(path + ending for path in paths for ending in (".py", ".pyi"))


def module_of_file(path: str) -> str:
    """Returns the module of a generated file: "a/b_pb2.pyi" gives "a.b_pb2"."""
    return path.rsplit(".", 1)[0].replace("/", ".")


def is_provided(import_path: str, prefixes: Iterable[str]) -> bool:
    """Tells whether an installed package brings the modules of a proto, so that they are never generated.

    Args:
      import_path: for example "google/protobuf/any.proto".
      prefixes: import path prefixes that end in a slash, for example ["google/protobuf/"].
    """
    return import_path.startswith(tuple(prefixes))
