"""How ts-proto names what it generates. Pure functions.

Messages and enums of a file lie beside each other, whatever they are nested in: `A.B` is `A_B`. Fields, and names of
types that have underscores, become camelCase. ts-proto's documentation says so; the two exceptions below are its own.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FileDescriptorProto

# A type of this name would hide the global in the code around it, so ts-proto adds "Message".
_RENAMED = ("Date", "Function")


class TypeName(NamedTuple):
    """A message or enum of a file: its name as in the proto, without the package ("A.B"), and in TypeScript ("A_B")."""

    proto: str
    typescript: str
    descriptor: DescriptorProto | EnumDescriptorProto


def camel_case(name: str) -> str:
    """Returns the key of a field or oneof, or one part of a type's name: "foo_bar" and "FOO_BAR" give "fooBar"."""
    if "_" not in name:
        return name
    words = (name if re.search("[a-z]", name) else name.lower()).split("_")
    return words[0] + "".join(word[:1].upper() + word[1:] for word in words[1:])


def types_of(file: FileDescriptorProto) -> Iterator[TypeName]:
    """Yields every message and enum of a file, also those of maps."""
    return _types(file, "", "")


def _types(node: FileDescriptorProto | DescriptorProto, proto: str, typescript: str) -> Iterator[TypeName]:
    for enum in node.enum_type:
        yield TypeName(proto + enum.name, _free_of_globals(typescript + camel_case(enum.name)), enum)
    for message in node.message_type if isinstance(node, FileDescriptorProto) else node.nested_type:
        name = typescript + camel_case(message.name)
        yield TypeName(proto + message.name, _free_of_globals(name), message)
        yield from _types(message, f"{proto}{message.name}.", f"{name}_")


def _free_of_globals(name: str) -> str:
    return f"{name}Message" if name in _RENAMED else name


def uncapitalize(name: str) -> str:
    """Returns a name with a small first letter, which the functions of an enum have: "Color" gives "color"."""
    return name[:1].lower() + name[1:]


_WORD = re.compile("^[a-z]+|[A-Z][a-z]+|[a-z]+|[0-9]+|[A-Z]+(?![a-z])")


def rpc_name(name: str) -> str:
    """Returns the method that an rpc becomes, word by word: "GetAPIValue" gives "getApiValue"."""
    words: list[str] = _WORD.findall(name)
    return "".join(words[:1]).lower() + "".join(word.capitalize() for word in words[1:])


def service_exports(name: str) -> list[str]:
    """Returns what a file exports for a service, in either flavor."""
    constant = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    constant = re.sub(r"([A-Z])([A-Z][a-z])", r"\1_\2", constant).upper()
    endings = ("Service", "Server", "Client", "Controller", "ControllerMethods")
    return [name + ending for ending in endings] + [
        f"{constant}_NAME" if constant.endswith("SERVICE") else f"{constant}_SERVICE_NAME"
    ]
