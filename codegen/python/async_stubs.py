"""Makes the class that type checkers know asyncio stubs by one that can be imported. Pure functions.

At run time there is one class for both kinds of channel, `MarketDataServiceStub`. mypy-protobuf types what it gives for
a `grpc.aio.Channel` as `MarketDataServiceAsyncStub`, a name that exists for type checkers only: an annotation with it
would have to be quoted, and its import hidden behind TYPE_CHECKING.
"""

import re
from collections.abc import Sequence

# What keeps a class from being imported (https://typing.python.org/en/latest/spec/directives.html#type-check-only).
_CHECK_ONLY = re.compile(r"^@_typing\.type_check_only\n(?=class \w+AsyncStub\()", re.MULTILINE)

_COMMENT = "\n# The same stub, by the name that type checkers know it by when its channel is one of asyncio.\n"


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
