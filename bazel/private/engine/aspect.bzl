"""The aspect that compiles each proto_library once and generates its stubs once, however many packages use them.

The stubs use relative imports, so all packages with the same options can share them.
"""

load(":compile.bzl", "compile_protos")
load(":generate.bzl", "generate", "plan")
load(":options.bzl", "shared_options")
load(":proto_paths.bzl", "import_path", "source_prefix")

def _deps(ctx, language, attribute):
    return [dep[language.info] for dep in getattr(ctx.rule.attr, attribute, []) if language.info in dep]

def _direct_protos(target, ctx):
    """Returns the library's own protos (`protos` of INFO_FIELDS in language.bzl)."""
    info = target[ProtoInfo]
    files = info.direct_sources
    sources = getattr(ctx.rule.files, "srcs", [])

    # With strip_import_prefix or import_prefix, the files are links to the sources, in the same order.
    if len(sources) != len(files):
        sources = files
    return tuple([
        struct(file = file, import_path = import_path(file.path, file.root.path, info.proto_source_root), source = source)
        for file, source in zip(files, sources)
    ])

def _installed(ctx, language, protos):
    """Returns the library's own elements of `installed` (INFO_FIELDS in language.bzl)."""
    found = {}
    for target in getattr(ctx.rule.attr, "data", []):
        for proto, file in language.installed(target, [proto.import_path for proto in protos]).items():
            found[proto] = struct(file = file, proto = proto, target = target)
    return found.values()

def _source_prefixes(target, ctx):
    """Returns the library's own `source_prefixes`: empty if its protos are compiled in place."""
    staged = target[ProtoInfo].direct_sources
    sources = getattr(ctx.rule.files, "srcs", [])
    if not staged or not sources or staged[0].path == sources[0].short_path:
        return []

    # Paths in external repositories are relative to their root: the label before the message names the repository.
    source = sources[0].short_path
    return [source_prefix(staged[0].path, source.split("/", 2)[2] if source.startswith("../") else source)]

def _library(target, ctx, language, protos, deps):
    """Returns an element of `libraries` (INFO_FIELDS in language.bzl), and declares the action that compiles it."""

    # Strict deps: a proto may only import protos of its own library and of direct dependencies.
    own = [proto.import_path for proto in protos]
    importable = depset(own, transitive = [dep.importable for dep in deps])
    source_prefixes = depset(_source_prefixes(target, ctx), transitive = [dep.source_prefixes for dep in deps])
    descriptors = depset(transitive = [dep.descriptors for dep in deps], order = "postorder")
    interfaces = depset(transitive = [dep.interfaces for dep in deps], order = "postorder")
    return struct(
        compiled = compile_protos(ctx, language, target.label, protos, importable, source_prefixes, interfaces, descriptors),
        interfaces = interfaces,
        imports = {"descriptors": descriptors, "interfaces": interfaces}[language.reads],
        installed = depset(_installed(ctx, language, protos), transitive = [dep.installed for dep in deps]),
        label = target.label,
        protos = protos,
        source_prefixes = source_prefixes,
    )

def _info(ctx, language, library, generated):
    """Returns an instance of the language's provider."""
    deps = _deps(ctx, language, "deps")

    # A library without srcs exports its deps.
    exported = _deps(ctx, language, "exports") if library.protos else deps
    compiled = [library.compiled] if library.compiled else []
    return language.info(
        checks = depset(generated.checks, transitive = [dep.checks for dep in deps]),
        descriptors = depset(
            [each.descriptors for each in compiled],
            transitive = [dep.descriptors for dep in deps],
            order = "postorder",
        ),
        importable = depset(
            [proto.import_path for proto in library.protos],
            transitive = [dep.importable for dep in exported],
        ),
        installed = library.installed,
        interfaces = depset(
            [each.interface for each in compiled],
            transitive = [dep.interfaces for dep in deps],
            order = "postorder",
        ),
        libraries = depset([library], transitive = [dep.libraries for dep in deps], order = "preorder"),
        problems = depset(generated.problems, transitive = [dep.problems for dep in deps]),
        source_prefixes = library.source_prefixes,
        stubs = depset(generated.stubs, transitive = [dep.stubs for dep in deps], order = "preorder"),
        warnings = depset(generated.warnings, transitive = [dep.warnings for dep in deps]),
    )

def grpc_aspect_impl(target, ctx, language):
    """Implements a language's aspect: compiles the protos, and generates the shared files.

    Call it from a top-level function in the language's own file: Bazel 4 only accepts those as an implementation.

    Args:
      target: the target that the aspect is applied to.
      ctx: the aspect's context.
      language: struct, from grpc_language (language.bzl).

    Returns:
      A list with one instance of the language's provider.
    """
    library = _library(target, ctx, language, _direct_protos(target, ctx), _deps(ctx, language, "deps"))
    if not language.shares:
        return [_info(ctx, language, library, struct(checks = [], problems = [], stubs = [], warnings = []))]
    options = shared_options(language, ctx.toolchains[language.toolchain_type].grpc)
    folder = "{}/{}".format(language.folder, target.label.name)
    return [_info(ctx, language, library, generate(ctx, language, [plan(language, library, options)], folder, options))]

def grpc_aspect_arguments(language):
    """Returns the arguments of `aspect` as a dict, except `implementation`, which must call grpc_aspect_impl.

    Args:
      language: struct, from grpc_language (language.bzl).
    """
    return {
        "attr_aspects": ["deps", "exports"],
        "doc": "Adds {} stubs to every `proto_library` that it visits.".format(language.name),
        "provides": [language.info],
        "required_providers": [ProtoInfo],
        "toolchains": [language.toolchain_type],
    }
