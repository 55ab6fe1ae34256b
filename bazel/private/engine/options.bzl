"""What can be wanted of generated files: what the engine knows of every language, and a language's own attributes."""

load("//bazel/private:label_text.bzl", "label_text")
load(":proto_paths.bzl", "matches")

def option(kind, default, doc, **kwargs):
    """Declares an attribute that changes generated files. The language's module finds its value in `options`.

    Args:
      kind: function, `attr.bool` for example.
      default: what packages want that share the files of a proto_library.
      doc: string.
      **kwargs: other arguments of `kind`.

    Returns:
      Struct, a value of `options` of grpc_language (language.bzl).
    """
    return struct(attr = kind(default = default, doc = doc, **kwargs), default = default)

def shared_options(language, toolchain):
    """Returns what all packages want that share the files of a proto_library.

    Args:
      language: struct, from grpc_language (language.bzl).
      toolchain: GrpcToolchainInfo.

    Returns:
      A struct of `exclude` and `provided` (tuples of strings) and `values` (dict: the language's options by name).
    """
    return struct(
        exclude = (),
        provided = tuple(toolchain.provided),
        values = {name: language.options[name].default for name in language.options},
    )

def own_options(ctx, language, toolchain, provided):
    """Returns what a package wants, as shared_options does.

    Args:
      ctx: the context of a rule that has library_attrs (library.bzl).
      language: struct, from grpc_language (language.bzl).
      toolchain: GrpcToolchainInfo.
      provided: list of strings, folders of protos that installed packages bring; the toolchain's come first.
    """
    return struct(
        exclude = tuple(ctx.attr.exclude),
        provided = tuple(toolchain.provided + [prefix for prefix in provided if prefix not in toolchain.provided]),
        values = {name: getattr(ctx.attr, name) for name in language.options},
    )

EXCLUDE_ATTR = attr.string_list(
    doc = "Protos that nothing is generated for: import paths, or folders with a slash at the end. A proto " +
          "that imports one of them has to be left out with it. Default: none. " +
          "Example: `[\"internal/\", \"debug.proto\"]`.",
)

def check_exclude(label, exclude, protos):
    """Fails when `exclude` has a pattern that matches nothing.

    Args:
      label: Label, of the target that has the attribute.
      exclude: list of strings, its value.
      protos: list of strings, the import paths of all protos of deps.
    """
    for pattern in exclude:
        if not pattern.endswith("/") and not pattern.endswith(".proto"):
            fail("{}: exclude: \"{}\" must be a proto's import path, or a folder with a slash at the end: \"{}/\"".format(
                label_text(label),
                pattern,
                pattern,
            ))
        if not [proto for proto in protos if matches(proto, [pattern])]:
            fail("{}: exclude: \"{}\" is the import path of no proto of deps. Fix or remove it.".format(label_text(label), pattern))

def check_provided(label, provided):
    """Fails when a prefix of `provided` could be the name of a file too.

    Args:
      label: Label, of the target that has the attribute.
      provided: list of strings, its value.
    """
    for prefix in provided:
        if not prefix.endswith("/"):
            fail("{}: provided: \"{}\" must end in a slash: \"{}/\"".format(label_text(label), prefix, prefix))
