"""From the protos of a request to TypeScript modules.

descriptors ─► names that can be ─► proto3 ─► whole messages ─► ts-proto ─► all values ─► protobuf's JSON
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.language import Generated, Request
from codegen.plugin_process import run_plugin_process
from codegen.typescript.batches import batches
from codegen.typescript.json_mapping import Target, targets_of, use_canonical_json
from codegen.typescript.large_messages import leave_large_unchecked
from codegen.typescript.legal_rpcs import restore_paths, use_legal_rpcs
from codegen.typescript.legal_types import use_legal_types
from codegen.typescript.names import check_names
from codegen.typescript.nestjs import mend_nestjs
from codegen.typescript.presence import as_proto3
from codegen.typescript.ts_proto import FLAVORS, parameter_of, version_of
from codegen.typescript.whole_messages import check_whole_messages, use_whole_messages
from codegen.typescript.wire_values import keep_all_values


def generate_modules(request: Request, plugin: Path, flavor: str) -> Generated:
    """Returns one module for every proto.

    Args:
      request: what there is to generate.
      plugin: ts-proto.
      flavor: one of ts_proto.FLAVORS.

    Raises:
      CodegenError: when TypeScript cannot have a name, or ts-proto refuses a proto.
    """
    legal = use_legal_types(request.descriptors)
    check_names(request.files, request.descriptors, legal)
    descriptors, paths = use_legal_rpcs(as_proto3(legal))
    protos = {proto.name: proto for proto in descriptors.file}
    targets = targets_of(descriptors, request.descriptors)
    texts = {}
    for path, text in _run(plugin, flavor, request.files, descriptors).items():
        file = request.outputs[path]
        texts[path] = _mended(restore_paths(text, file, paths.get(file, {})), protos[file], targets)
    return Generated(texts, [], f"ts-proto {version_of(texts.values())}")


def _mended(text: str, proto: FileDescriptorProto, targets: Mapping[str, Target]) -> str:
    check_whole_messages(text, proto)
    text = keep_all_values(mend_nestjs(text), proto.name)
    return use_canonical_json(leave_large_unchecked(text, proto), proto.name, targets)


def _run(plugin: Path, flavor: str, files: Sequence[str], descriptors: FileDescriptorSet) -> dict[str, str]:
    # For NestJS, ts-proto writes a struct.proto that is no TypeScript, to go with proto-loader.
    well_known = [file for file in files if file.startswith("google/protobuf/")]
    others = [file for file in files if not file.startswith("google/protobuf/")]
    whole = use_whole_messages(descriptors)
    texts: dict[str, str] = {}
    for batch in batches(others, descriptors):
        texts |= run_plugin_process(plugin, parameter_of(flavor), batch, whole)
    for batch in batches(well_known, descriptors):
        texts |= run_plugin_process(plugin, parameter_of(FLAVORS[0]), batch, descriptors)
    return texts
