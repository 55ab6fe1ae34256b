"""The action that makes the stubs of one proto_library."""

load(":label_text.bzl", "label_text")
load(":messages.bzl", "message")
load(":proto_paths.bzl", "matches", "stub_paths", "unimportable_part")
load(":python_program.bzl", "interpreter")

# A string, because Bazel 4 takes no Label here; from a Label, because it looks a string up in the main repository.
TOOLCHAIN_TYPE = str(Label("//bazel/toolchains:toolchain_type"))

def codegen_arguments(ctx, module, import_roots = []):
    """Returns how an action starts a module of the code generator with the toolchain's interpreter.

    Args:
      ctx: the context of a rule or aspect that has the py_grpc toolchain.
      module: string, the module to start, for example "codegen.driver".
      import_roots: list of strings, what it imports from beside the toolchain's own libraries.

    Returns:
      Args: what comes before the module's own arguments.
    """
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE].py_grpc
    args = ctx.actions.args()
    args.add_all(["-I", "-S", "-B", toolchain.main])
    args.add_all(import_roots + toolchain.import_roots)
    args.add_all(["--", module])
    return args

def prefix_argument(prefix):
    """Returns the arguments that tell the code generator of a source prefix.

    Args:
      prefix: struct, one of `PyGrpcInfo.source_prefixes`.

    Returns:
      List of strings.
    """
    return ["--source-prefix", prefix.staged, prefix.source]

def _wanted(library, options):
    """Returns the library's protos that files are generated for."""
    left_out = options.provided + options.exclude
    return [proto for proto in library.protos if not matches(proto.import_path, left_out)]

def _name_problem(label, protos):
    """Returns why files cannot be named after some protos, or None."""
    owners = {}
    for proto in [proto.import_path for proto in protos]:
        part = unimportable_part(proto)
        if part != None:
            return message("{}: {}: Python cannot import \"{}\". Rename it: letters, digits and underscores, and no digit first.".format(
                label_text(label),
                proto,
                part,
            ))
        if proto.startswith("-"):
            return message("{}: protoc takes {} for an option. Rename it.".format(label_text(label), proto))
        for path in stub_paths(proto):
            if path in owners:
                return message("{}: {} and {} both become {}. Rename one of them.".format(label_text(label), owners[path], proto, path))
            owners[path] = proto
    return None

def _declare_stubs(ctx, library, protos, folder):
    """Returns a list of `PyGrpcInfo.stubs` structs, the files declared and not yet made."""
    return [
        struct(
            file = ctx.actions.declare_file(folder + "/" + path),
            label = library.label,
            path = path,
            proto = proto.import_path,
        )
        for proto in protos
        for path in stub_paths(proto.import_path)
    ]

def generate(ctx, library, folder, options):
    """Declares the action that generates the files of one proto_library.

    Args:
      ctx: the context of a rule or aspect that has the py_grpc toolchain.
      library: struct, one of `PyGrpcInfo.libraries`.
      folder: string, where the files go, relative to the package of ctx.
      options: struct, from generate_options (py_grpc_options.bzl).

    Returns:
      A struct of `stubs` (list of `PyGrpcInfo.stubs` structs), `warnings` (list of File) and `problems` (list of
      strings: why nothing can be generated). Whoever wants the files has to fail with the problems.
    """
    protos = _wanted(library, options)
    problem = _name_problem(library.label, protos)
    if problem or not protos:
        return struct(problems = [problem] if problem else [], stubs = [], warnings = [])
    stubs = _declare_stubs(ctx, library, protos, folder)
    warnings = ctx.actions.declare_file(folder + ".warnings")
    _generate_action(ctx, library, protos, stubs, warnings, options)
    return struct(problems = [], stubs = stubs, warnings = [warnings])

def _generate_action(ctx, library, protos, stubs, warnings, options):
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE].py_grpc
    python = interpreter(toolchain.python)
    args = ctx.actions.args()
    args.use_param_file("--flagfile=%s")
    args.set_param_file_format("multiline")
    args.add("--label", label_text(library.label))
    args.add("--out", stubs[0].file.path[:-len(stubs[0].path) - 1])
    args.add("--warnings", warnings)
    args.add_all(library.proto_info.transitive_proto_path, before_each = "--proto-path")
    args.add_all(library.importable, before_each = "--importable")
    args.add_all(options.provided, before_each = "--provided")
    args.add_all(options.exclude, before_each = "--exclude")
    args.add("--type-stubs", options.type_stubs)
    if options.descriptor_prefix:
        args.add("--descriptor-prefix", options.descriptor_prefix + "/")
    if options.concrete_servicers:
        args.add("--concrete-servicers")
    args.add_all(library.source_prefixes, map_each = prefix_argument)
    for proto in protos:
        args.add_all("--proto", [proto.import_path, proto.file])
    ctx.actions.run(
        executable = python.executable,
        arguments = [codegen_arguments(ctx, "codegen.driver"), args],
        inputs = depset(transitive = [library.proto_info.transitive_sources, toolchain.files, python.files]),
        outputs = [stub.file for stub in stubs] + [warnings],
        mnemonic = "PyGrpcGenerate",
        progress_message = "Generating Python gRPC stubs of {}".format(label_text(library.label)),
        execution_requirements = {"block-network": "1"},
    )
