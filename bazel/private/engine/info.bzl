"""The provider fields that a language's aspect adds to a proto_library."""

INFO_FIELDS = {
    "importable": """(depset[string]) The import paths that a direct dependent may import: the library's own
protos and the ones it exports. Example: `["common.proto"]`.""",
    "installed": """(depset[struct]) One struct for each proto, of this library and its transitive dependencies, whose
code an installed package provides: `proto` (string: its import path), `file` (File: the code), `target` (Target: the
library in `data` that has it). Nothing is generated for it.""",
    "libraries": """(depset[struct]) One struct per `proto_library`, for this one and its transitive dependencies, so
that a package can generate its own files: `label` (Label), `protos` (tuple of structs: `import_path`, a string, and
`file`, a File), `proto_info` (ProtoInfo), `importable` (depset[string]: the paths that its protos may import),
`installed` and `source_prefixes` (as in these fields).""",
    "problems": """(depset[string]) One message per library whose stubs cannot be generated. Empty on success.""",
    "source_prefixes": """(depset[struct]) How to map staged paths back to the user's sources, for this library and
its transitive dependencies: `staged` and `source`, both strings (see `source_prefix` in proto_paths.bzl).""",
    "stubs": """(depset[struct]) One struct per generated file, for this library and its transitive dependencies:
`file` (File), `path` (string: its path inside a package, `"a/b_pb2.py"`), `proto` (string: the import path of its
source, `"a/b.proto"`), `label` (Label: the `proto_library` that owns the proto).""",
    "warnings": """(depset[File]) The code generator's warnings, one text file per action. A file is empty if there are
none.""",
}

def merged_info(info, infos, generated):
    """Returns the provider of a library of stubs: its deps' fields merged, with its own generated files.

    Args:
      info: the language's provider.
      infos: list of its instances, from the deps.
      generated: struct of depsets: `problems`, `stubs` and `warnings`.
    """
    return info(
        importable = depset(transitive = [dep.importable for dep in infos]),
        installed = depset(transitive = [dep.installed for dep in infos]),
        libraries = depset(transitive = [dep.libraries for dep in infos]),
        problems = generated.problems,
        source_prefixes = depset(transitive = [dep.source_prefixes for dep in infos]),
        stubs = generated.stubs,
        warnings = generated.warnings,
    )
