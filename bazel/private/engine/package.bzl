"""The files of a package: stubs under one roof, what it has as a whole, and the check that all of them go together."""

load("//bazel/private:label_text.bzl", "label_text")
load(":generate.bzl", "prefix_argument")
load(":toolchain.bzl", "run_codegen")

def stubs_by_path(ctx, language, stubs):
    """Returns the stubs of a package by their paths; two owners of a path are an error.

    Args:
      ctx: the context of a rule that makes a package.
      language: struct, from grpc_language (language.bzl).
      stubs: list of `stubs` structs (info.bzl), with their files or without.

    Returns:
      Dict from path below the package to struct.
    """
    by_path = {}
    for stub in stubs:
        other = by_path.get(stub.path)
        if other:
            _fail_collision(ctx, other, stub, stub.path)
        by_path[stub.path] = stub
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
            fail("{}: {} of {} becomes {}, which the package has itself. Rename it, or leave it out.".format(
                label_text(ctx.label),
                by_path[path].proto,
                label_text(by_path[path].label),
                path,
            ))

def _package_action(ctx, language, by_path, warnings, written, gathered, options, inputs):
    """Declares the action that writes what a package has as a whole, once all protos have been compiled together.

    Writing the file at the root is what makes every build of the package run the check.
    """
    infos = [dep[ProtoInfo] for dep in ctx.attr.deps]
    stubs = by_path.values()
    args = ctx.actions.args()
    args.add("package")
    args.add("--label", label_text(ctx.label))
    args.add("--language", language.module)
    args.add("--marker", language.marker)
    args.add("--options", json.encode(options))
    args.add("--out", written[language.root].dirname)
    args.add_all(written.keys(), before_each = "--output")
    args.add("--warnings", gathered)
    args.add_all(warnings, before_each = "--gathered")
    args.add_all(depset(transitive = [info.transitive_proto_path for info in infos]), before_each = "--proto-path")
    prefixes = depset(transitive = [dep[language.info].source_prefixes for dep in ctx.attr.deps])
    args.add_all(prefixes, map_each = prefix_argument)
    args.add_all({stub.proto: True for stub in stubs}.keys(), before_each = "--file")

    # The files of one proto tell what all are made with.
    args.add_all([stub.file for stub in stubs if stub.proto == stubs[0].proto], before_each = "--generated")
    run_codegen(
        ctx,
        ctx.toolchains[language.toolchain_type].grpc,
        "codegen.driver",
        args,
        # After the stubs: a proto that is wrong by itself is reported for its own library.
        inputs = [stub.file for stub in stubs] + inputs,
        transitive_inputs = [info.transitive_sources for info in infos] + [warnings],
        # The first one names the file of arguments, which is to lie outside of the package.
        outputs = [gathered] + written.values(),
        mnemonic = language.mnemonic + "Package",
        progress_message = "Putting together the package {}".format(label_text(ctx.label)),
    )

def declare_package(ctx, language, by_path, warnings, gathered, options, inputs):
    """Declares the files of a package: the stubs, the root, and what the language writes besides.

    Args:
      ctx: the context of a rule that makes a package.
      language: struct, from grpc_language (language.bzl).
      by_path: dict, from stubs_by_path.
      warnings: depset of File, the warnings of each library.
      gathered: File, to gather them in.
      options: dict, what the rule says of the package, for the language's module.
      inputs: list of File, those that the options name.

    Returns:
      Dict from path below the package to File.
    """
    paths = [language.root] + language.package_files(by_path.keys())
    _check_paths_free(ctx, by_path, paths)
    written = {path: ctx.actions.declare_file("{}/{}".format(ctx.label.name, path)) for path in paths}
    copied = {path: ctx.actions.declare_file("{}/{}".format(ctx.label.name, path)) for path in by_path}
    for path in by_path:
        ctx.actions.symlink(output = copied[path], target_file = by_path[path].file)
    _package_action(ctx, language, by_path, warnings, written, gathered, options, inputs)
    return dict(copied, **written)

def package_manifest(language, paths):
    """Returns the text of a package's manifest: what the copy-out knows of it.

    Args:
      language: struct, from grpc_language (language.bzl).
      paths: list of strings, the files of the package.

    Returns:
      String, JSON: `files` are those paths, sorted; `marker` is how a generated file begins; `patterns` are the file
      names that generated files have and hand-written ones do not; `root` is a file at the top of every package.
    """
    return json.encode(struct(
        files = sorted(paths),
        marker = language.marker,
        patterns = language.patterns,
        root = language.root,
    )) + "\n"
