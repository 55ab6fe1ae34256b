"""Renames files in descriptors, so that two packages of one process may each have a file of that name. A pure function.

Python's descriptor pool knows files by their import path, and there is one pool in a process.
"""

from collections.abc import Set

from google.protobuf.descriptor_pb2 import FileDescriptorSet


def prefix_files(descriptors: FileDescriptorSet, files: Set[str], prefix: str) -> FileDescriptorSet:
    """Returns descriptors whose files have another import path; what is in them, and on the wire, stays.

    Args:
      descriptors: all files, in topological order. Not changed.
      files: the import paths to rename: what is generated into one tree. Installed packages keep theirs.
      prefix: goes before them: "jts/" makes "jts/common.proto" of "common.proto"; "" changes nothing.
    """
    renamed = FileDescriptorSet()
    renamed.CopyFrom(descriptors)
    for file in renamed.file:
        if file.name in files:
            file.name = prefix + file.name
        for imports in (file.dependency, file.option_dependency):
            imports[:] = [prefix + path if path in files else path for path in imports]
    return renamed
