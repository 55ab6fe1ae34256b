"""What can be wanted of generated files: the attributes of py_grpc_library that say so."""

load(":label_text.bzl", "label_text")
load(":proto_paths.bzl", "unimportable_part")

# Who can write the type stubs of messages. The first is the default.
TYPE_STUB_GENERATORS = ["mypy-protobuf", "protoc"]

def generate_options(
        toolchain,
        concrete_servicers = False,
        descriptor_prefix = "",
        exclude = [],
        provided = [],
        type_stubs = TYPE_STUB_GENERATORS[0]):
    """Returns what is wanted of generated files; without arguments, what everybody shares.

    Args:
      toolchain: PyGrpcToolchainInfo.
      concrete_servicers: bool, see the attribute of py_grpc_library.
      descriptor_prefix: string, likewise.
      exclude: list of strings, likewise.
      provided: list of strings, likewise; the toolchain's come first.
      type_stubs: string, likewise.

    Returns:
      A struct of these fields but the first, the lists as tuples.
    """
    return struct(
        concrete_servicers = concrete_servicers,
        descriptor_prefix = descriptor_prefix,
        exclude = tuple(exclude),
        provided = tuple(toolchain.provided + [prefix for prefix in provided if prefix not in toolchain.provided]),
        type_stubs = type_stubs,
    )

# The attributes, by the arguments of generate_options.
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
    "exclude": attr.string_list(
        doc = "Protos that nothing is generated for: import paths, or folders with a slash at the end. A proto " +
              "that imports one of them has to be left out with it. Default: none. " +
              "Example: `[\"internal/\", \"debug.proto\"]`.",
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
        default = TYPE_STUB_GENERATORS[0],
        values = TYPE_STUB_GENERATORS,
    ),
}

def package_options(ctx, toolchain):
    """Returns what the attributes want of the generated files, as generate_options does.

    Args:
      ctx: the context of a rule that has OPTION_ATTRS. Values that cannot be meant fail.
      toolchain: PyGrpcToolchainInfo.

    Returns:
      A struct, from generate_options.
    """
    for prefix in ctx.attr.provided:
        if not prefix.endswith("/"):
            fail("{}: provided: \"{}\" must end in a slash: \"{}/\"".format(label_text(ctx.label), prefix, prefix))
    for pattern in ctx.attr.exclude:
        if not pattern.endswith("/") and not pattern.endswith(".proto"):
            fail("{}: exclude: \"{}\" must be a proto's import path, or a folder with a slash at the end: \"{}/\"".format(
                label_text(ctx.label),
                pattern,
                pattern,
            ))
    prefix = ctx.attr.descriptor_prefix
    if prefix != prefix.strip("/"):
        fail("{}: descriptor_prefix: \"{}\" must not start or end with a slash: \"{}\"".format(label_text(ctx.label), prefix, prefix.strip("/")))
    part = unimportable_part(prefix + "/x.proto") if prefix else None
    if part != None:
        fail("{}: descriptor_prefix: \"{}\" must be letters, digits and underscores, and no digit first, between slashes".format(label_text(ctx.label), part))
    return generate_options(
        toolchain,
        concrete_servicers = ctx.attr.concrete_servicers,
        descriptor_prefix = prefix,
        exclude = ctx.attr.exclude,
        provided = ctx.attr.provided,
        type_stubs = ctx.attr.type_stubs,
    )
