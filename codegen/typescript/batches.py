"""Which protos may go through one run of ts-proto. A pure function."""

from collections.abc import Sequence

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen.typescript.ts_names import types_of

# What the generated code imports from packages.
_IMPORTED = [
    *("CallOptions", "ChannelCredentials", "Metadata", "Observable", "ServiceError", "UntypedServiceImplementation"),
    *("Client", "ClientDuplexStream", "ClientOptions", "ClientReadableStream", "ClientUnaryCall"),
    *("ClientWritableStream", "GrpcMethod", "GrpcStreamMethod", "makeGenericClientConstructor"),
    *("handleBidiStreamingCall", "handleClientStreamingCall", "handleServerStreamingCall", "handleUnaryCall"),
]


def batches(files: Sequence[str], descriptors: FileDescriptorSet) -> list[list[str]]:
    """Returns the files in groups, each for one run: all of them together, or each alone.

    Where a module needs another name for something that it imports, ts-proto remembers that name for the modules that
    it writes after it, and these may not compile. So each goes alone as soon as two files define the same name, or one
    a name that is imported from a package: then a module's text depends on nothing but its own proto and imports.

    Args:
      files: the import paths to generate for.
      descriptors: those files and all that they import, with the names that TypeScript gives.
    """
    types = (name.typescript for file in descriptors.file for name in types_of(file))
    services = (service.name for file in descriptors.file for service in file.service)
    names = [*_IMPORTED, *types, *services]
    if len(names) == len(set(names)):
        return [list(files)] if files else []
    return [[file] for file in files]
