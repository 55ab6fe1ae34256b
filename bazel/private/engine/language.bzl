"""The definition of a language.

The engine handles protos, actions, output trees and packages, and is language-agnostic. A language is a provider, a
toolchain with a plugin, and functions that name its files. tests/languages/ has a minimal example.
"""

# The provider fields that a language's aspect adds to a proto_library.
INFO_FIELDS = {
    "checks": """(depset[File]) The outputs of actions that check the stubs of this library and its transitive dependencies. No
other action waits for them.""",
    "descriptors": """(depset[File]) The descriptors of this library and its transitive dependencies, dependencies first.
Each is a serialized FileDescriptorSet with source info, of one library's own protos.""",
    "importable": """(depset[string]) The import paths that a direct dependent may import: the library's own
protos and the ones it exports. Example: `["common.proto"]`.""",
    "installed": """(depset[struct]) One struct for each proto, of this library and its transitive dependencies, whose
code an installed package provides: `proto` (string: its import path), `file` (File: the code), `target` (Target: the
library in `data` that has it). Nothing is generated for it.""",
    "interfaces": """(depset[File]) What code generated for dependents depends on (codegen/interfaces.py), of this
library and its transitive dependencies, dependencies first: serialized FileDescriptorSets.""",
    "libraries": """(depset[struct]) One struct per `proto_library`, for this one and its transitive dependencies, so
that a package can generate its own files: `label` (Label), `protos` (tuple of structs: `import_path`, a string,
`file`, a File, and `source`, the File that `file` is a link to, or the same), `compiled` (struct of the Files
`descriptors` and `interface`, or None if it has no protos), `imports` (depset[File]: the `descriptors` or the
`interfaces` of its dependencies, whichever the language reads), `interfaces` (depset[File], of its dependencies),
`installed` and `source_prefixes` (as in these fields).""",
    "problems": """(depset[string]) One message per library whose stubs cannot be generated. Empty on success.""",
    "source_prefixes": """(depset[struct]) How to map staged paths back to the user's sources, for this library and
its transitive dependencies: `staged` and `source`, both strings (see `source_prefix` in proto_paths.bzl).""",
    "stubs": """(depset[struct]) One struct per generated file, for this library and its transitive dependencies:
`file` (File), `path` (string: its path inside a package, `"a/b_pb2.py"`), `proto` (string: the import path of its
source, `"a/b.proto"`), `source` (File: that source), `label` (Label: the `proto_library` that owns the proto).""",
    "warnings": """(depset[File]) The code generator's warnings, one text file per action. A file is empty if there are
none.""",
}

def _nothing(_value):
    return []

def _not_installed(_target, _protos):
    return {}

def _unchecked(_ctx, _toolchain, _generated):
    return []

def _none_beside(_toolchain, _import_path):
    return None

def grpc_language(
        name,
        rule,
        info,
        toolchain_type,
        outputs,
        comment,
        root,
        beside = None,
        check = None,
        module = "codegen.language",
        name_problem = None,
        hidden_by = None,
        installed = None,
        options = {},
        shares = True,
        package_files = None,
        patterns = [],
        reads = "descriptors"):
    """Declares a language.

    Args:
      name: string, the display name. Example: `"Words"`.
      rule: string, the rule that generates a package of stubs. It appears in the first line of generated files, and the
        folders of shared files and the action mnemonics derive from it. Example: `"words_library"`.
      info: provider with the fields `INFO_FIELDS`.
      toolchain_type: string, a label. Its toolchains have a field `grpc`, a `GrpcToolchainInfo`.
      outputs: function from a proto's import path to the list of its output paths inside a package. The plugin must
        write exactly these.
      comment: string, the start of a line comment. Example: `"#"`.
      root: string, a file that every package has at its root and nowhere else. Example: `"WORDS"`.
      beside: function from the resolved toolchain and a proto's import path to the code that users are likely to have
        for that proto beside the package's own, a File, or `None`.
      check: function that declares actions that check generated files, from the context, the resolved toolchain and a
        struct to the list of the actions' outputs. The struct's fields: `elsewhere` (list of strings: import paths and
        prefixes of protos whose code is not in the package), `folder` (string: that of the files, relative to the
        package of ctx), `installed` (depset of structs, as in INFO_FIELDS), `interfaces` (depset of File: those of the
        libraries and their transitive dependencies), `label` (Label, of a library), `options` (struct, from options.bzl)
        and `stubs` (list of structs, as in INFO_FIELDS).
      module: string, the Python module that generates the files, with the functions of `codegen/language.py`. That one
        runs the toolchain's plugin and uses its output unchanged.
      name_problem: function from an import path to the reason why this language cannot use it, one or two sentences,
        or `None`.
      hidden_by: function from a file's path to the list of paths of files that would shadow it.
      installed: function from a target in `data` of a `proto_library`, and the import paths of that library, to the code
        that the target has for them: a dict from import path to File.
      options: dict from name to `option`: the attributes of the language's rule that change generated files. `module`
        gets their values under these names. Example: `{"terse": option(attr.bool, default = False, doc = "...")}`.
      shares: bool, whether packages share the files of a `proto_library`, generated by one action. Otherwise each
        package generates its own, in one action per BUILD file.
      package_files: function from the paths of all stubs to the list of extra files in the package, without `root`.
      patterns: list of strings, file name patterns that match generated files and no hand-written ones. Example:
        `["*_pb2.py"]`.
      reads: string, what files are generated from, besides the descriptors of their own library: the `"descriptors"` of its
        dependencies, as protoc gives them to plugins; or only their `"interfaces"` (codegen/interfaces.py), which change
        less often.

    Returns:
      A struct of these fields, plus `marker` (string: the start of a generated file's first line), `mnemonic` (string)
      and `folder` (string: the output folder for shared files).
    """
    stem = rule[:-len("_library")]
    return struct(
        beside = beside or _none_beside,
        check = check or _unchecked,
        folder = "_" + stem,
        hidden_by = hidden_by or _nothing,
        info = info,
        installed = installed or _not_installed,
        marker = "{} @generated by {}".format(comment, rule),
        mnemonic = "".join([part.capitalize() for part in stem.split("_")]),
        module = module,
        name = name,
        name_problem = name_problem or _nothing,
        options = options,
        outputs = outputs,
        package_files = package_files or _nothing,
        patterns = patterns,
        reads = reads,
        root = root,
        rule = rule,
        shares = shares,
        toolchain_type = toolchain_type,
    )
