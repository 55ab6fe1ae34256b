"""What can be wanted of generated Python: the attributes of py_grpc_library that say so."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private/engine:options.bzl", "check_provided")
load(":py_names.bzl", "unimportable_part")

# Who can write the type stubs of messages. The first is the default.
_TYPE_STUB_GENERATORS = ["mypy-protobuf", "protoc"]

def python_options(concrete_servicers = False, descriptor_prefix = "", type_stubs = _TYPE_STUB_GENERATORS[0]):
    """Returns what is wanted of generated Python; without arguments, what everybody shares.

    Args:
      concrete_servicers: bool, see the attribute of py_grpc_library.
      descriptor_prefix: string, likewise.
      type_stubs: string, likewise.

    Returns:
      A struct of these fields.
    """
    return struct(
        concrete_servicers = concrete_servicers,
        descriptor_prefix = descriptor_prefix,
        type_stubs = type_stubs,
    )

# The attributes that say it.
OPTION_ATTRS = {
    "concrete_servicers": attr.bool(
        doc = "Whether a servicer may leave methods out: type checkers then take them for what they are at run " +
              "time, answers of UNIMPLEMENTED, and not for abstract. Default: `False`. Example: `True`.",
    ),
    "descriptor_prefix": attr.string(
        doc = "Goes before the names that the protos have in Python's descriptor pool, so that another package of " +
              "the same process may have a `common.proto` too. What is sent stays the same. Default: none. " +
              "Example: `\"jts\"` registers `jts/common.proto`.",
    ),
    "provided": attr.string_list(
        doc = "Folders of protos, with a slash at the end, whose modules an installed package brings: they are " +
              "imported by their absolute name and not generated. Default: only what the toolchain says, " +
              "`google/protobuf/`. Example: `[\"google/api/\", \"google/rpc/\", \"google/type/\"]` with " +
              "googleapis-common-protos.",
    ),
    "type_stubs": attr.string(
        doc = "Who writes the type stubs of messages. Another one does it for a file that this one cannot do. " +
              "Default: `mypy-protobuf`; `protoc` knows less of types and nothing of comments. Example: `protoc`.",
        default = _TYPE_STUB_GENERATORS[0],
        values = _TYPE_STUB_GENERATORS,
    ),
}

def options_of(ctx):
    """Returns what the attributes want of the generated files, as python_options does.

    Args:
      ctx: the context of a rule that has OPTION_ATTRS. Values that cannot be meant fail.

    Returns:
      A struct, from python_options.
    """
    check_provided(ctx.label, ctx.attr.provided)
    prefix = ctx.attr.descriptor_prefix
    if prefix != prefix.strip("/"):
        fail("{}: descriptor_prefix: \"{}\" must not start or end with a slash: \"{}\"".format(label_text(ctx.label), prefix, prefix.strip("/")))
    part = unimportable_part(prefix + "/x.proto") if prefix else None
    if part != None:
        fail("{}: descriptor_prefix: \"{}\" must be letters, digits and underscores, and no digit first, between slashes".format(label_text(ctx.label), part))
    return python_options(
        concrete_servicers = ctx.attr.concrete_servicers,
        descriptor_prefix = prefix,
        type_stubs = ctx.attr.type_stubs,
    )
