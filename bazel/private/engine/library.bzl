"""The implementation shared by every language's library rule.

A package uses the shared stubs, or generates its own if its options differ.
"""

load("//bazel/private:label_text.bzl", "label_text")
load(":generate.bzl", "generate", "plan")
load(":options.bzl", "EXCLUDE_ATTR", "check_exclude", "own_options", "shared_options")
load(":package.bzl", "PACKAGE_FILES_GROUP", "declare_package", "stubs_by_path", "write_manifest")

def library_attrs(language, aspect):
    """Returns the attributes of a language's library rule as a dict: the common ones and its own options.

    Args:
      language: struct, from grpc_language (language.bzl).
      aspect: the language's aspect (aspect.bzl).
    """
    return dict({name: language.options[name].attr for name in language.options}, **{
        "deps": attr.label_list(
            doc = "The `proto_library` targets to generate from; their transitive deps are included. " +
                  "Example: `[\":trading_proto\"]`.",
            mandatory = True,
            allow_empty = False,
            providers = [ProtoInfo],
            aspects = [aspect],
        ),
        "exclude": EXCLUDE_ATTR,
    })

def _shared(infos):
    """Returns the shared stubs: a struct of depsets `checks`, `problems`, `stubs` and `warnings`."""
    return struct(
        checks = depset(transitive = [info.checks for info in infos]),
        problems = depset(transitive = [info.problems for info in infos]),
        stubs = depset(transitive = [info.stubs for info in infos]),
        warnings = depset(transitive = [info.warnings for info in infos]),
    )

def _own(ctx, language, infos, options):
    """Generates the package's own stubs. Returns the same struct as _shared.

    One action covers all libraries of a BUILD file, because process startup dominates its run time.
    """
    libraries = depset(transitive = [info.libraries for info in infos]).to_list()
    check_exclude(ctx.label, ctx.attr.exclude, _package_protos(ctx, language))
    plans = {}
    planned = {}
    for library in libraries:
        folder = "{}/{}/{}".format(language.folder, ctx.label.name, _package_folder(library.label))
        each = plan(language, library, options, planned)
        plans[folder] = plans.get(folder, []) + [each]
        planned.update([(proto.import_path, proto.source) for proto in each.protos])
    stubs_by_path(ctx, language, [stub for each in plans.values() for made_of in each for stub in made_of.stubs])
    made = [generate(ctx, language, plans[folder], folder, options) for folder in plans]
    return struct(
        checks = depset([file for part in made for file in part.checks]),
        problems = depset([problem for part in made for problem in part.problems]),
        stubs = depset([stub for part in made for stub in part.stubs]),
        warnings = depset([file for part in made for file in part.warnings]),
    )

def _package_folder(label):
    """Returns a unique output folder for a Bazel package: "@x//a:b" gives "external/x/a/_"."""
    repository = "external/" + label.workspace_name if label.workspace_name else "main"
    return "/".join([part for part in [repository, label.package, "_"] if part])

def find_installed(ctx, language, provided_by):
    """Returns the protos of deps whose code installed packages provide.

    Args:
      ctx: the context of a rule that has library_attrs.
      language: struct, from grpc_language (language.bzl).
      provided_by: list of targets that have the code of some protos of deps, besides what the deps say themselves.

    Returns:
      List of structs, as in `installed` (INFO_FIELDS in language.bzl), with two bools: `checked`, whether the source in
      deps is that of the installed code, because a dep itself says so, and no other dep has a copy; and `named`,
      whether provided_by says so.
    """
    infos = [dep[language.info] for dep in ctx.attr.deps]
    said = {each.proto: each for each in depset(transitive = [info.installed for info in infos]).to_list()}
    sources = _sources(infos, said)
    found = {
        proto: struct(checked = len(sources[proto]) == 1, file = each.file, named = False, proto = proto, target = each.target)
        for proto, each in said.items()
    }
    protos = _package_protos(ctx, language) if provided_by else []
    for target in provided_by:
        files = language.installed(target, protos)
        if not files:
            fail("{}: provided_by: {} has the modules of no proto of deps. Fix or remove it.".format(label_text(ctx.label), label_text(target.label)))
        for proto in files:
            # One dep may say so, and another have a copy.
            known = found.get(proto, struct(checked = False, file = files[proto], proto = proto, target = target))
            found[proto] = struct(checked = known.checked, file = known.file, named = True, proto = proto, target = known.target)
    return found.values()

