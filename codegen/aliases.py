"""Gives what is named after a Python keyword its second name at run time. Pure functions.

codegen/legal_names.py says which names, and gives them to the generators of services and of type stubs.
"""

import re
from collections.abc import Iterable, Iterator

from codegen.errors import CodegenError
from codegen.legal_names import Alias, ServiceNames

_COMMENT = "\n# What a proto names after a keyword of Python can be written with an underscore at its end.\n"


def add_aliases(source: str, aliases: Iterable[Alias]) -> str:
    """Returns the source of a `_pb2.py` in which messages, enums, values and extensions have both of their names.

    Args:
      source: the text of the file, made from descriptors that have the proto's own names.
      aliases: what to add.
    """
    lines = "".join(_assignment(alias) for alias in aliases)
    return source + _COMMENT + lines if lines else source


def _assignment(alias: Alias) -> str:
    if not alias.scope:
        return f"_globals['{alias.alias}'] = _globals['{alias.name}']\n"
    owner = f"_globals['{alias.scope[0]}']"
    for name in alias.scope[1:]:
        owner = f"getattr({owner}, '{name}')"
    return f"setattr({owner}, '{alias.alias}', getattr({owner}, '{alias.name}'))\n"


def restore_class_names(source: str, services: Iterable[ServiceNames]) -> str:
    """Returns the source of a `_pb2_grpc` module whose classes are named after their service: "None" has "NoneStub".

    Args:
      source: the text of a `.py` or `.pyi`, made from descriptors in which nothing is named after a keyword.
      services: what was renamed.
    """
    for service in services:
        classes = re.compile(rf"\b(add_)?{service.alias}(Stub|AsyncStub|Servicer)(?=\b|_to_server\b)")
        source = classes.sub(rf"\g<1>{service.name}\g<2>", source)
    return source


def restore_service_names(source: str, path: str, services: Iterable[ServiceNames]) -> str:
    """Returns the source of a `_pb2_grpc.py` in which everything has both of its names, and the wire sees the proto's.

    Args:
      source: the text of the file, made from descriptors in which nothing is named after a keyword.
      path: where it lies below the root of the package, for the message.
      services: what was renamed.

    Raises:
      CodegenError: when the file does not have such a service, because grpc has come to write something else.
    """
    services = list(services)
    for service in services:
        source = _restore_on_the_wire(source, path, service)
    lines = "".join(line for service in services for line in _service_aliases(service))
    return restore_class_names(source, services) + (_COMMENT + lines if lines else "")


def _restore_on_the_wire(source: str, path: str, service: ServiceNames) -> str:
    alias = f"{service.package}.{service.alias}".lstrip(".")
    name = f"{service.package}.{service.name}".lstrip(".")
    client, registration, server = source.partition(f"def add_{service.alias}Servicer_to_server(")
    if f"'{alias}', rpc_method_handlers" not in server:
        raise CodegenError(f"{path}: no registration of {alias}: codegen/aliases.py does not know this grpc")
    for rpc, rpc_alias in service.rpcs:
        # The first handler of that name behind the registration is this service's own.
        server = server.replace(f"'{rpc_alias}': grpc.", f"'{rpc}': grpc.", 1)
    server = server.replace(f"'{alias}', rpc_method_handlers", f"'{name}', rpc_method_handlers")
    restored = client + registration + server
    for rpc, rpc_alias in service.rpcs:
        restored = restored.replace(f"'/{alias}/{rpc_alias}'", f"'/{name}/{rpc}'")
    return restored.replace(f"'/{alias}/", f"'/{name}/")


def _service_aliases(service: ServiceNames) -> Iterator[str]:
    if service.name != service.alias:
        yield f"globals()['{service.name}'] = {service.alias}\n"
    for rpc, alias in service.rpcs:
        yield f"setattr({service.name}Stub, '{rpc}', property(lambda self: self.{alias}))\n"
        yield (
            f"setattr({service.name}Servicer, '{rpc}', lambda self, request, context: self.{alias}(request, context))\n"
        )
        yield f"setattr({service.alias}, '{rpc}', staticmethod({service.alias}.{alias}))\n"
