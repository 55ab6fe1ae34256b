"""Fields named after keywords are set by `**` and read by getattr."""

from typing import Any, reveal_type

from keyword_fields.fields_pb2 import Fields, Unnameable

values: dict[str, Any] = {"in": 1, "lambda": "l", "None": True, "class": ["a", "b"], "from": {"k": 2}, "True": "t"}
fields = Fields(**values, self="s", match="m", text="x")
reveal_type(fields.self)  # str
reveal_type(fields.match)  # str
reveal_type(fields.text)  # str
assert {name: getattr(fields, name) for name in values} == values
assert (fields.self, fields.match, fields.text) == ("s", "m", "x")
setattr(fields, "in", 3)
assert getattr(Fields.FromString(fields.SerializeToString()), "in") == 3
assert fields.HasField("True")
getattr(fields, "is").text = "inner"
assert fields.WhichOneof("with") == "is"
getattr(getattr(fields, "not"), "def").text = "deep"
assert getattr(Unnameable(**{"if": 1}), "if") == 1
assert Fields.IN_FIELD_NUMBER == 1
