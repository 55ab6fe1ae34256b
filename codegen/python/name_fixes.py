"""Fixes names in generated Python: illegal ones, asyncio stubs, the module's own, builtins. Pure functions.

legal_names.py finds the names that Python cannot use and passes legal ones to the generators of services and type
stubs. The functions here make both names exist at run time.

At run time one class, `MarketDataServiceStub`, serves both kinds of channel. mypy-protobuf types the stub of a
`grpc.aio.Channel` as `MarketDataServiceAsyncStub`, a name that exists only for type checkers: annotations would have to
be quoted, and the import guarded by TYPE_CHECKING. The alias makes it importable.
"""

import keyword
import re
from collections.abc import Iterable, Iterator, Sequence

from codegen.errors import CodegenError
from codegen.python.legal_names import Alias, ServiceNames

# Calls go through builtins: a module may have messages, values or services named setattr, globals or _globals.
_FUNCTION = """
# Names that Python has for something else can be written with an underscore at the end.
def __add_aliases__():
    import builtins

    names = builtins.globals()
{}

__add_aliases__()
del __add_aliases__
"""

# Keeps a class from being imported (https://typing.python.org/en/latest/spec/directives.html#type-check-only).
_CHECK_ONLY = re.compile(r"^@_typing\.type_check_only\n(?=class \w+AsyncStub\()", re.MULTILINE)

_COMMENT = "\n# The same stub, by the name that type checkers know it by when its channel is one of asyncio.\n"

# The alias that grpc's generator gives a module whose name starts with an underscore.
_PRIVATE_MODULE = re.compile(r"^(?:import|from) [^\n]* as (__\w+)$", re.MULTILINE)

# protoc's builder calls that take the module name:
# https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/compiler/python/generator.cc
_BUILDER_CALL = re.compile(
    r"^(_builder\.Build(?:TopDescriptorsAndMessages|Services)\(DESCRIPTOR, )(?:'[\w.]+'|__name__)(, _globals\))$",
    re.MULTILINE,
)


def add_aliases(source: str, aliases: Iterable[Alias]) -> str:
    """Returns the source of a `_pb2.py` with both names for messages, enums, values and extensions.

    Args:
      source: the text of the file, generated from descriptors with the proto's own names.
      aliases: the aliases to add.
    """
    return source + _function(map(_assignment, aliases))


def _function(statements: Iterable[str]) -> str:
    lines = "".join(f"    {statement}\n" for statement in statements)
    return _FUNCTION.format(lines) if lines else ""


def _assignment(alias: Alias) -> str:
    # The class of an enum may have something else of the value's name, and so may the class around it.
    value = f"{_path(alias.enum)}.Value('{alias.name}')" if alias.enum else _path((*alias.scope, alias.name))
    if not alias.scope:
        return f"names['{alias.alias}'] = {value}"
    return f"builtins.setattr({_path(alias.scope)}, '{alias.alias}', {value})"


def _path(names: Sequence[str]) -> str:
    """Returns an expression for what is nested in a module by these names."""
    expression = f"names['{names[0]}']"
    for name in names[1:]:
        expression = f"builtins.getattr({expression}, '{name}')"
    return expression


def restore_class_names(source: str, services: Iterable[ServiceNames]) -> str:
    """Returns the source of a `_pb2_grpc` module whose classes are named after their service: "None" has "NoneStub".

    Args:
      source: the text of a `.py` or `.pyi`, generated from descriptors with legal names.
      services: the renamed services.
    """
    for service in services:
        classes = re.compile(rf"\b(add_)?{service.alias}(Stub|AsyncStub|Servicer)(?=\b|_to_server\b)")
        source = classes.sub(rf"\g<1>{service.name}\g<2>", source)
    return source


