"""Gives what is named after a Python keyword its second name at run time. Pure functions.

codegen/python/legal_names.py says which names, and gives them to the generators of services and of type stubs.
"""

import re
from collections.abc import Iterable, Iterator

from codegen.errors import CodegenError
from codegen.python.legal_names import USED_BY_GRPC, Alias, ServiceNames
from codegen.python.names import means_something_in_a_class

# A module may have messages, values or services that are called setattr, globals or _globals.
_FUNCTION = """
# What a proto names after a keyword of Python can be written with an underscore at its end.
def __add_aliases__():
    import builtins

    names = builtins.globals()
{}

__add_aliases__()
del __add_aliases__
"""


def add_aliases(source: str, aliases: Iterable[Alias]) -> str:
    """Returns the source of a `_pb2.py` in which messages, enums, values and extensions have both of their names.

    Args:
      source: the text of the file, made from descriptors that have the proto's own names.
      aliases: what to add.
    """
    return source + _function(map(_assignment, aliases))


def _function(statements: Iterable[str]) -> str:
    lines = "".join(f"    {statement}\n" for statement in statements)
    return _FUNCTION.format(lines) if lines else ""


def _assignment(alias: Alias) -> str:
    if not alias.scope:
        return f"names['{alias.alias}'] = names['{alias.name}']"
    owner = f"names['{alias.scope[0]}']"
    for name in alias.scope[1:]:
        owner = f"builtins.getattr({owner}, '{name}')"
    return f"builtins.setattr({owner}, '{alias.alias}', builtins.getattr({owner}, '{alias.name}'))"


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
    statements = (statement for service in services for statement in _service_aliases(service))
    return restore_class_names(source, services) + _function(statements)


def _restore_on_the_wire(source: str, path: str, service: ServiceNames) -> str:
    alias = f"{service.package}.{service.alias}".lstrip(".")
    name = f"{service.package}.{service.name}".lstrip(".")
    client, registration, server = source.partition(f"def add_{service.alias}Servicer_to_server(")
    if f"'{alias}', rpc_method_handlers" not in server:
        raise CodegenError(f"{path}: no registration of {alias}: codegen/python/aliases.py does not know this grpc")
    for rpc, rpc_alias in service.rpcs:
        # The first handler of that name behind the registration is this service's own.
        server = server.replace(f"'{rpc_alias}': grpc.", f"'{rpc}': grpc.", 1)
    server = server.replace(f"'{alias}', rpc_method_handlers", f"'{name}', rpc_method_handlers")
    restored = client + registration + server
    for rpc, rpc_alias in service.rpcs:
        restored = restored.replace(f"'/{alias}/{rpc_alias}'", f"'/{name}/{rpc}'")
    return restored.replace(f"'/{alias}/", f"'/{name}/")


def _service_aliases(service: ServiceNames) -> Iterator[str]:
    if service.name != service.alias and service.name not in USED_BY_GRPC:
        yield f"names['{service.name}'] = names['{service.alias}']"
    stub, servicer, calls = (
        f"names['{name}']" for name in (f"{service.name}Stub", f"{service.name}Servicer", service.alias)
    )
    for rpc, alias in service.rpcs:
        # Given its own name, too, a method "__init__" would be the constructor again.
        if means_something_in_a_class(rpc):
            continue
        yield f"builtins.setattr({stub}, '{rpc}', builtins.property(lambda self: self.{alias}))"
        method = f"lambda self, request, context: self.{alias}(request, context)"
        yield f"builtins.setattr({servicer}, '{rpc}', {method})"
        yield f"builtins.setattr({calls}, '{rpc}', builtins.staticmethod({calls}.{alias}))"
