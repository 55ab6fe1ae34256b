"""Keeps Python from changing what grpc's generator calls modules. A pure function.

Inside of a class a name that starts with two underscores means another one
(https://docs.python.org/3/reference/expressions.html#private-name-mangling). Those of `_x.proto` and `_/x.proto` do.
"""

import re

_ALIAS = re.compile(r"^(?:import|from) [^\n]* as (__\w+)$", re.MULTILINE)


def use_plain_aliases(source: str) -> str:
    """Returns the source of a `_pb2_grpc.py` in which no module is called by such a name.

    Args:
      source: the text of the file, as the generator wrote it.
    """
    for alias in set(_ALIAS.findall(source)):
        # Nothing that the generator makes up starts like this: it doubles the underscores of a path.
        source = re.sub(rf"\b{alias}(?=\.|$)", f"_m{alias}", source, flags=re.MULTILINE)
    return source
