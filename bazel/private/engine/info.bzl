"""What a proto_library offers to the rules of a language."""

INFO_FIELDS = {
    "importable": """(depset[string]) The import paths that a direct dependent may import: the library's own
protos and those it exports. Example: `["common.proto"]`.""",
    "libraries": """(depset[struct]) One struct a `proto_library`, of this one and its transitive dependencies, for
who generates from them again: `label` (Label), `protos` (tuple of structs: `import_path`, a string, and `file`, a File),
`proto_info` (ProtoInfo), `importable` (depset[string]: what its protos may import), `source_prefixes` (as below).""",
    "problems": """(depset[string]) Why there are no stubs of a library, a message each; empty when there are.""",
    "source_prefixes": """(depset[struct]) Where the user finds what is compiled from another path, of this library
and its transitive dependencies: `staged` and `source`, both strings (see `source_prefix` in proto_paths.bzl).""",
    "stubs": """(depset[struct]) One struct a generated file, of this library and its transitive dependencies:
`file` (File), `path` (string: where it lies below a package, `"a/b_pb2.py"`), `proto` (string: the import path it
comes from, `"a/b.proto"`), `label` (Label: the `proto_library` that has the proto).""",
    "warnings": """(depset[File]) What the code generator could not do as it should, one text file an action, empty
when all went well.""",
}

def merged_info(info, infos, generated):
    """Returns what a library of stubs offers: all that its deps do, with the files that it has.

    Args:
      info: the language's provider.
      infos: list of instances of it, those of the deps.
      generated: struct of `problems`, `stubs` and `warnings`, depsets.
    """
    return info(
        importable = depset(transitive = [dep.importable for dep in infos]),
        libraries = depset(transitive = [dep.libraries for dep in infos]),
        problems = generated.problems,
        source_prefixes = depset(transitive = [dep.source_prefixes for dep in infos]),
        stubs = generated.stubs,
        warnings = generated.warnings,
    )
