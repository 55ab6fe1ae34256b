"""Generates the stubs of each proto_library once, in one action, whoever asks for them.

The stubs import each other relatively, so they can be shared by every package that holds them and wants nothing else
of them than the others do.
"""

load(":proto_paths.bzl", "import_path", "source_prefix")
load(":py_grpc_generate.bzl", "TOOLCHAIN_TYPE", "generate")
load(":py_grpc_info.bzl", "PyGrpcInfo")
load(":py_grpc_options.bzl", "generate_options")

def _deps(ctx, attribute):
    return [dep[PyGrpcInfo] for dep in getattr(ctx.rule.attr, attribute, []) if PyGrpcInfo in dep]

def _direct_protos(target):
    """Returns a tuple of structs, `import_path` and `file`, of the library's own sources."""
    info = target[ProtoInfo]
    return tuple([
        struct(file = file, import_path = import_path(file.path, file.root.path, info.proto_source_root))
        for file in info.direct_sources
    ])

def _source_prefixes(target, ctx):
    """Returns `PyGrpcInfo.source_prefixes` of the library itself: none when it is compiled from where it lies."""
    staged = target[ProtoInfo].direct_sources
    sources = getattr(ctx.rule.files, "srcs", [])
    if not staged or not sources or staged[0].path == sources[0].short_path:
        return []

    # In another repository a path is relative to it: the label in front of the message names the repository.
    source = sources[0].short_path
    return [source_prefix(staged[0].path, source.split("/", 2)[2] if source.startswith("../") else source)]

def _library(target, ctx, protos, deps):
    """Returns one of `PyGrpcInfo.libraries`."""
    own = [proto.import_path for proto in protos]
    return struct(
        # Strict deps: a proto may import those of its own library and of the direct dependencies.
        importable = depset(own, transitive = [dep.importable for dep in deps]),
        label = target.label,
        proto_info = target[ProtoInfo],
        protos = protos,
        source_prefixes = depset(_source_prefixes(target, ctx), transitive = [dep.source_prefixes for dep in deps]),
    )

def _py_grpc_aspect_impl(target, ctx):
    deps = _deps(ctx, "deps")
    protos = _direct_protos(target)
    library = _library(target, ctx, protos, deps)
    options = generate_options(ctx.toolchains[TOOLCHAIN_TYPE].py_grpc)
    generated = generate(ctx, library, "_py_grpc/" + target.label.name, options)

    # A library without sources stands for the ones that it depends on.
    exported = _deps(ctx, "exports") if protos else deps
    return [PyGrpcInfo(
        importable = depset(
            [proto.import_path for proto in protos],
            transitive = [dep.importable for dep in exported],
        ),
        libraries = depset([library], transitive = [dep.libraries for dep in deps], order = "preorder"),
        problems = depset(generated.problems, transitive = [dep.problems for dep in deps]),
        source_prefixes = library.source_prefixes,
        stubs = depset(generated.stubs, transitive = [dep.stubs for dep in deps], order = "preorder"),
        warnings = depset(generated.warnings, transitive = [dep.warnings for dep in deps]),
    )]

py_grpc_aspect = aspect(
    doc = "Gives every `proto_library` that it reaches a `PyGrpcInfo`.",
    implementation = _py_grpc_aspect_impl,
    attr_aspects = ["deps", "exports"],
    provides = [PyGrpcInfo],
    required_providers = [ProtoInfo],
    toolchains = [TOOLCHAIN_TYPE],
)
