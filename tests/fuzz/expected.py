"""The expected result of a tree, from protoc's descriptors and the strategy's knowledge."""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet

from tests.fuzz.proto_text import Tree


def expected_descriptors(tree: Tree, compiled: FileDescriptorSet) -> FileDescriptorSet:
    """Returns the descriptors that a package's modules must contain.

    They are protoc's own, with two changes. protoc writes derived JSON names to descriptor sets but not to Python:
    they are cleared here, based on the strategy's data, not on codegen/python/descriptors.py. And file names get the
    package's prefix, if it has one.

    Args:
      tree: what was compiled.
      compiled: protoc's descriptors, without source info.
    """
    expected = FileDescriptorSet()
    expected.CopyFrom(compiled)
    for file in expected.file:
        for imports in (file.dependency, file.option_dependency):
            imports[:] = [tree.descriptor_prefix + path if path in tree.protos else path for path in imports]
        if file.name in tree.protos:
            for full_name, field in _fields(file, file.package):
                if full_name not in tree.json_names:
                    field.ClearField("json_name")
            file.name = tree.descriptor_prefix + file.name
    return expected


def _fields(node: FileDescriptorProto | DescriptorProto, scope: str) -> Iterator[tuple[str, FieldDescriptorProto]]:
    """Yields every field and extension with its full name."""
    fields = [*node.extension, *(node.field if isinstance(node, DescriptorProto) else ())]
    yield from (((f"{scope}.{field.name}").lstrip("."), field) for field in fields)
    for message in node.message_type if isinstance(node, FileDescriptorProto) else node.nested_type:
        yield from _fields(message, f"{scope}.{message.name}".lstrip("."))
