"""Files with another name in descriptors."""

import pytest
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet

from codegen.python.descriptor_prefix import prefix_files

ANY = "google/protobuf/any.proto"


def _descriptors(base: str, user: str) -> FileDescriptorSet:
    return FileDescriptorSet(
        file=[
            FileDescriptorProto(name=ANY),
            FileDescriptorProto(name=base, package="base"),
            FileDescriptorProto(
                name=user,
                package="user",
                dependency=[ANY, base],
                public_dependency=[1],
                option_dependency=[base],
                message_type=[DescriptorProto(name="M")],
            ),
        ]
    )


@pytest.mark.parametrize("prefix", ["jts/", "a/b-c/", ""])
def test_files_of_the_tree_and_imports_of_them_are_renamed_and_nothing_else(prefix: str) -> None:
    before = _descriptors("base.proto", "u/ser.proto")
    renamed = prefix_files(before, frozenset({"base.proto", "u/ser.proto"}), prefix)
    assert renamed == _descriptors(prefix + "base.proto", prefix + "u/ser.proto")
    assert before == _descriptors("base.proto", "u/ser.proto"), "the argument was changed"
