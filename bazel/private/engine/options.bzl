"""Options that change generated files: the common ones, and a language's own."""

load("//bazel/private:label_text.bzl", "label_text")
load(":proto_paths.bzl", "matches")

def option(kind, default, doc, **kwargs):
    """Declares an attribute that changes generated files. The language's module reads its value from `options`.

    Args:
      kind: function, for example `attr.bool`.
      default: the value for shared files.
      doc: string.
      **kwargs: other arguments of `kind`.

    Returns:
      A struct, to use as a value in the `options` of grpc_language (language.bzl).
    """
    return struct(attr = kind(default = default, doc = doc, **kwargs), default = default)

def shared_options(language, toolchain):
    """Returns the options of shared files.

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
    """Returns a package's own options, in the same form as shared_options.

    Args:
      ctx: the context of a rule that has library_attrs (library.bzl).
      language: struct, from grpc_language (language.bzl).
      toolchain: GrpcToolchainInfo.
      provided: list of strings, import paths of protos whose code installed packages provide, added to the toolchain's.
    """
    return struct(
        exclude = tuple(ctx.attr.exclude),
        provided = tuple(toolchain.provided + provided),
        values = {name: getattr(ctx.attr, name) for name in language.options},
    )

EXCLUDE_ATTR = attr.string_list(
    doc = "Protos to skip: import paths, or folders with a trailing slash. " +
          "Protos that import a skipped one must be skipped too. " +
          "Example: `[\"internal/\", \"debug.proto\"]`.",
)

def check_exclude(label, exclude, protos):
    """Fails if a pattern in `exclude` is malformed or matches nothing.

    Args:
      label: Label, the target that has the attribute.
      exclude: list of strings, the attribute's value.
      protos: list of strings, the import paths of all protos in deps.
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
    """Fails if a prefix in `provided` lacks a trailing slash, because it could also match a file name.

    Args:
      label: Label, the target that has the attribute.
      provided: list of strings, the attribute's value.
    """
    for prefix in provided:
        if not prefix.endswith("/"):
            fail("{}: provided: \"{}\" must end in a slash: \"{}/\"".format(label_text(label), prefix, prefix))
