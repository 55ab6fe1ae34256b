"""The action that makes the stubs of one proto_library."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private:messages.bzl", "message")
load(":proto_paths.bzl", "matches")
load(":toolchain.bzl", "run_codegen")

def prefix_argument(prefix):
    """Returns the arguments that tell the code generator of a source prefix.

    Args:
      prefix: struct, one of `source_prefixes` (info.bzl).

    Returns:
      List of strings.
    """
    return ["--source-prefix", prefix.staged, prefix.source]

def _wanted(library, options):
    """Returns the library's protos that files are generated for."""
    left_out = options.provided + options.exclude
    return [proto for proto in library.protos if not matches(proto.import_path, left_out)]

def _name_problem(language, label, protos):
    """Returns why files cannot be named after some protos, or None."""
    owners = {}
    for proto in [proto.import_path for proto in protos]:
        problem = language.name_problem(proto)
        if problem:
            return "{}: {}: {}".format(label_text(label), proto, problem)
        if proto.startswith("-"):
            return message("{}: protoc takes {} for an option. Rename it.".format(label_text(label), proto))
        for path in language.outputs(proto):
            if path in owners:
                return message("{}: {} and {} both become {}. Rename one of them.".format(label_text(label), owners[path], proto, path))
            owners[path] = proto
    return None

def _declare_stubs(ctx, language, library, protos, folder):
    """Returns a list of `stubs` structs (info.bzl), the files declared and not yet made."""
    return [
        struct(
            file = ctx.actions.declare_file(folder + "/" + path),
            label = library.label,
            path = path,
            proto = proto.import_path,
        )
        for proto in protos
        for path in language.outputs(proto.import_path)
    ]

def generate(ctx, language, library, folder, options):
    """Declares the action that generates the files of one proto_library.

    Args:
      ctx: the context of a rule or aspect that has the language's toolchain.
      language: struct, from grpc_language (language.bzl).
      library: struct, one of `libraries` (info.bzl).
      folder: string, where the files go, relative to the package of ctx.
      options: struct, from generate_options (options.bzl).

    Returns:
      A struct of `stubs` (list of structs as in info.bzl), `warnings` (list of File) and `problems` (list of strings:
      why nothing can be generated). Whoever wants the files has to fail with the problems.
    """
    protos = _wanted(library, options)
    problem = _name_problem(language, library.label, protos)
    if problem or not protos:
        return struct(problems = [problem] if problem else [], stubs = [], warnings = [])
    stubs = _declare_stubs(ctx, language, library, protos, folder)
    warnings = ctx.actions.declare_file(folder + ".warnings")
    _generate_action(ctx, language, library, protos, stubs, warnings, options)
    return struct(problems = [], stubs = stubs, warnings = [warnings])

def _output_argument(stub):
    return ["--output", stub.path, stub.proto]

def _generate_action(ctx, language, library, protos, stubs, warnings, options):
    toolchain = ctx.toolchains[language.toolchain_type].grpc
    args = ctx.actions.args()
    args.add("--language", language.module)
    args.add("--marker", language.marker)
    args.add("--label", label_text(library.label))
    args.add("--out", stubs[0].file.path[:-len(stubs[0].path) - 1])
    args.add("--warnings", warnings)
    args.add_all(library.proto_info.transitive_proto_path, before_each = "--proto-path")
    args.add_all(library.importable, before_each = "--importable")
    args.add_all(options.provided, before_each = "--provided")
    args.add_all(options.exclude, before_each = "--exclude")
    args.add_all(library.source_prefixes, map_each = prefix_argument)
    for proto in protos:
        args.add_all("--proto", [proto.import_path, proto.file])
    args.add_all(stubs, map_each = _output_argument)
    if toolchain.plugin:
        args.add("--plugin", toolchain.plugin.executable)
        args.add("--parameter", toolchain.parameter)
    args.add_all(language.arguments(options.own))
    run_codegen(
        ctx,
        toolchain,
        "codegen.driver",
        args,
        transitive_inputs = [library.proto_info.transitive_sources],
        tools = [toolchain.plugin] if toolchain.plugin else [],
        outputs = [stub.file for stub in stubs] + [warnings],
        mnemonic = language.mnemonic + "Generate",
        progress_message = "Generating {} gRPC stubs of {}".format(language.name, label_text(library.label)),
    )
