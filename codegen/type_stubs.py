"""The type stubs of messages and services, by mypy-protobuf."""

from collections.abc import Sequence

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from mypy_protobuf.main import __version__

from codegen.plugins import Plugin, run_plugin

GENERATOR = f"mypy-protobuf {__version__}"

# "quiet" keeps the plugin from listing every file it writes.
_PLUGINS = (
    Plugin("mypy-protobuf", "mypy_protobuf.main:main", "quiet"),
    Plugin("mypy-protobuf (gRPC)", "mypy_protobuf.main:grpc", "quiet"),
)


def type_stubs(files: Sequence[str], descriptors: FileDescriptorSet) -> dict[str, str]:
    """Returns the `.pyi` files of some protos, from path below the package to content.

    Args:
      files: the import paths to generate for.
      descriptors: those files and all that they import, with source info.

    Raises:
      CodegenError: when the generator refuses the files or dies.
    """
    stubs: dict[str, str] = {}
    for plugin in _PLUGINS:
        stubs.update(run_plugin(plugin, files, descriptors))
    return stubs
