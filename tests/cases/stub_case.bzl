"""Declares a case: its protos, the package generated from them, and its checks and programs."""

load("//bazel:defs.bzl", "py_grpc_library", "ts_grpc_library")

# The folders of the cases.
CASES = [
    "builtin_names",
    "capitalised_names",
    "comments",
    "custom_options",
    "dashes_and_dots",
    "deprecated",
    "editions",
    "field_names",
    "generated_proto",
    "installed_protos",
    "keyword_enums",
    "keyword_extensions",
    "keyword_fields",
    "keyword_files",
    "keyword_folders",
    "keyword_messages",
    "keyword_rpcs",
    "keyword_services",
    "library_names",
    "many_services",
    "names_in_use",
    "nested_packages",
    "oneofs_and_maps",
    "optional_fields",
    "other_languages",
    "prefixes",
    "private_names",
    "proto2",
    "public_imports",
    "recursive_messages",
    "rpc_types",
    "same_names",
    "shared_type_names",
    "sparse_files",
    "transitive",
    "type_stub_fallback",
    "well_known_types",
    "wide_types",
]

def stub_case(deps = [], well_known = [], lazy_exports = True, **kwargs):
    """Declares `:stubs`, `:ts_stubs` and, unless there are `deps`, `:protos`, whose imports are relative to the folder.

    Args:
      deps: list of labels, the `proto_library` targets, for a case that is not simply all protos of its folder.
      well_known: list of strings, the well-known types that `:protos` imports, for example `["timestamp"]`.
      lazy_exports: bool, passed to `py_grpc_library`.
      **kwargs: passed to `py_grpc_library`.
    """
    if not deps:
        native.proto_library(
            name = "protos",
            srcs = native.glob(["**/*.proto"]),
            strip_import_prefix = "/" + native.package_name(),
            deps = ["@com_google_protobuf//:{}_proto".format(name) for name in well_known],
        )
    py_grpc_library(
        name = "stubs",
        lazy_exports = lazy_exports,
        visibility = ["//tests/cases:__pkg__"],
        deps = deps or [":protos"],
        **kwargs
    )

    ts_grpc_library(
        name = "ts_stubs",
        exclude = kwargs.get("exclude", []),
        visibility = ["//tests/typescript:__pkg__"],
        deps = deps or [":protos"],
    )

    # A case with anything to show beyond its package has a program that uses it.
    native.filegroup(
        name = "consumer",
        srcs = native.glob(["consumer.py"]),
        visibility = ["//tests/cases:__pkg__"],
    )
