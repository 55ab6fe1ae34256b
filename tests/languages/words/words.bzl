"""words_library: the words of protos, one text file each. A complete language for the engine."""

load("@jts_grpc//bazel:engine.bzl", "INFO_FIELDS", "grpc_aspect_arguments", "grpc_aspect_impl", "grpc_language", "grpc_library", "library_attrs")

WordsInfo = provider(doc = "The words of a proto_library.", fields = INFO_FIELDS)

def _outputs(proto):
    return [proto[:-len(".proto")] + ".txt"]

WORDS = grpc_language(
    name = "Words",
    rule = "words_library",
    comment = "#",
    info = WordsInfo,
    outputs = _outputs,
    root = "WORDS",
    toolchain_type = "//words:toolchain_type",
)

def _words_aspect_impl(target, ctx):
    return grpc_aspect_impl(target, ctx, WORDS)

_words_aspect = aspect(implementation = _words_aspect_impl, **grpc_aspect_arguments(WORDS))

def _words_library_impl(ctx):
    library = grpc_library(ctx, WORDS)
    return [DefaultInfo(files = depset(library.files.values())), OutputGroupInfo(**library.output_groups), library.info]

words_library = rule(
    implementation = _words_library_impl,
    attrs = library_attrs(WORDS, _words_aspect),
    toolchains = [WORDS.toolchain_type],
)
