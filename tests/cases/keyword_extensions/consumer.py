"""Extensions and options named after keywords have an alias, and are accessible by getattr."""

from typing import reveal_type

from keyword_extensions import extensions_pb2
from keyword_extensions.extensions_pb2 import Base
from keyword_extensions.user_pb2 import User

base = Base()
base.Extensions[getattr(extensions_pb2, "lambda")] = 1
base.Extensions[getattr(extensions_pb2, "in")].append("a")
base.Extensions[getattr(getattr(extensions_pb2, "class"), "None")].number = 2
assert Base.FromString(base.SerializeToString()) == base
options = User.DESCRIPTOR.fields_by_name["text"].GetOptions()
assert options.Extensions[getattr(extensions_pb2, "is")] == "set"
reveal_type(User().text)  # str
reveal_type(base.Extensions[extensions_pb2.lambda_])  # int
reveal_type(extensions_pb2.IN__FIELD_NUMBER)  # int
assert base.Extensions[extensions_pb2.lambda_] == 1 and extensions_pb2.IN__FIELD_NUMBER == 101
assert extensions_pb2.class_.NONE__FIELD_NUMBER == 102
