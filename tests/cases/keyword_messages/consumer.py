"""Messages named after keywords are accessible by getattr, and through the fields that hold them."""

from typing import reveal_type

from keyword_messages import messages_pb2, service_pb2, service_pb2_grpc
from keyword_messages.messages_pb2 import Holder

None_ = getattr(messages_pb2, "None")
class_ = getattr(messages_pb2, "class")
true = getattr(class_, "True")

assert (None_.__name__, class_.__name__, true.__qualname__) == ("None", "class", "class.True")
holder = Holder(none=None_(text="a"), trues={"b": true(none=None_(text="c"))})
reveal_type(holder.none.text)  # str
reveal_type(holder.trues["b"].none.text)  # str
reveal_type(holder.lambda_choice.text)  # str
reveal_type(holder.classes.add().true.inner.text)  # str
assert isinstance(holder.none, None_) and isinstance(holder.trues["b"], true)
assert holder.trues["b"].none.text == "c"
assert isinstance(holder.lambda_choice, getattr(true, "lambda"))
assert getattr(class_, "False").Value("KNOWN") == class_.KNOWN == 1
assert callable(getattr(Holder, "import")) and callable(getattr(service_pb2, "def"))
reveal_type(messages_pb2.match().type)  # type
assert all(map(callable, [service_pb2_grpc.AnswersStub, service_pb2_grpc.AnswersServicer]))
