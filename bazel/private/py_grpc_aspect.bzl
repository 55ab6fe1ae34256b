"""Generates the stubs of each proto_library once, in one action, whoever asks for them.

The stubs import each other relatively, so they can be shared by every package that holds them.
"""

load(":label_text.bzl", "label_text")
load(":proto_paths.bzl", "import_path", "is_provided", "source_prefix", "stub_paths")
load(":py_grpc_info.bzl", "PyGrpcInfo")
load(":python_program.bzl", "interpreter")

# A string, because Bazel 4 takes no Label here; from a Label, because it looks a string up in the main repository.
TOOLCHAIN_TYPE = str(Label("//bazel/toolchains:toolchain_type"))

def _deps(ctx, attribute):
    return [dep[PyGrpcInfo] for dep in getattr(ctx.rule.attr, attribute, []) if PyGrpcInfo in dep]

def _direct_protos(target):
    """Returns a dict from import path to file, of the library's own sources."""
    info = target[ProtoInfo]
    return {
        import_path(file.path, file.root.path, info.proto_source_root): file
        for file in info.direct_sources
    }

def _declare_stubs(ctx, target, protos):
    """Returns a list of `PyGrpcInfo.stubs` structs, the files declared and not yet made."""
    owners = {}
    stubs = []
    for proto in protos:
        for path in stub_paths(proto):
            if path in owners:
                fail("{}: {} and {} both become {}. Rename one of them.".format(label_text(target.label), owners[path], proto, path))
            owners[path] = proto
            file = ctx.actions.declare_file("_py_grpc/{}/{}".format(target.label.name, path))
            stubs.append(struct(file = file, label = target.label, path = path, proto = proto))
    return stubs

def _source_prefixes(target, ctx, deps):
    """Returns `PyGrpcInfo.source_prefixes`: one entry for a library that compiles links to its sources."""
    staged = target[ProtoInfo].direct_sources
    sources = getattr(ctx.rule.files, "srcs", [])
    moved = staged and sources and staged[0].path != sources[0].path
    own = [source_prefix(staged[0].path, sources[0].short_path)] if moved else []
    return depset(own, transitive = [dep.source_prefixes for dep in deps])

def prefix_argument(prefix):
    """Returns the arguments that tell the code generator of a source prefix.

    Args:
      prefix: struct, one of `PyGrpcInfo.source_prefixes`.

    Returns:
      List of strings.
    """
    return ["--source-prefix", prefix.staged, prefix.source]

def codegen_arguments(ctx, module):
    """Returns how an action starts a module of the code generator with the toolchain's interpreter.

    Args:
      ctx: the context of a rule or aspect that has the py_grpc toolchain.
      module: string, the module to start, for example "codegen.driver".

    Returns:
      Args: what comes before the module's own arguments.
    """
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE].py_grpc
    args = ctx.actions.args()
    args.add_all(["-I", "-S", "-B", toolchain.main])
    args.add_all(toolchain.import_roots)
    args.add_all(["--", module])
    return args

def _generate(ctx, target, protos, stubs, importable, source_prefixes):
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE].py_grpc
    python = interpreter(toolchain.python)
    info = target[ProtoInfo]

    args = ctx.actions.args()
    args.use_param_file("--flagfile=%s")
    args.set_param_file_format("multiline")
    args.add("--label", label_text(target.label))
    args.add("--out", stubs[0].file.path[:-len(stubs[0].path) - 1])
    args.add_all(info.transitive_proto_path, before_each = "--proto-path")
    args.add_all(importable, before_each = "--importable")
    args.add_all(toolchain.provided, before_each = "--provided")
    args.add_all(source_prefixes, map_each = prefix_argument)
    for proto in protos:
        args.add_all("--proto", [proto, protos[proto]])

    ctx.actions.run(
        executable = python.executable,
        arguments = [codegen_arguments(ctx, "codegen.driver"), args],
        inputs = depset(transitive = [info.transitive_sources, toolchain.files, python.files]),
        outputs = [stub.file for stub in stubs],
        mnemonic = "PyGrpcGenerate",
        progress_message = "Generating Python gRPC stubs of {}".format(label_text(target.label)),
        execution_requirements = {"block-network": "1"},
    )

def _py_grpc_aspect_impl(target, ctx):
    deps = _deps(ctx, "deps")
    provided = ctx.toolchains[TOOLCHAIN_TYPE].py_grpc.provided
    protos = _direct_protos(target)
    generated = {proto: protos[proto] for proto in protos if not is_provided(proto, provided)}
    stubs = _declare_stubs(ctx, target, generated)
    source_prefixes = _source_prefixes(target, ctx, deps)
    if stubs:
        # Strict deps: a proto may import those of its own library and of the direct dependencies.
        importable = depset(protos.keys(), transitive = [dep.importable for dep in deps])
        _generate(ctx, target, generated, stubs, importable, source_prefixes)

    # A library without sources stands for the ones that it depends on.
    exported = _deps(ctx, "exports") if protos else deps
    return [PyGrpcInfo(
        importable = depset(protos.keys(), transitive = [dep.importable for dep in exported]),
        source_prefixes = source_prefixes,
        stubs = depset(stubs, transitive = [dep.stubs for dep in deps], order = "preorder"),
    )]

py_grpc_aspect = aspect(
    doc = "Gives every `proto_library` that it reaches a `PyGrpcInfo`.",
    implementation = _py_grpc_aspect_impl,
    attr_aspects = ["deps", "exports"],
    provides = [PyGrpcInfo],
    required_providers = [ProtoInfo],
    toolchains = [TOOLCHAIN_TYPE],
)
