"""Groups, defaults, required fields and extensions, with their types."""

import math
from typing import reveal_type

from proto2 import extender_pb2
from proto2.base_pb2 import KIND_TWO, Base, Scope, top_kind, top_scopes, top_text

base = Base(name="a")
reveal_type(base.single.inner)  # int
reveal_type(base.several.add(inner="b").deeper.base)  # Base
reveal_type(base.Extensions[top_text])  # str
reveal_type(base.Extensions[Scope.in_scope].number)  # int
reveal_type(base.Extensions[extender_pb2.extra])  # Extra
assert (base.count, base.text, base.data, base.kind) == (-7, "a\"b\\c\n'd", b"\x01\xff", KIND_TWO)
assert base.infinite == math.inf and math.isnan(base.unknown)
base.Extensions[top_kind] = KIND_TWO
base.Extensions[top_scopes].add(number=1)
base.Extensions[extender_pb2.Extra.nested_number] = 2
assert Base.FromString(base.SerializeToString()) == base
assert not Base().IsInitialized()
