"""Targets for Bazel 7 only. Bazel 4 loads the same BUILD files without them."""

IS_BAZEL_7 = hasattr(native, "starlark_doc_extract")

def starlark_docs(name, srcs, deps):
    """Declares a filegroup of the documentation in .bzl files: one .binaryproto each, a ModuleInfo. Empty on Bazel 4.

    Args:
      name: string.
      srcs: dict from a target's name to the label of a .bzl file.
      deps: list of labels, targets that have the files which these load.
    """
    if IS_BAZEL_7:
        for target in srcs:
            native.starlark_doc_extract(
                name = target,
                src = srcs[target],
                render_main_repo_name = True,
                deps = deps,
            )
    native.filegroup(
        name = name,
        srcs = [target + ".binaryproto" for target in srcs] if IS_BAZEL_7 else [],
        visibility = ["//tests:__subpackages__"],
    )
