"""Renames rpcs that would be no methods of their own, in the descriptors that ts-proto reads. Pure functions.

`rpc Close` would take the place of the method that closes a client, `rpc constructor` is left out by grpc-js without a
word, and of `Get` and `get` there would be one. They become closeRpc, constructorRpc, getRpc. What goes over the wire
keeps its name: it is put back in the text.
"""

from collections.abc import Iterator, Mapping

from google.protobuf.descriptor_pb2 import FileDescriptorSet, MethodDescriptorProto

from codegen.typescript.ts_names import rpc_name
from codegen.typescript.ts_proto import unknown

# The methods of grpc-js's Client (https://grpc.github.io/grpc-node/grpc.Client.html), what it leaves out, and what a
# class of handlers must not have.
_TAKEN = frozenset(
    [
        *("checkMetadataAndOptions", "checkOptionalUnaryResponseArguments", "close", "getChannel", "waitForReady"),
        *("makeBidiStreamRequest", "makeClientStreamRequest", "makeServerStreamRequest", "makeUnaryRequest"),
        *("constructor", "prototype"),
        # An object with this method is a promise to JavaScript, which waits for it for ever.
        "then",
        # What NestJS calls by itself (https://docs.nestjs.com/fundamentals/lifecycle-events).
        *("beforeApplicationShutdown", "onApplicationBootstrap", "onApplicationShutdown"),
        *("onModuleDestroy", "onModuleInit"),
    ]
)


def use_legal_rpcs(descriptors: FileDescriptorSet) -> tuple[FileDescriptorSet, dict[str, dict[str, str]]]:
    """Returns descriptors whose rpcs become methods of their own, and from file to their new and old paths."""
    legal = FileDescriptorSet()
    legal.CopyFrom(descriptors)
    paths: dict[str, dict[str, str]] = {}
    for file in legal.file:
        for service in file.service:
            start = f"/{file.package}.{service.name}/" if file.package else f"/{service.name}/"
            for old, new in _rename(list(service.method)):
                paths.setdefault(file.name, {})[start + new] = start + old
    return legal, paths


def _rename(methods: list[MethodDescriptorProto]) -> Iterator[tuple[str, str]]:
    taken = {rpc_name(method.name) for method in methods}
    seen = set(_TAKEN)
    for method in methods:
        name = rpc_name(method.name)
        if name in seen:
            old, name = method.name, f"{name}Rpc"
            while name in taken:
                name += "Rpc"
            method.name = name
            taken.add(name)
            yield old, name
        seen.add(name)


def restore_paths(source: str, file: str, paths: Mapping[str, str]) -> str:
    """Returns the text of a file with the paths that its rpcs have on the wire.

    Raises:
      CodegenError: when the source is not what ts-proto is known to write.
    """
    for new, old in paths.items():
        if source.count(f'"{new}"') != 1:
            raise unknown(file, f"no path {new}")
        source = source.replace(f'"{new}"', f'"{old}"')
    return source
