"""The languages that ship with the project. Literals only, because scripts/options.py parses this file too.

Each entry has: `name`, the value for --language (the first entry is the default) and the folder of bazel/private;
`rule`, from bazel/defs.bzl; `target`, the package of stubs in //protos and in every proto_repository; `attributes` of
that target in a proto_repository; `folder`, where the stubs are committed.
"""

LANGUAGES = [
    {
        "name": "python",
        "rule": "py_grpc_library",
        "target": "py_stubs",
        "attributes": {"lazy_exports": True},
        "folder": "src/infrastructure/grpc/generated",
    },
    {
        "name": "typescript",
        "rule": "ts_grpc_library",
        "target": "ts_stubs",
        # Wildcards skip it: not every workspace has a TypeScript toolchain.
        "attributes": {"tags": ["manual"]},
        "folder": "clients/typescript/src/generated",
    },
]
