"""@rules_proto//proto:defs.bzl for Bazel 4: its built-in rules."""

# Assigned in two steps, because a .bzl file cannot export a global under its own name.
_ProtoInfo = ProtoInfo

ProtoInfo = _ProtoInfo
proto_lang_toolchain = native.proto_lang_toolchain
proto_library = native.proto_library
