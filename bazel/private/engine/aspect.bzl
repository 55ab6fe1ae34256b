"""Follows the proto_libraries, and generates the stubs of each once, in one action, whoever asks for them.

The stubs import each other relatively, so they can be shared by every package that holds them and wants nothing else
of them than the others do.
"""

load(":generate.bzl", "generate", "plan")
load(":options.bzl", "shared_options")
load(":proto_paths.bzl", "import_path", "source_prefix")

def _deps(ctx, language, attribute):
    return [dep[language.info] for dep in getattr(ctx.rule.attr, attribute, []) if language.info in dep]

def _direct_protos(target):
    """Returns a tuple of structs, `import_path` and `file`, of the library's own sources."""
    info = target[ProtoInfo]
    return tuple([
        struct(file = file, import_path = import_path(file.path, file.root.path, info.proto_source_root))
        for file in info.direct_sources
    ])

def _source_prefixes(target, ctx):
    """Returns `source_prefixes` of the library itself: none when it is compiled from where it lies."""
    staged = target[ProtoInfo].direct_sources
    sources = getattr(ctx.rule.files, "srcs", [])
    if not staged or not sources or staged[0].path == sources[0].short_path:
        return []

    # In another repository a path is relative to it: the label in front of the message names the repository.
    source = sources[0].short_path
    return [source_prefix(staged[0].path, source.split("/", 2)[2] if source.startswith("../") else source)]

def _library(target, ctx, protos, deps):
    """Returns one of `libraries` (info.bzl)."""
    own = [proto.import_path for proto in protos]
    return struct(
        # Strict deps: a proto may import those of its own library and of the direct dependencies.
        importable = depset(own, transitive = [dep.importable for dep in deps]),
        label = target.label,
        proto_info = target[ProtoInfo],
        protos = protos,
        source_prefixes = depset(_source_prefixes(target, ctx), transitive = [dep.source_prefixes for dep in deps]),
    )

def _info(ctx, language, library, generated):
    """Returns an instance of the language's provider."""
    deps = _deps(ctx, language, "deps")

    # A library without sources stands for the ones that it depends on.
    exported = _deps(ctx, language, "exports") if library.protos else deps
    return language.info(
        importable = depset(
            [proto.import_path for proto in library.protos],
            transitive = [dep.importable for dep in exported],
        ),
        libraries = depset([library], transitive = [dep.libraries for dep in deps], order = "preorder"),
        problems = depset(generated.problems, transitive = [dep.problems for dep in deps]),
        source_prefixes = library.source_prefixes,
        stubs = depset(generated.stubs, transitive = [dep.stubs for dep in deps], order = "preorder"),
        warnings = depset(generated.warnings, transitive = [dep.warnings for dep in deps]),
    )

def grpc_aspect_impl(target, ctx, language):
    """Implements the aspect of a language: generates the shared files, or only gathers the protos.

    A function at the top of the language's file has to call it: Bazel 4 takes no other as an implementation.

    Args:
      target: what the aspect is applied to.
      ctx: its context.
      language: struct, from grpc_language (language.bzl).

    Returns:
      List of one instance of the language's provider.
    """
    library = _library(target, ctx, _direct_protos(target), _deps(ctx, language, "deps"))
    if not language.shares:
        return [_info(ctx, language, library, struct(problems = [], stubs = [], warnings = []))]
    options = shared_options(language, ctx.toolchains[language.toolchain_type].grpc)
    folder = "{}/{}".format(language.folder, target.label.name)
    return [_info(ctx, language, library, generate(ctx, language, [plan(language, library, options)], folder, options))]

def grpc_aspect_arguments(language):
    """Returns what `aspect` is called with beside an `implementation` that calls grpc_aspect_impl: a dict.

    Args:
      language: struct, from grpc_language (language.bzl).
    """
    return {
        "attr_aspects": ["deps", "exports"],
        "doc": "Gives every `proto_library` that it reaches the {} stubs of it.".format(language.name),
        "provides": [language.info],
        "required_providers": [ProtoInfo],
        "toolchains": [language.toolchain_type] if language.shares else [],
    }
