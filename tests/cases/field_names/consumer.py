"""Fields named after builtins and methods keep their types, as do the fields declared after them."""

from typing import reveal_type

from field_names.fields_pb2 import Names, google, grpc

names = Names(str="a", int="b", property="c", google="d", clear="e", to_string="f", after_property=True)
reveal_type(names.str)  # str
reveal_type(names.int)  # str
reveal_type(names.after_property)  # bool
reveal_type(names.names.property)  # str
reveal_type(names.set[0] if names.set else "")  # str
reveal_type(names.HasField("maybe"))  # bool
reveal_type(google(grpc=grpc(google="g")).grpc)  # grpc
assert (names.str, names.int, names.property, names.clear, names.to_string) == ("a", "b", "c", "e", "f")
assert google(grpc=grpc(google="g")).grpc.google == "g"
