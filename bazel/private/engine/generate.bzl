"""The action that generates stubs for a set of proto_libraries."""

load("//bazel/private:label_text.bzl", "label_text")
load(":proto_paths.bzl", "matches")
load(":toolchain.bzl", "run_codegen")

def installed_protos(depsets):
    """Returns the import paths of installed protos, from a list of depsets as in INFO_FIELDS (language.bzl)."""
    return [each.proto for each in depset(transitive = depsets).to_list()]

def _wanted(library, options, planned):
    """Returns the library's protos to generate files for."""
    left_out = options.provided + options.exclude
    installed = {proto: None for proto in installed_protos([library.installed])}
    return [
        proto
        for proto in library.protos
        if proto.import_path not in installed and not matches(proto.import_path, left_out)
        if planned.get(proto.import_path) != proto.source
    ]

def _name_problem(language, label, protos):
    """Returns why the protos have no valid output names, or None."""
    owners = {}
    for proto in [proto.import_path for proto in protos]:
        problem = language.name_problem(proto)
        if problem:
            return "{}: {}: {}".format(label_text(label), proto, problem)
        if proto.startswith("-"):
            return "{}: protoc treats {} as an option. Rename it.".format(label_text(label), proto)
        for path in language.outputs(proto):
            if path in owners:
                return "{}: {} and {} both become {}. Rename one of them.".format(label_text(label), owners[path], proto, path)
            owners[path] = proto
    return None

def plan(language, library, options, planned = {}):
    """Plans the files to generate for a proto_library.

    Args:
      language: struct, from grpc_language (language.bzl).
      library: struct, an element of `libraries` (INFO_FIELDS in language.bzl).
      options: struct, from shared_options or own_options (options.bzl).
      planned: dict from import path to the source of the proto, of those that other libraries have in common with it.

    Returns:
      A struct of `library`, `problem` (string, why nothing can be generated, or None), `protos` (list of the protos to
      generate files for) and `stubs` (list of structs as in INFO_FIELDS, without `file`).
    """
    protos = _wanted(library, options, planned)
    problem = _name_problem(language, library.label, protos)
    return struct(
        library = library,
        problem = problem,
        protos = protos,
        stubs = [] if problem else [
            struct(label = library.label, path = path, proto = proto.import_path, source = proto.source)
            for proto in protos
            for path in language.outputs(proto.import_path)
        ],
    )

def generate(ctx, language, plans, folder, options):
    """Declares one action that generates the files of a set of proto_libraries.

    Args:
      ctx: the context of a rule or aspect that has the language's toolchain.
      language: struct, from grpc_language (language.bzl).
      plans: list of structs, from plan. File paths must be unique across plans.
      folder: string, the output folder, relative to the package of ctx.
      options: struct, from shared_options or own_options (options.bzl).

    Returns:
      A struct of `problems` (list of strings: why nothing can be generated; rules that need the files must fail with
      them), `stubs` (list of structs as in INFO_FIELDS), `checks` and `warnings` (lists of File).
    """
    problems = [each.problem for each in plans if each.problem]
    with_stubs = [each for each in plans if each.stubs]
    if problems or not with_stubs:
        return struct(checks = [], problems = problems, stubs = [], warnings = [])
    stubs = [
        struct(
            file = ctx.actions.declare_file(folder + "/" + stub.path),
            label = stub.label,
            path = stub.path,
            proto = stub.proto,
            source = stub.source,
        )
        for each in with_stubs
        for stub in each.stubs
    ]
    warnings = ctx.actions.declare_file(folder + ".warnings")
    _generate_action(ctx, language, with_stubs, stubs, warnings, options)
    checks = language.check(ctx, ctx.toolchains[language.toolchain_type], struct(
        elsewhere = _elsewhere(with_stubs, options),
        folder = folder,
        installed = depset(transitive = [each.library.installed for each in with_stubs]),
        interfaces = depset(
            # One library may have a proto of which another one generates the files.
            [each.library.compiled.interface for each in with_stubs],
            transitive = [each.library.interfaces for each in with_stubs],
            order = "postorder",
        ),
        label = with_stubs[0].library.label,
        options = options,
        stubs = stubs,
    ))
    return struct(checks = checks, problems = [], stubs = stubs, warnings = [warnings])

def _elsewhere(plans, options):
    """Returns the import paths and prefixes of protos whose code is not in the package."""
    return list(options.provided + options.exclude) + installed_protos([each.library.installed for each in plans])

def _output_argument(stub):
    return [stub.path, stub.proto]

def _proto_arguments(each):
    return [word for proto in each.protos for word in [label_text(each.library.label), proto.import_path]]

def _beside(ctx, language, plans):
    """Returns the code that users have for the same protos beside the package's own: dict from import path to File."""
    toolchain = ctx.toolchains[language.toolchain_type]
    protos = [proto.import_path for each in plans for proto in each.protos]
    found = {proto: language.beside(toolchain, proto) for proto in protos}
    return {proto: file for proto, file in found.items() if file}

def _generate_action(ctx, language, plans, stubs, warnings, options):
    toolchain = ctx.toolchains[language.toolchain_type].grpc
    descriptors = [each.library.compiled.descriptors for each in plans]
    imports = depset(transitive = [each.library.imports for each in plans], order = "postorder")
    beside = _beside(ctx, language, plans)
    args = ctx.actions.args()
    args.add("generate")
    args.add("--label", label_text(plans[0].library.label))
    args.add("--language", language.module)
    args.add("--marker", language.marker)
    args.add("--options", json.encode(options.values))
    args.add("--out", stubs[0].file.path[:-len(stubs[0].path) - 1])
    args.add("--warnings", warnings)
    args.add_all("--descriptors", descriptors)
    args.add_all("--interface", imports)
    args.add_all("--provided", options.provided)
    args.add_all("--provided", installed_protos([each.library.installed for each in plans]))
    args.add_all(options.exclude, format_each = "--exclude=%s")
    args.add_all("--proto", plans, map_each = _proto_arguments)
    args.add_all("--output", stubs, map_each = _output_argument)
    for proto, file in beside.items():
        args.add_all("--beside", [proto, file])
    if toolchain.plugin:
        args.add("--plugin", toolchain.plugin.executable)
        args.add(toolchain.parameter, format = "--parameter=%s")
    run_codegen(
        ctx,
        toolchain,
        "codegen.driver",
        args,
        inputs = descriptors + beside.values(),
        transitive_inputs = [imports],
        tools = [toolchain.plugin] if toolchain.plugin else [],
        outputs = [stub.file for stub in stubs] + [warnings],
        mnemonic = language.mnemonic + "Generate",
        progress_message = "Generating {} gRPC stubs of {}".format(
            language.name,
            ", ".join([label_text(each.library.label) for each in plans]),
        ),
    )
