"""The files of a package: its stubs, its package-level files, and the check that they all fit together."""

load("//bazel/private:label_text.bzl", "label_text")
load(":toolchain.bzl", "run_codegen")

# The output group of a package's files where they were generated. Bazel does not list the files of a group with a
# leading underscore, neither on the terminal nor in build events.
PACKAGE_FILES_GROUP = "_package_files"

def stubs_by_path(ctx, language, stubs):
    """Returns a package's stubs by path. Fails on path collisions.

    Args:
      ctx: the context of a rule that declares a package.
      language: struct, from grpc_language (language.bzl).
      stubs: list of `stubs` structs (INFO_FIELDS in language.bzl), with or without `file`.

    Returns:
      Dict from path inside the package to struct.
    """
    by_path = {}
    for stub in stubs:
        other = by_path.setdefault(stub.path, stub)

        # Two libraries may have one source in common.
        if (other.proto, other.source) != (stub.proto, stub.source):
            _fail_collision(ctx, other, stub, stub.path)
    for stub in by_path.values():
        for path in language.hidden_by(stub.path):
            if path in by_path:
                _fail_collision(ctx, by_path[path], stub, path.rpartition(".")[0])
    return by_path

def _fail_collision(ctx, one, other, both):
    fail("{}: {} of {} and {} of {} both become {}. Rename one, or leave one out.".format(
        label_text(ctx.label),
        one.proto,
        label_text(one.label),
        other.proto,
        label_text(other.label),
        both,
    ))

def _check_paths_free(ctx, by_path, written):
    for path in written:
        if path in by_path:
            fail("{}: {} of {} becomes {}, which is a file of the package itself. Rename it, or leave it out.".format(
                label_text(ctx.label),
                by_path[path].proto,
                label_text(by_path[path].label),
                path,
            ))

def _package_action(ctx, language, by_path, warnings, written, gathered, options, inputs):
    """Declares the action that checks that all protos fit together and then writes the package-level files.

    Every build of the package runs this check, because the action also writes the root file.
    """
    infos = [dep[language.info] for dep in ctx.attr.deps]
    interfaces = depset(transitive = [info.interfaces for info in infos], order = "postorder")
    stubs = by_path.values()

    # One proto's files are enough to see which versions all of them were generated with.
    generated = [stub.file for stub in stubs if stub.proto == stubs[0].proto]
    installed = _descriptors_of_installed(infos)
    args = ctx.actions.args()
    args.add("package")
    args.add("--label", label_text(ctx.label))
    args.add("--language", language.module)
    args.add("--marker", language.marker)
    args.add("--options", json.encode(options))
    args.add("--out", written[language.root].dirname)
    args.add_all("--output", written.keys())
    args.add("--warnings", gathered)
    args.add_all("--gathered", warnings)
    args.add_all("--interface", interfaces)
    args.add_all("--descriptors", installed)
    args.add_all("--file", {stub.proto: True for stub in stubs}.keys())
    args.add_all("--generated", generated)
    run_codegen(
        ctx,
        ctx.toolchains[language.toolchain_type].grpc,
        "codegen.driver",
        args,
        inputs = generated + installed + inputs,
        transitive_inputs = [interfaces, warnings],
        # Bazel names the params file after the first output, and it must not be inside the package.
        outputs = [gathered] + written.values(),
        mnemonic = language.mnemonic + "Package",
        progress_message = "Putting together the package {}".format(label_text(ctx.label)),
    )

def _descriptors_of_installed(infos):
    """Returns the descriptors of the libraries whose code an installed package provides, to compare it with."""
    installed = {each.proto: None for info in infos for each in info.installed.to_list()}
    if not installed:
        return []
    libraries = depset(transitive = [info.libraries for info in infos]).to_list()
    return [
        library.compiled.descriptors
        for library in libraries
        if [proto for proto in library.protos if proto.import_path in installed]
    ]

def declare_package(ctx, language, by_path, warnings, gathered, options, inputs):
    """Declares the files of a package: the stubs, the root, and the language's extra files.

    Args:
      ctx: the context of a rule that declares a package.
      language: struct, from grpc_language (language.bzl).
      by_path: dict, from stubs_by_path.
      warnings: depset of File, the warnings of each library.
      gathered: File, the output that collects all warnings.
      options: dict, the rule's package options for the language's module.
      inputs: list of File, the files that the options refer to.

    Returns:
      A struct of two dicts from path inside the package to File: `files`, all below one folder, and `generated`, where
      the stubs among them were generated.
    """
    paths = [language.root] + language.package_files(by_path.keys())
    _check_paths_free(ctx, by_path, paths)
    written = {path: ctx.actions.declare_file("{}/{}".format(ctx.label.name, path)) for path in paths}
    copied = {path: ctx.actions.declare_file("{}/{}".format(ctx.label.name, path)) for path in by_path}
    for path in by_path:
        ctx.actions.symlink(output = copied[path], target_file = by_path[path].file)
    _package_action(ctx, language, by_path, warnings, written, gathered, options, inputs)
    return struct(
        files = dict(copied, **written),
        generated = dict({path: by_path[path].file for path in by_path}, **written),
    )

def _manifest_entry(entry):
    path, file = entry
    return "{}: {}".format(json.encode(path), json.encode(file.path[len(file.root.path) + 1:]))

def write_manifest(ctx, language, manifest, files, protos):
    """Declares the action that writes a package's manifest, which the copy-out reads.

    The manifest is JSON: `files` maps the path of each file in the package to its path below bazel-bin; `marker` is the
    start of a generated file; `patterns` match generated file names and no hand-written ones; `protos` are the import
    paths of the protos in its deps, sorted, including the ones left out; `root` is a file at the root of every package.

    Args:
      ctx: the context of a rule that declares a package.
      language: struct, from grpc_language (language.bzl).
      manifest: File, the output.
      files: dict from path inside the package to File.
      protos: list of strings, the import paths of the protos in its deps.
    """
    fixed = json.encode(struct(
        marker = language.marker,
        patterns = language.patterns,
        protos = sorted(protos),
        root = language.root,
    ))

    # Args are expanded when the action runs, and their strings are not kept.
    content = ctx.actions.args()
    content.set_param_file_format("multiline")
    content.add_joined(
        [(path, files[path]) for path in sorted(files)],
        join_with = ",\n",
        map_each = _manifest_entry,
        format_joined = "{\"files\": {\n%s},",
    )
    content.add(fixed[1:])
    ctx.actions.write(manifest, content)
