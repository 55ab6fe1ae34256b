"""Keeps Python from changing what grpc's generator calls modules and messages. Pure functions.

Inside of a class a name that starts with two underscores means another one
(https://docs.python.org/3/reference/expressions.html#private-name-mangling). Those of `_x.proto`, `_/x.proto` and of
`message __M` do.
"""

import re

_ALIAS = re.compile(r"^(?:import|from) [^\n]* as (__\w+)$", re.MULTILINE)

# A message as grpc's generator names it, where one of the parts is such a name.
_MESSAGE = re.compile(r"(?<![\w.])\w+_pb2(?=[\w.]*\.__)(?:\.\w+)+(?=\.(?:FromString|SerializeToString)\b)")


def use_plain_aliases(source: str) -> str:
    """Returns the source of a `_pb2_grpc.py` in which no module is called by such a name.

    Args:
      source: the text of the file, as the generator wrote it.
    """
    for alias in set(_ALIAS.findall(source)):
        # Nothing that the generator makes up starts like this: it doubles the underscores of a path.
        source = re.sub(rf"\b{alias}(?=\.|$)", f"_m{alias}", source, flags=re.MULTILINE)
    return source


def use_getattr(source: str) -> str:
    """Returns the source of a `_pb2_grpc.py` in which no message is reached by such a name.

    Args:
      source: the text of the file, as the generator wrote it.
    """
    return _MESSAGE.sub(lambda match: _attribute(match[0].split(".")), source)


def _attribute(parts: list[str]) -> str:
    """Returns the expression of a dotted name: ["a__pb2", "__M"] gives 'getattr(a__pb2, "__M")'."""
    expression = parts[0]
    for part in parts[1:]:
        is_private = part.startswith("__") and not part.endswith("__")
        expression = f'getattr({expression}, "{part}")' if is_private else f"{expression}.{part}"
    return expression
