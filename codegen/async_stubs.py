"""Makes the class that type checkers know asyncio stubs by one that can be imported. Pure functions.

At run time there is one class for both kinds of channel, `MarketDataServiceStub`. mypy-protobuf types what it gives for
a `grpc.aio.Channel` as `MarketDataServiceAsyncStub`, a name that exists for type checkers only: an annotation with it
would have to be quoted, and its import hidden behind TYPE_CHECKING.
"""

import re
from collections.abc import Iterable

# What keeps a class from being imported (https://typing.python.org/en/latest/spec/directives.html#type-check-only).
_CHECK_ONLY = re.compile(r"^@_typing\.type_check_only\n(?=class \w+AsyncStub\()", re.MULTILINE)

_COMMENT = "\n# The same stub, by the name that type checkers know it by when its channel is one of asyncio.\n"


def add_async_stubs(source: str, services: Iterable[str]) -> str:
    """Returns the source of a `_pb2_grpc.py` in which every stub has its second name.

    Args:
      source: the text of the file.
      services: the names of the services in it. One that is called like another one with "Async" behind it keeps the
        name for itself.
    """
    names = list(services)
    lines = [f"{name}AsyncStub = {name}Stub\n" for name in names if f"{name}Async" not in names]
    return source + _COMMENT + "".join(lines) if lines else source


def allow_async_stubs(source: str) -> str:
    """Returns the source of a `_pb2_grpc.pyi` whose asyncio stubs may be imported."""
    return _CHECK_ONLY.sub("", source)