def restore_service_names(source: str, path: str, services: Iterable[ServiceNames]) -> str:
    """Returns the source of a `_pb2_grpc.py` with both names for everything, and the proto's names on the wire.

    Args:
      source: the text of the file, generated from descriptors with legal names.
      path: its path below the package root, for the message.
      services: the renamed services.

    Raises:
      CodegenError: if the file does not register such a service, because grpc's output has changed.
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
        raise CodegenError(
            f"{path}: no registration of {alias}: codegen/python/name_fixes.py does not support this grpcio-tools"
        )
    for rpc, rpc_alias in service.rpcs:
        # The first handler of that name after the registration belongs to this service.
        server = server.replace(f"'{rpc_alias}': grpc.", f"'{rpc}': grpc.", 1)
    server = server.replace(f"'{alias}', rpc_method_handlers", f"'{name}', rpc_method_handlers")
    restored = client + registration + server
    for rpc, rpc_alias in service.rpcs:
        restored = restored.replace(f"'/{alias}/{rpc_alias}'", f"'/{name}/{rpc}'")
    return restored.replace(f"'/{alias}/", f"'/{name}/")


def _service_aliases(service: ServiceNames) -> Iterator[str]:
    if keyword.iskeyword(service.name):
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
    """Returns the asyncio stub's name by service: "A" has "AAsyncStub", or "AAsyncStub_" next to a service "AAsync".

    Args:
      services: the names of all services of a file, as in the proto. grpc generates a class with each of these names,
        and one with "Stub" appended.
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
    """Returns the source of a `_pb2_grpc.py` with an asyncio alias for every stub.

    Args:
      source: the text of the file, whose classes are named after the services.
      services: the names of the services in it.
    """
    lines = [f"{async_name} = {name}Stub\n" for name, async_name in async_stub_names(services).items()]
    return source + _COMMENT + "".join(lines) if lines else source


def allow_async_stubs(source: str, services: Sequence[str]) -> str:
    """Returns the source of a `_pb2_grpc.pyi` whose asyncio stubs can be imported, each by a unique name.

    Args:
      source: the text of the file, whose classes are named after the services.
      services: the names of the services in it.
    """
    source = _CHECK_ONLY.sub("", source)
    for name, async_name in async_stub_names(services).items():
        # The class definition, and the return type of the service's stub for an asyncio channel.
        source = re.sub(
            rf"(\bclass |-> ){name}AsyncStub(?=\({name}Stub\)|: \.\.\.$)", rf"\g<1>{async_name}", source, flags=re.M
        )
    return source


def use_plain_module_names(source: str) -> str:
    """Returns the source of a `_pb2_grpc.py` without module aliases that Python mangles inside a class.

    It mangles names that start with two underscores, as for `_x.proto` and `_/x.proto`
    (https://docs.python.org/3/reference/expressions.html#private-name-mangling).

    Args:
      source: the generator's output.
    """
    for alias in set(_PRIVATE_MODULE.findall(source)):
        # No alias of the generator's starts like this: it doubles the underscores of a path.
        source = re.sub(rf"\b{alias}(?=\.|$)", f"_m{alias}", source, flags=re.MULTILINE)
    return source


def use_module_name(source: str, path: str) -> str:
    """Returns the source of a `_pb2.py` with `__name__` in place of the module name.

    protoc writes a literal, as if the root of the proto tree were on `sys.path`. It becomes the `__module__` of
    classes, which pickle imports.

    Args:
      source: the text of the file.
      path: its path below the root of the tree, for the message.

    Raises:
      CodegenError: if the file has no such literal, because protoc's output has changed.
    """
    fixed, count = _BUILDER_CALL.subn(r"\1__name__\2", source)
    if count == 0:
        raise CodegenError(
            f"{path}: no _builder.BuildTopDescriptorsAndMessages call: "
            "codegen/python/name_fixes.py does not support this grpcio-tools"
        )
    return fixed


def keep_globals(source: str) -> str:
    """Returns the source of a `_pb2.py` that calls the builtin globals even if it re-exports something of that name.

    Args:
      source: the text of the file.
    """
    if " import *\n" not in source:
        return source
    return source.replace("\n_globals = globals()\n", "\n_globals = __import__('builtins').globals()\n")
