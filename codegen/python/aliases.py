"""Second names in generated Python: of what is named after a keyword, and of stubs for asyncio. Pure functions.

legal_names.py says what is named after a keyword, and gives other names to the generators of services and of type
stubs. The functions here make both names exist at run time.

At run time there is one class for both kinds of channel, `MarketDataServiceStub`. mypy-protobuf types what it gives for
a `grpc.aio.Channel` as `MarketDataServiceAsyncStub`, a name that exists for type checkers only: an annotation with it
would have to be quoted, and its import hidden behind TYPE_CHECKING. Here it can be imported.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from codegen.errors import CodegenError
from codegen.python.legal_names import Alias, ServiceNames

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

# What keeps a class from being imported (https://typing.python.org/en/latest/spec/directives.html#type-check-only).
_CHECK_ONLY = re.compile(r"^@_typing\.type_check_only\n(?=class \w+AsyncStub\()", re.MULTILINE)

_COMMENT = "\n# The same stub, by the name that type checkers know it by when its channel is one of asyncio.\n"

# What grpc's generator calls a module whose name starts with an underscore.
_PRIVATE_MODULE = re.compile(r"^(?:import|from) [^\n]* as (__\w+)$", re.MULTILINE)


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
    if service.name != service.alias:
        yield f"names['{service.name}'] = names['{service.alias}']"
    stub, servicer, calls = (
        f"names['{name}']" for name in (f"{service.name}Stub", f"{service.name}Servicer", service.alias)
    )
    for rpc, alias in service.rpcs:
        yield f"builtins.setattr({stub}, '{rpc}', builtins.property(lambda self: self.{alias}))"
        method = f"lambda self, request, context: self.{alias}(request, context)"
        yield f"builtins.setattr({servicer}, '{rpc}', {method})"
        yield f"builtins.setattr({calls}, '{rpc}', builtins.staticmethod({calls}.{alias}))"


def async_stub_names(services: Sequence[str]) -> dict[str, str]:
    """Returns the second names of stubs, by service: "A" has "AAsyncStub", or "AAsyncStub_" beside a service "AAsync".

    Args:
      services: the names of all services of a file, as the proto has them. grpc gives each a class of that name, and
        one with "Stub" behind it.
    """
    taken = {*services, *(f"{name}Stub" for name in services)}
    names = {}
    for service in services:
        name = f"{service}AsyncStub"
        while name in taken:
            name += "_"
        names[service] = name
        taken.add(name)
    return names


def add_async_stubs(source: str, services: Sequence[str]) -> str:
    """Returns the source of a `_pb2_grpc.py` in which every stub has its second name.

    Args:
      source: the text of the file, whose classes are named after the services.
      services: the names of the services in it.
    """
    lines = [f"{async_name} = {name}Stub\n" for name, async_name in async_stub_names(services).items()]
    return source + _COMMENT + "".join(lines) if lines else source


def allow_async_stubs(source: str, services: Sequence[str]) -> str:
    """Returns the source of a `_pb2_grpc.pyi` whose asyncio stubs may be imported, each by a name of its own.

    Args:
      source: the text of the file, whose classes are named after the services.
      services: the names of the services in it.
    """
    source = _CHECK_ONLY.sub("", source)
    for name, async_name in async_stub_names(services).items():
        # Where the class is defined, and where the stub of the service says what it gives for a channel of asyncio.
        source = re.sub(
            rf"(\bclass |-> ){name}AsyncStub(?=\({name}Stub\)|: \.\.\.$)", rf"\g<1>{async_name}", source, flags=re.M
        )
    return source


def use_plain_module_names(source: str) -> str:
    """Returns the source of a `_pb2_grpc.py` in which no module has a name that means another one inside of a class.

    Those that start with two underscores do
    (https://docs.python.org/3/reference/expressions.html#private-name-mangling): of `_x.proto` and `_/x.proto`.

    Args:
      source: the text of the file, as the generator wrote it.
    """
    for alias in set(_PRIVATE_MODULE.findall(source)):
        # Nothing that the generator makes up starts like this: it doubles the underscores of a path.
        source = re.sub(rf"\b{alias}(?=\.|$)", f"_m{alias}", source, flags=re.MULTILINE)
    return source
