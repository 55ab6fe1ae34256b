"""The languages that ship with the project. Data without expressions, because scripts/generate_grpc_stubs.py reads it too.

An entry has: `name`, what --language takes (the first one is its default); `rule`, in bazel/defs.bzl; `target`, the
package of stubs in //protos and in every proto_repository; `attributes`, of that target in a proto_repository; `folder`,
where the stubs are committed.
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
        # A wildcard leaves it out: not every workspace has what makes it.
        "attributes": {"tags": ["manual"]},
        "folder": "clients/typescript/src/generated",
    },
]
