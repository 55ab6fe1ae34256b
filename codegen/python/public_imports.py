"""What `import public` means for type stubs, and for the builtins of modules. Pure functions.

At run time a module has the names of all that it publicly imports, and of what that publicly imports in turn: protoc
writes `from b_pb2 import *`, and of two the last one wins. Generators of type stubs look at one step only, and make up
names when two are the same.
"""

from collections.abc import Mapping

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.python.names import MESSAGES, protoc_modules


def drop_public_imports(descriptors: FileDescriptorSet) -> FileDescriptorSet:
    """Returns descriptors in which every import is an ordinary one, so that generators hand nothing on.

    Args:
      descriptors: all files. Not changed.
    """
    plain = FileDescriptorSet()
    plain.CopyFrom(descriptors)
    for file in plain.file:
        file.ClearField("public_dependency")
    return plain


def handed_on(descriptors: FileDescriptorSet) -> dict[str, dict[str, str]]:
    """Returns what each file hands on: by its import path, from name to the import path of the file that has it.

    Args:
      descriptors: all files, in topological order.
    """
    names: dict[str, dict[str, str]] = {}
    result = {}
    for file in descriptors.file:
        brought: dict[str, str] = {}
        for position in file.public_dependency:
            brought.update(names[file.dependency[position]])
        own = dict.fromkeys(own_names(file), file.name)
        names[file.name] = {**brought, **own}
        result[file.name] = {name: origin for name, origin in brought.items() if name not in own}
    return result


def add_reexports(source: str, brought: Mapping[str, str]) -> str:
    """Returns the source of a `_pb2.pyi` that hands on names (https://typing.python.org/en/latest/spec/distributing.html).

    Args:
      source: the text of the file.
      brought: one entry of handed_on.
    """
    lines = [f"from {protoc_modules(path)[MESSAGES]} import {name} as {name}\n" for name, path in brought.items()]
    return source + "\n" + "".join(sorted(lines)) if lines else source


def own_names(file: FileDescriptorProto) -> list[str]:
    """Returns the names that `import *` takes from a file: messages, enums, their values, extensions."""
    names = [entry.name for entries in (file.message_type, file.enum_type, file.extension) for entry in entries]
    names += [value.name for enum in file.enum_type for value in enum.value]
    return [name for name in names if not name.startswith("_")]


def keep_globals(source: str) -> str:
    """Returns the source of a `_pb2.py` that calls the builtin, also when something that it hands on is called globals.

    Args:
      source: the text of the file.
    """
    if " import *\n" not in source:
        return source
    return source.replace("\n_globals = globals()\n", "\n_globals = __import__('builtins').globals()\n")
