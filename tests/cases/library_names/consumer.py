"""Files and folders named after libraries shadow none of them."""

import abc
import asyncio
import builtins
import collections.abc
import typing
from typing import reveal_type

import grpc
from google.protobuf import timestamp_pb2
from library_names import abc_pb2, google_pb2_grpc, grpc_pb2, typing_pb2
from library_names.collections import abc_pb2 as collections_abc_pb2
from library_names.google import x_pb2
from library_names.grpc import x_pb2 as grpc_x_pb2
from library_names.grpc import x_pb2_grpc

reveal_type(x_pb2.GoogleFolder().time)  # Timestamp
reveal_type(grpc_x_pb2.GrpcFolder().typing.grpc)  # Grpc
reveal_type(collections_abc_pb2.CollectionsAbc().folder.folder.folder.typing)  # Typing
assert isinstance(x_pb2.GoogleFolder().time, timestamp_pb2.Timestamp)
assert isinstance(grpc_x_pb2.GrpcFolder().typing.grpc, grpc_pb2.Grpc)
assert all(map(callable, [typing_pb2.Typing, abc_pb2.Abc, google_pb2_grpc.GoogleServiceStub]))
with grpc.insecure_channel("127.0.0.1:1") as channel:
    assert x_pb2_grpc.GrpcFolderServiceStub(channel)
assert all(map(callable, [abc.ABC, asyncio.run, builtins.int, collections.abc.Iterator, typing.Any]))
