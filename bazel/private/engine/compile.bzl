"""The action that compiles a proto_library with protoc."""

load("//bazel/private:label_text.bzl", "label_text")
load(":toolchain.bzl", "run_codegen")

def _prefix_argument(prefix):
    return [prefix.staged, prefix.source]

def _proto_argument(proto):
    return [proto.import_path, proto.file.path]

def compile_protos(ctx, language, label, protos, importable, source_prefixes, interfaces, descriptors_of_deps):
    """Declares the action that compiles a proto_library.

    It reads the sources of this library alone. Of the libraries that it depends on it reads their interfaces, so it does
    not run again for a comment or a field in them.

    Args:
      ctx: the context of an aspect that has the language's toolchain.
      language: struct, from grpc_language (language.bzl).
      label: Label, the proto_library.
      protos: tuple of structs, its `protos`, as in the `libraries` of INFO_FIELDS (language.bzl).
      importable: depset of strings, the import paths that its protos may import.
      source_prefixes: depset of structs, as in INFO_FIELDS.
      interfaces: depset of File, those of its transitive dependencies, dependencies first.
      descriptors_of_deps: depset of File, likewise. They are read only if options need more than interfaces.

    Returns:
      A struct of `descriptors` and `interface` (Files), or None if it has no protos.
    """
    if not protos:
        return None
    stem = "{}/{}".format(language.folder, label.name)
    descriptors = ctx.actions.declare_file(stem + ".descriptors.binpb")
    interface = ctx.actions.declare_file(stem + ".interface.binpb")
    unused = ctx.actions.declare_file(stem + ".unused_inputs")
    args = ctx.actions.args()
    args.add("compile")
    args.add("--label", label_text(label))
    args.add_all("--proto", protos, map_each = _proto_argument)
    args.add_all("--importable", importable)
    args.add_all("--source-prefix", source_prefixes, map_each = _prefix_argument)
    args.add_all("--interface", interfaces)
    args.add_all("--imported", descriptors_of_deps)
    args.add("--out-descriptors", descriptors)
    args.add("--out-interface", interface)
    args.add("--out-unused", unused)
    run_codegen(
        ctx,
        ctx.toolchains[language.toolchain_type].grpc,
        "codegen.driver",
        args,
        inputs = [proto.file for proto in protos],
        transitive_inputs = [interfaces, descriptors_of_deps],
        outputs = [descriptors, interface, unused],
        unused_inputs_list = unused,
        mnemonic = language.mnemonic + "Compile",
        progress_message = "Compiling the protos of {}".format(label_text(label)),
    )
    return struct(descriptors = descriptors, interface = interface)
