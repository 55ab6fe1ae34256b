"""What can be wanted of generated files, in any language."""

load("//bazel/private:label_text.bzl", "label_text")
load(":proto_paths.bzl", "matches")

def generate_options(toolchain, exclude = [], provided = [], own = None):
    """Returns what is wanted of generated files; without arguments beside `own`, what everybody shares.

    Args:
      toolchain: GrpcToolchainInfo.
      exclude: list of strings, see EXCLUDE_ATTR.
      provided: list of strings, folders of protos that installed packages bring; the toolchain's come first.
      own: struct, what only the language knows, for its `arguments`.

    Returns:
      A struct of these fields but the first, the lists as tuples.
    """
    return struct(
        exclude = tuple(exclude),
        own = own,
        provided = tuple(toolchain.provided + [prefix for prefix in provided if prefix not in toolchain.provided]),
    )

EXCLUDE_ATTR = attr.string_list(
    doc = "Protos that nothing is generated for: import paths, or folders with a slash at the end. A proto " +
          "that imports one of them has to be left out with it. Default: none. " +
          "Example: `[\"internal/\", \"debug.proto\"]`.",
)

def check_exclude(label, exclude, protos):
    """Fails when `exclude` names what cannot be meant.

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
            fail("{}: exclude: \"{}\" is the import path of no proto of deps. Mend or remove it.".format(label_text(label), pattern))

def check_provided(label, provided):
    """Fails when a prefix of `provided` could be the name of a file too.

    Args:
      label: Label, of the target that has the attribute.
      provided: list of strings, its value.
    """
    for prefix in provided:
        if not prefix.endswith("/"):
            fail("{}: provided: \"{}\" must end in a slash: \"{}/\"".format(label_text(label), prefix, prefix))
