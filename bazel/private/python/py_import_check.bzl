"""The action that imports the generated modules of a set of proto_libraries."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private:python_program.bzl", "exec_import_root", "import_roots", "library_files")
load("//bazel/private/engine:toolchain.bzl", "run_codegen")

def _module_name(stub):
    if not stub.path.endswith(".py"):
        return None
    return stub.path[:-len(".py")].replace("/", ".")

def import_check(ctx, toolchain, generated):
    """Declares the action. No other action waits for it.

    Args:
      ctx: the context of a rule or aspect.
      toolchain: the resolved toolchain of Python.
      generated: struct, as for `check` of grpc_language (language.bzl).

    Returns:
      List of File: an empty file, written if all modules can be imported.
    """
    providers = [each.target for each in generated.installed.to_list()] + getattr(ctx.attr, "provided_by", [])
    runtime = toolchain.py_grpc.runtime + {target.label: target for target in providers}.values()
    roots = [exec_import_root(root, ctx.workspace_name) for root in import_roots(runtime)]
    checked = ctx.actions.declare_file(generated.folder + ".imported")
    args = ctx.actions.args()
    args.add("--label", label_text(generated.label))
    args.add("--package", "{}/{}".format(checked.dirname, generated.folder.rpartition("/")[2]))
    args.add("--out", checked)
    args.add("--descriptor-prefix", generated.options.values["descriptor_prefix"])
    args.add_all(generated.elsewhere, format_each = "--elsewhere=%s")
    args.add_all("--interface", generated.interfaces)
    args.add_all("--module", generated.stubs, map_each = _module_name)
    run_codegen(
        ctx,
        toolchain.grpc,
        "codegen.python.import_check",
        args,
        # Libraries may be sources or generated.
        import_roots = roots + ["{}/{}".format(ctx.bin_dir.path, root) for root in roots],
        inputs = [stub.file for stub in generated.stubs if _module_name(stub)],
        transitive_inputs = [generated.interfaces, library_files(runtime)],
        outputs = [checked],
        mnemonic = "PyGrpcImport",
        progress_message = "Importing the stubs of {}".format(label_text(generated.label)),
    )
    return [checked]
