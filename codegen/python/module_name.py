"""Gives message classes the name of the module they can be imported from. A pure function.

protoc writes the module's name as a literal, as if the root of the proto tree were on `sys.path`. Classes carry it as
`__module__`, and pickle imports them by it; in a package only `__name__` is right.
"""

import re

from codegen.errors import CodegenError

# protoc's builder calls that take the module's name:
# https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/compiler/python/generator.cc
_BUILDER_CALL = re.compile(
    r"^(_builder\.Build(?:TopDescriptorsAndMessages|Services)\(DESCRIPTOR, )(?:'[\w.]+'|__name__)(, _globals\))$",
    re.MULTILINE,
)


def use_module_name(source: str, path: str) -> str:
    """Returns the source of a `_pb2.py` with `__name__` in place of the literal.

    Args:
      source: the text of the file.
      path: where it lies below the root of the tree, for the message.

    Raises:
      CodegenError: when the file has no such literal, because protoc has come to write something else.
    """
    fixed, count = _BUILDER_CALL.subn(r"\1__name__\2", source)
    if count == 0:
        raise CodegenError(
            f"{path}: no _builder.BuildTopDescriptorsAndMessages call: "
            "codegen/python/module_name.py does not know this protoc"
        )
    return fixed
