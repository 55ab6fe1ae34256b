"""Checks that the protos of a package can be loaded together. Pure functions."""

from collections.abc import Iterable, Iterator

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from codegen.errors import CodegenError


def check_symbols(files: Iterable[FileDescriptorProto]) -> None:
    """Checks that no two files define the same symbol, or an extension with the same number.

    Each proto_library is compiled without the libraries that it does not depend on, so two that define the same name
    both build. Most languages reject the second one when they load it.

    Args:
      files: descriptors or interfaces (interfaces.py). Definitions in messages need no comparison: two can only
        conflict if their messages do.

    Raises:
      CodegenError: naming both files and what they define.
    """
    owners: dict[str, str] = {}
    packages: dict[str, str] = {}
    for file in files:
        for package in _packages(file):
            packages.setdefault(package, file.name)
        for symbol in [*_symbols(file), *_extension_numbers(file)]:
            other = owners.setdefault(symbol, file.name)
            if other != file.name:
                raise CodegenError(
                    f"{file.name} and {other} both define {symbol}. "
                    "Rename one, or leave one of the files out with exclude.",
                    proto=file.name,
                )
    for symbol in sorted(packages.keys() & owners.keys()):
        raise CodegenError(
            f"{owners[symbol]} defines {symbol}, which is the package of {packages[symbol]}. Rename one of them.",
            proto=owners[symbol],
        )


def _packages(file: FileDescriptorProto) -> Iterator[str]:
    """Yields the package of a file, and those that enclose it."""
    parts = file.package.split(".") if file.package else []
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _symbols(file: FileDescriptorProto) -> Iterator[str]:
    """Yields the full names of what a file defines outside of messages. Values are beside their enum."""
    start = f"{file.package}." if file.package else ""
    for definitions in (file.message_type, file.enum_type, file.service, file.extension):
        yield from (start + definition.name for definition in definitions)
    yield from (start + value.name for enum in file.enum_type for value in enum.value)


def _extension_numbers(file: FileDescriptorProto) -> Iterator[str]:
    """Yields the message and number of each extension: "number 1000 of p.Extended"."""
    extensions = [*file.extension]
    pending = list(file.message_type)
    for message in pending:
        pending += message.nested_type
        extensions += message.extension
    yield from (f"number {extension.number} of {extension.extendee.lstrip('.')}" for extension in extensions)
