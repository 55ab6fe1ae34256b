"""Custom options can be read from where they were set, with their types."""

from typing import reveal_type

from custom_options import options_pb2, user_pb2
from google.protobuf.descriptor import Descriptor

annotated: Descriptor = user_pb2.Annotated.DESCRIPTOR
reveal_type(annotated.GetOptions().Extensions[options_pb2.message_note].text)  # str
service = user_pb2.DESCRIPTOR.services_by_name["Annotations"]
enum = user_pb2.Annotation.DESCRIPTOR
assert user_pb2.DESCRIPTOR.GetOptions().Extensions[options_pb2.file_note].text == 'a "file" \\ note'
assert user_pb2.DESCRIPTOR.GetOptions().Extensions[options_pb2.file_text] == "file"
assert list(annotated.GetOptions().Extensions[options_pb2.message_note].numbers) == [1, 2]
assert annotated.fields_by_name["field"].GetOptions().Extensions[options_pb2.field_note].text == "field"
assert annotated.oneofs_by_name["choice"].GetOptions().Extensions[options_pb2.oneof_note].text == "oneof"
assert enum.GetOptions().Extensions[options_pb2.enum_note].text == "enum"
assert enum.values[0].GetOptions().Extensions[options_pb2.enum_value_note].text == "enum value"
assert service.GetOptions().Extensions[options_pb2.service_note].text == "service"
assert service.methods[0].GetOptions().Extensions[options_pb2.method_note].text == "method"