def _sources(infos, protos):
    """Returns the sources of protos in deps: a dict from import path to a dict with each as a key."""
    sources = {proto: {} for proto in protos}
    for library in depset(transitive = [info.libraries for info in infos]).to_list() if protos else []:
        for proto in library.protos:
            if proto.import_path in sources:
                sources[proto.import_path][proto.source] = None
    return sources

def _package_protos(ctx, language):
    """Returns the import paths of all protos in deps and their transitive deps."""
    libraries = depset(transitive = [dep[language.info].libraries for dep in ctx.attr.deps]).to_list()
    return [proto.import_path for library in libraries for proto in library.protos]

def _fail_nothing_to_generate(ctx, language):
    libraries = depset(transitive = [dep[language.info].libraries for dep in ctx.attr.deps]).to_list()
    if not [library for library in libraries if library.protos]:
        fail("{}: nothing to generate: deps have no protos. Give a proto_library among them srcs.".format(label_text(ctx.label)))
    if not ctx.toolchains[language.toolchain_type].grpc.provided:
        fail("{}: nothing to generate: exclude leaves out every proto of deps. Remove a pattern from it.".format(label_text(ctx.label)))
    fail(("{}: nothing to generate: installed packages provide every proto of deps, or exclude leaves it out. " +
          "Import those packages instead.").format(label_text(ctx.label)))

def _merged_info(info, infos, generated):
    """Returns the provider of a library of stubs: its deps' fields merged, with its own generated files.

    Args:
      info: the language's provider.
      infos: list of its instances, from the deps.
      generated: struct of depsets: `checks`, `problems`, `stubs` and `warnings`.
    """
    return info(
        checks = generated.checks,
        descriptors = depset(transitive = [dep.descriptors for dep in infos], order = "postorder"),
        importable = depset(transitive = [dep.importable for dep in infos]),
        installed = depset(transitive = [dep.installed for dep in infos]),
        interfaces = depset(transitive = [dep.interfaces for dep in infos], order = "postorder"),
        libraries = depset(transitive = [dep.libraries for dep in infos]),
        problems = generated.problems,
        source_prefixes = depset(transitive = [dep.source_prefixes for dep in infos]),
        stubs = generated.stubs,
        warnings = generated.warnings,
    )

def grpc_library(ctx, language, provided = [], package_options = {}, inputs = []):
    """Declares a package of stubs: the folder `<name>/` in the output tree of the target's Bazel package.

    Args:
      ctx: the context of a rule that has library_attrs and the language's toolchain.
      language: struct, from grpc_language (language.bzl).
      provided: list of strings, import paths of protos whose code installed packages provide, besides those of which
        the deps say so.
      package_options: dict, options for the language's module when it writes package-level files.
      inputs: list of File, the files that package_options refers to.

    Returns:
      A struct of `files` (dict from path inside the package to File), `info` (an instance of the language's provider)
      and `output_groups` (dict, for OutputGroupInfo: `_package_files` has the files of the package where they were
      generated, `package_manifest` says where each belongs in a copy of the package, `package_warnings` has one line
      per file that could not be generated as intended).
    """
    toolchain = ctx.toolchains[language.toolchain_type].grpc
    options = own_options(ctx, language, toolchain, provided)
    infos = [dep[language.info] for dep in ctx.attr.deps]
    is_shared = language.shares and options == shared_options(language, toolchain)
    generated = _shared(infos) if is_shared else _own(ctx, language, infos, options)
    for problem in generated.problems.to_list():
        fail(problem)
    by_path = stubs_by_path(ctx, language, generated.stubs.to_list())
    if not by_path:
        _fail_nothing_to_generate(ctx, language)
    warnings = ctx.actions.declare_file(ctx.label.name + ".warnings")
    package = declare_package(ctx, language, by_path, generated.warnings, warnings, package_options, inputs)
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest.json")
    protos = {proto: None for proto in _package_protos(ctx, language)}
    write_manifest(ctx, language, manifest, package.generated, protos.keys())
    return struct(
        files = package.files,
        info = _merged_info(language.info, infos, generated),
        output_groups = {
            PACKAGE_FILES_GROUP: depset(package.generated.values()),
            "package_manifest": depset([manifest]),
            "package_warnings": depset([warnings]),
        },
    )
