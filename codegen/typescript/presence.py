"""Says in proto3's words what proto2 and editions say of fields. A pure function.

ts-proto knows whether a field can be absent from `optional` in proto3 alone: it leaves out a proto2 field that is set
to its default and a required one that is zero, and takes every field of an edition for one without presence. What it is
given is proto3, in which all of that can be said; what goes over the wire is the same.
"""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FeatureSet,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

_Type = FieldDescriptorProto.Type
_MESSAGES = (_Type.TYPE_MESSAGE, _Type.TYPE_GROUP)
_NEVER_PACKED = (*_MESSAGES, _Type.TYPE_STRING, _Type.TYPE_BYTES)
_IN_EDITIONS = FeatureSet(
    field_presence=FeatureSet.EXPLICIT,
    message_encoding=FeatureSet.LENGTH_PREFIXED,
    repeated_field_encoding=FeatureSet.PACKED,
)
_IN_PROTO2 = FeatureSet(
    field_presence=FeatureSet.EXPLICIT,
    message_encoding=FeatureSet.LENGTH_PREFIXED,
    repeated_field_encoding=FeatureSet.EXPANDED,
)


def as_proto3(descriptors: FileDescriptorSet) -> FileDescriptorSet:
    """Returns descriptors of the same messages in proto3, for ts-proto alone: protoc would refuse some of them."""
    result = FileDescriptorSet()
    result.CopyFrom(descriptors)
    for file in result.file:
        if file.syntax != "proto3":
            features = FeatureSet()
            features.CopyFrom(_IN_EDITIONS if file.syntax == "editions" else _IN_PROTO2)
            features.MergeFrom(file.options.features)
            for name, message in _messages(file, f".{file.package}" if file.package else ""):
                _rewrite(message, name, features)
            file.syntax = "proto3"
            file.ClearField("edition")
    return result


def _messages(node: FileDescriptorProto | DescriptorProto, scope: str) -> Iterator[tuple[str, DescriptorProto]]:
    """Yields every message with its full name, which begins with a dot as it does where a field refers to it."""
    for message in node.message_type if isinstance(node, FileDescriptorProto) else node.nested_type:
        name = f"{scope}.{message.name}"
        yield name, message
        yield from _messages(message, name)


def _rewrite(message: DescriptorProto, name: str, of_file: FeatureSet) -> None:
    entries = {f"{name}.{entry.name}" for entry in message.nested_type if entry.options.map_entry}
    # The key and the value of a map are there or zero, in every syntax.
    for field in () if message.options.map_entry else message.field:
        features = FeatureSet()
        features.CopyFrom(of_file)
        features.MergeFrom(field.options.features)
        if field.label == FieldDescriptorProto.LABEL_REPEATED:
            _rewrite_repeated(field, features)
        elif field.type in _MESSAGES:
            field.label = FieldDescriptorProto.LABEL_OPTIONAL
        elif not field.HasField("oneof_index") and features.field_presence != FeatureSet.IMPLICIT:
            _make_optional(message, field)
        if features.message_encoding == FeatureSet.DELIMITED and field.type == _Type.TYPE_MESSAGE:
            # Another message may have one that is called as the entry of a map is.
            field.type = _Type.TYPE_MESSAGE if field.type_name in entries else _Type.TYPE_GROUP
        field.ClearField("default_value")


def _rewrite_repeated(field: FieldDescriptorProto, features: FeatureSet) -> None:
    if field.type not in _NEVER_PACKED and not field.options.HasField("packed"):
        field.options.packed = features.repeated_field_encoding == FeatureSet.PACKED


def _make_optional(message: DescriptorProto, field: FieldDescriptorProto) -> None:
    """Makes a field what `optional` makes it in proto3: alone in a oneof, which no code shows."""
    field.label = FieldDescriptorProto.LABEL_OPTIONAL
    field.proto3_optional = True
    field.oneof_index = len(message.oneof_decl)
    message.oneof_decl.add(name=f"_{field.name}")
