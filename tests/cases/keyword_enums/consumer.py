"""Enums and values named after keywords are accessible by getattr, by name and by number."""

from typing import Any, reveal_type

from keyword_enums import enums_pb2
from keyword_enums.enums_pb2 import Holder, Kind

None_ = getattr(enums_pb2, "None")
import_ = getattr(Holder, "import")

assert getattr(None_, "True") == getattr(enums_pb2, "True") == None_.Value("True") == 1
assert None_.Name(2) == "class"
assert getattr(Kind, "lambda") == Kind.Value("lambda") == 1
assert import_.Value("def") == getattr(Holder, "def") == 1
reveal_type(Kind.KNOWN)  # ValueType
reveal_type(enums_pb2.NONE_UNKNOWN)  # ValueType
by_name: dict[str, Any] = {"none": "class", "kind": "lambda", "imported": "def", "nones": ["True"]}
holder = Holder(**by_name)
assert (holder.none, holder.kind, holder.imported, list(holder.nones)) == (2, 1, 1, [1])
